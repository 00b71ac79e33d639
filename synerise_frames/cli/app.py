"""The command ``synerise-frames``: its subcommands, and what its exit codes mean."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import click

from synerise_frames._version import __version__
from synerise_frames.cli.cache import cache
from synerise_frames.cli.completion import completion
from synerise_frames.cli.demo import demo, sandbox
from synerise_frames.cli.doctor import doctor
from synerise_frames.cli.exit_codes import FAILED, STOPPED, code_of, in_words
from synerise_frames.cli.list import list_
from synerise_frames.cli.openapi import openapi
from synerise_frames.cli.operations import operations
from synerise_frames.cli.profiles import profiles
from synerise_frames.cli.pull import pull
from synerise_frames.cli.sync import sync
from synerise_frames.errors import OfflineMiss, SyneriseError, SyneriseWarning
from synerise_frames.redact import redact


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=in_words(),
)
@click.option("--debug", is_flag=True, help="Show where an error comes from.")
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def app(context: click.Context, debug: bool) -> None:
    """Turn analyses of the Synerise Analytics Suite into DataFrames.

    Credentials come from the environment: SYNERISE_API_KEY, SYNERISE_HOST and so on, or from
    config.toml in the configuration folder.
    """
    context.obj = debug


for command in (
    *(list_, pull, profiles, sync, demo, sandbox, operations, openapi, doctor, cache, completion),
):
    app.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        The exit code; ``synerise_frames.cli.exit_codes`` has the table.
    """
    is_program = arguments is None
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if "--debug" in arguments[:1]:
        return _run(arguments)
    if is_program:
        sys.excepthook = _unexpected
    try:
        return _run(arguments)
    except OfflineMiss as error:
        hint = "Run the same command once without --offline."
        return _failed(f"{error.message}\n  -> {hint}", code_of(error))
    except SyneriseError as error:
        return _failed(str(error), code_of(error))
    except OSError as error:
        return _failed(f"{error.strerror or error}.", FAILED)


def _run(arguments: Sequence[str]) -> int:
    try:
        with _told_warnings():
            done = app.main(arguments, prog_name="synerise-frames", standalone_mode=False)
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _failed("stopped.", STOPPED)
    except BrokenPipeError:
        # The reader has gone (| head). Python would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return done if isinstance(done, int) else 0


def _unexpected(
    kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    """Say that this should not have happened, where Python would show a traceback."""
    _failed(
        f"unexpected {kind.__name__}: {redact(str(error))}\n  -> This is a mistake in "
        "synerise-frames. 'synerise-frames --debug …' shows where, for a report.",
        FAILED,
    )


def _failed(words: str, code: int) -> int:
    click.echo(f"synerise-frames: {words}", err=True)
    return code


@contextmanager
def _told_warnings() -> Iterator[None]:
    """Show the library's warnings as lines on stderr, without a place in its source."""
    before = warnings.showwarning

    def tell(message: Warning | str, category: type[Warning], *more: Any, **named: Any) -> None:
        if issubclass(category, SyneriseWarning):
            click.echo(f"synerise-frames: warning: {message}", err=True)
        else:
            before(message, category, *more, **named)

    with warnings.catch_warnings():
        warnings.filterwarnings("default", category=SyneriseWarning)
        warnings.showwarning = tell
        yield
