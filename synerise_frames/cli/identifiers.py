"""Identifiers of profiles as a shell gives them: a file, or stdin."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from synerise_frames.cli.streams import tell
from synerise_frames.errors import ConfigError
from synerise_frames.kinds.mistaken import looks_like
from synerise_frames.suggest import did_you_mean


def identifiers(source: str, column: str | None) -> list[str] | Path:
    """Give identifiers, or the file that ``ws.profiles`` reads them from.

    Raises
    ------
    ConfigError
        If the file is not there, is no text, or has no such column.
    """
    if source != "-" and Path(source).suffix.lower() in (".parquet", ".csv"):
        return Path(source)
    text = _stdin() if source == "-" else _text(Path(source))
    if column is not None:
        return _column(text, column)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _stdin() -> str:
    if sys.stdin.isatty():
        tell("Reading identifiers, one a line; Ctrl-D ends them.")
    return _decoded(sys.stdin.buffer.read(), "stdin")


def _text(file: Path) -> str:
    try:
        return _decoded(file.read_bytes(), file.name)
    except OSError as error:
        raise ConfigError(
            f"Cannot read {file}: {error.strerror}.",
            hint="Name a file with --ids: .parquet, .csv, or text with an identifier a line.",
        ) from None


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(
            f"{where} is no UTF-8 text.", hint="A Parquet file's name ends with .parquet."
        ) from None


def _column(text: str, column: str) -> list[str]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    names = list(rows.fieldnames or ())
    # A lone line may be an identifier: the first of them is not shown.
    if column not in names and (len(names) < 2 or any(map(looks_like, names))):
        raise ConfigError(
            f"The first line does not name a column {column!r}.",
            hint="Leave out --column where there is an identifier a line, or begin with a line of "
            "the columns' names.",
        )
    if column not in names:
        raise ConfigError(
            f"There is no column {column!r} among the identifiers.",
            hint=did_you_mean(column, names) + f"There are {', '.join(names)}.",
        )
    return [row[column] or "" for row in rows]
