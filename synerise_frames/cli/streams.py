"""stdout and stderr as a shell leaves them: closed, full, without a reader, of any encoding."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO

import click

# Lines beside the data that could not be written; each start of the program begins with none.
_lost: list[str] = []


def begin(*, is_program: bool) -> None:
    """Get ready to tell; a program's own streams take every character."""
    _lost.clear()
    if not is_program:
        return
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Latin-1, or LANG=C: a name with other letters is no reason to fail.
            stream.reconfigure(errors="backslashreplace")


def tell(words: str, *, quiet: bool = False) -> None:
    """Say something beside the data; that it cannot be said stops no work."""
    # Older click writes to a stream that the shell has closed (2>&-).
    if quiet or sys.stderr is None:
        return
    try:
        click.echo(words, err=True)
    except (OSError, ValueError):  # ValueError: closed by the program itself
        _lost.append(words)


def has_lost() -> bool:
    """Say whether something could not be told, and leave Python nothing to complain about."""
    # It would say that it cannot flush, and exit with 120.
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except OSError as error:
            _lost.append(str(error))
            _let_go(stream)
    return bool(_lost)


def _let_go(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether a person is at a stream; it is ``None`` where the shell closed it (``>&-``)."""
    return stream is not None and not stream.closed and stream.isatty()


def is_plain(stream: TextIO | None) -> bool:
    """Say whether a stream takes text without colours: no terminal, or NO_COLOR is set."""
    refused = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return refused or not is_terminal(stream)
