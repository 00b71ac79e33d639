"""Identifiers of profiles as a shell gives them: a file, or stdin."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from synerise_frames.bulk.files import read_content, read_file
from synerise_frames.cli.streams import tell
from synerise_frames.errors import ConfigError


def identifiers(source: str, by: str, column: str | None) -> list[Any]:
    """Give the identifiers of a file or of stdin, which are read alike.

    Raises
    ------
    ConfigError
        If the file is not there or cannot be read, has no such column, or has no identifiers:
        who pipes them here has lost them on the way.
    """
    file = Path(source)
    if source != "-" and file.suffix.lower() in (".parquet", ".csv"):
        given, where = read_file(file, by, column), file.name
    else:
        content, where = (_stdin(), "stdin") if source == "-" else (_content(file), file.name)
        given = read_content(content, by, column, where)
    if not given:
        raise ConfigError(
            f"There are no identifiers in {where}.",
            hint="Nothing was asked; look at what writes them.",
        )
    return given


def _stdin() -> bytes:
    if sys.stdin.isatty():
        tell("Reading identifiers, one a line; Ctrl-D ends them.")
    return sys.stdin.buffer.read()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"Cannot read {file}: {error.strerror}.",
            hint="Name a file with --ids: .parquet, .csv, or text with an identifier a line.",
        ) from None
