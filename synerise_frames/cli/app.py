"""The command ``synerise-frames``: its subcommands, and what its exit codes mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from synerise_frames._version import __version__
from synerise_frames.cli.cache import cache
from synerise_frames.cli.demo import demo, sandbox
from synerise_frames.cli.doctor import doctor
from synerise_frames.cli.openapi import openapi
from synerise_frames.cli.operations import operations
from synerise_frames.errors import ConfigError, SyneriseError


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 success, 1 failure, 2 wrong usage or settings, 130 after Ctrl-C.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def app() -> None:
    """Turn analyses of the Synerise Analytics Suite into DataFrames.

    Credentials come from the environment: SYNERISE_API_KEY, SYNERISE_HOST and so on, or from
    config.toml in the configuration folder.
    """


for command in (demo, sandbox, operations, openapi, doctor, cache):
    app.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        0 for success, 1 for a failure, 2 for wrong usage or settings, 130 after Ctrl-C.
    """
    try:
        done = app.main(arguments, prog_name="synerise-frames", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ConfigError as error:
        return _failed(str(error), 2)
    except SyneriseError as error:
        return _failed(str(error), 1)
    except (KeyboardInterrupt, click.Abort):
        return _failed("stopped.", 130)
    except BrokenPipeError:
        # The reader has gone (| head). Python would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return done if isinstance(done, int) else 0


def _failed(words: str, code: int) -> int:
    click.echo(f"synerise-frames: {words}", err=True)
    return code
