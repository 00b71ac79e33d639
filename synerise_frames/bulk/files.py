"""Identifiers in files: Parquet, and CSV as pandas, spreadsheets and people write it."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from synerise_frames.bulk.columns import column_of, is_known
from synerise_frames.errors import ConfigError
from synerise_frames.kinds.mistaken import looks_like

# What stands between columns: the first of them that the header has.
_SEPARATORS = (",", ";", "\t")
_LONGEST_HEADER = 1 << 20

# How a float is written: 7.0, or 1.2e+17 where pandas finds that shorter; 7,0 in some countries.
_FLOAT = re.compile(r"-?\d+(?:[.,]\d+(?:e[+-]?\d+)?|e[+-]?\d+)")


def read_file(path: Path, by: str, column: Hashable | None) -> list[Any]:
    """Read the column of a file that holds identifiers.

    Raises
    ------
    ConfigError
        If the file cannot be read, has no header, or the column is not clear.
    """
    kind = path.suffix.lower()
    if kind not in (".parquet", ".csv"):
        raise ConfigError(
            f"{reprlib.repr(str(path))} is no Parquet or CSV file.",
            hint="Name a file that ends with .parquet or .csv; put a single identifier in a list.",
        )
    try:
        return (_parquet if kind == ".parquet" else _csv)(path, by, column)
    except (OSError, pa.ArrowException) as error:
        raise ConfigError(
            f"Cannot read identifiers from {path.name}{_reason(error)}.",
            hint="Check the path; a CSV file is UTF-8 and begins with the names of its columns.",
        ) from None


def _reason(error: Exception) -> str:
    """Say why a file cannot be read; what a parser says shows lines of the file."""
    if isinstance(error, FileNotFoundError):
        return ": there is no such file"
    return f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""


def _parquet(path: Path, by: str, column: Hashable | None) -> list[Any]:
    names = pq.read_schema(path).names
    name = names[column_of(names, by, column, path.name)]
    values: list[Any] = pq.read_table(path, columns=[name])[name].to_pylist()
    return values


def _csv(path: Path, by: str, column: Hashable | None) -> list[Any]:
    # A line of nothing is a missing value where there is one column.
    lines = pc.ParseOptions(delimiter=_separator(path), ignore_empty_lines=False)
    with pc.open_csv(path, parse_options=lines) as head:
        names = head.schema.names
    _check_header(names, by, column, path.name)
    name = names[column_of(names, by, column, path.name)]
    # As text: "007" is not 7.
    options = pc.ConvertOptions(
        include_columns=[name],
        column_types={name: pa.string()},
        strings_can_be_null=True,
        null_values=[""],
    )
    read = pc.read_csv(path, parse_options=lines, convert_options=options)
    return _whole(read[name].to_pylist(), by)


def _separator(path: Path) -> str:
    with path.open("rb") as file:
        first = file.readline(_LONGEST_HEADER)
    return next((one for one in _SEPARATORS if one.encode() in first), ",")


def _check_header(names: Sequence[str], by: str, column: Hashable | None, where: str) -> None:
    """Refuse a file that begins with an identifier: nobody would miss the first one.

    Neither may an identifier get into a message as the name of a column.
    """
    if column in names or any(is_known(name, by) for name in names):
        return
    if any(map(looks_like, names)):
        raise ConfigError(
            f"The first line of {where} looks like identifiers, not like names of columns.",
            hint="Write a line with the column's name above them, such as id, or read the file "
            "with pandas: ws.profiles(pd.read_csv(path, header=None)[0]). If it does name the "
            "columns, say which one it is with column=.",
        )


def _whole(texts: list[str | None], by: str) -> list[Any]:
    """Take a column of floats for numbers: pandas makes floats of all beside a missing value.

    Profile ids are whole numbers, whatever a file says. Identifiers of the user's own may be
    ``1.0``, but hardly all of them, beside one that is missing.
    """
    present = [text for text in texts if text is not None]
    if by not in ("id", "custom_identify") or not all(map(_FLOAT.fullmatch, present)):
        return texts
    numbers = [None if text is None else float(text.replace(",", ".")) for text in texts]
    if by == "id" or (
        len(present) < len(texts) and all(n is None or n.is_integer() for n in numbers)
    ):
        return numbers
    return texts
