"""The command ``synerise-frames``: its subcommands, and what its exit codes mean."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any

import click

from synerise_frames._version import __version__
from synerise_frames.cli.cache import cache
from synerise_frames.cli.completion import completion
from synerise_frames.cli.demo import demo, sandbox
from synerise_frames.cli.doctor import doctor
from synerise_frames.cli.ending import begin_to_listen, ending, settled
from synerise_frames.cli.exit_codes import FAILED, OK, code_of, in_words
from synerise_frames.cli.list import list_
from synerise_frames.cli.openapi import openapi
from synerise_frames.cli.operations import operations
from synerise_frames.cli.profiles import profiles
from synerise_frames.cli.pull import pull
from synerise_frames.cli.streams import begin, has_lost, tell
from synerise_frames.cli.sync import sync
from synerise_frames.cli.wording import for_shell
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
    begin(is_program=is_program)
    if is_program:
        begin_to_listen()
    if is_program and "--debug" not in arguments[:1]:
        sys.excepthook = _unexpected
    try:
        code = _guarded(arguments)
        return settled(FAILED if has_lost() and code == OK else code)
    except KeyboardInterrupt:
        # While the last line was written: all is said.
        return settled(ending()[1])


def _guarded(arguments: Sequence[str]) -> int:
    """Run it, and say what is wrong in a line or two."""
    if "--debug" in arguments[:1]:
        return _run(arguments)
    try:
        return _run(arguments)
    except OfflineMiss as error:
        hint = "Run the same command once without --offline."
        return _failed(f"{error.message}\n  -> {hint}", code_of(error))
    except SyneriseError as error:
        return _failed(for_shell(str(error)), code_of(error))
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        return _failed(f"cannot write or read{where}: {error.strerror or error}.", FAILED)


def _run(arguments: Sequence[str]) -> int:
    try:
        with _told_warnings():
            done = app.main(arguments, prog_name="synerise-frames", standalone_mode=False)
            if sys.stdout is not None:
                sys.stdout.flush()
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        words, code = ending()
        return _failed(f"{words}.", code)
    except BrokenPipeError:
        # The reader has gone (| head): nobody is to be told.
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
    tell(f"synerise-frames: {words}")
    return code


@contextmanager
def _told_warnings() -> Iterator[None]:
    """Show the library's warnings as lines on stderr, without a place in its source."""
    before = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *more: Any, **named: Any) -> None:
        if issubclass(category, SyneriseWarning):
            tell(f"synerise-frames: warning: {for_shell(str(message))}")
        else:
            before(message, category, *more, **named)

    with warnings.catch_warnings():
        warnings.filterwarnings("default", category=SyneriseWarning)
        warnings.showwarning = show
        yield
