"""Identifiers in files and pipes: Parquet, and text as pandas, spreadsheets and people write it."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from synerise_frames.bulk.columns import column_of, is_known
from synerise_frames.bulk.numbers import NoId, in_csv, kept_narrow
from synerise_frames.errors import ConfigError
from synerise_frames.kinds.mistaken import kind_of, looks_like

# What is read: a file, or what came through a pipe, from its beginning.
_Source: TypeAlias = Callable[[], "Path | pa.BufferReader"]

# What stands between columns: the first of them that the header has.
_SEPARATORS = (",", ";", "\t")
_LONGEST_HEADER = 1 << 20
# How a Parquet file begins, whatever it is called.
_PARQUET = b"PAR1"


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
    read = _parquet if kind == ".parquet" else _csv
    return _told(lambda: read(lambda: path, by, column, path.name), path.name)


def read_content(content: bytes, by: str, column: Hashable | None, where: str) -> list[Any]:
    """Read identifiers from what has no name that says what it is, such as stdin.

    What begins as Parquet does is Parquet. Text is CSV if its first line names columns, and an
    identifier a line otherwise; in both a line of nothing is a missing identifier.

    Raises
    ------
    ConfigError
        If it cannot be read, or the column is not clear.
    """
    if not content.strip():
        return []

    def source() -> pa.BufferReader:
        return pa.BufferReader(content)

    if content.startswith(_PARQUET):
        return _told(lambda: _parquet(source, by, column, where), where)
    is_table = column is not None or _has_header(content, by)
    return _told(lambda: _csv(source, by, column, where, has_header=is_table), where)


def _told(read: Callable[[], list[Any]], where: str) -> list[Any]:
    try:
        return read()
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Cannot read identifiers from {where}{_reason(error)}.",
            hint="Check the path; a CSV file is UTF-8 and begins with the names of its columns.",
        ) from None


def _reason(error: Exception) -> str:
    """Say why a file cannot be read; what a parser says shows lines of the file."""
    if isinstance(error, FileNotFoundError):
        return ": there is no such file"
    return f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""


def _parquet(source: _Source, by: str, column: Hashable | None, where: str) -> list[Any]:
    names = pq.read_schema(source()).names
    name = names[column_of(names, by, column, where)]
    return [*kept_narrow(pq.read_table(source(), columns=[name])[name])]


def _csv(
    source: _Source, by: str, column: Hashable | None, where: str, *, has_header: bool = True
) -> list[Any]:
    # A line of nothing is a missing value where there is one column.
    lines = pc.ParseOptions(delimiter=_separator(_first_line(source())), ignore_empty_lines=False)
    layout = pc.ReadOptions(column_names=None if has_header else ["id"])
    with pc.open_csv(source(), layout, lines) as head:
        names = head.schema.names
    if has_header:
        _check_header(names, by, column, where)
    name = names[column_of(names, by, column, where)]
    # As text: "007" is not 7.
    options = pc.ConvertOptions(
        include_columns=[name],
        column_types={name: pa.string()},
        strings_can_be_null=True,
        null_values=[""],
    )
    read = pc.read_csv(source(), layout, lines, options)
    texts: list[Any] = read[name].to_pylist()
    return [*map(in_csv, texts)] if by == "id" else texts


def _first_line(source: Path | pa.BufferReader) -> bytes:
    with source.open("rb") if isinstance(source, Path) else source as file:
        # A reader of a buffer has no lines.
        return file.read(_LONGEST_HEADER).partition(b"\n")[0]


def _separator(first: bytes) -> str:
    return next((one for one in _SEPARATORS if one.encode() in first), ",")


def _has_header(content: bytes, by: str) -> bool:
    """Say whether text begins with the names of columns, and not with an identifier.

    A line of several columns does, or :func:`_check_header` refuses it; so does one that is
    called as identifiers are, or that is none where the next line is.
    """
    lines = (
        line.decode("utf-8-sig", "replace").strip().strip('"') for line in content.split(b"\n", 2)
    )
    first, second, *_ = *lines, ""
    if is_known(first, by) or any(one in first for one in _SEPARATORS):
        return True
    # What a profile is called in another system may be any word.
    if by == "custom_identify" or not looks_like(second):
        return False
    is_other = first != "" and not looks_like(first) and not isinstance(in_csv(first), NoId)
    return is_other and kind_of(second) == (None if by == "id" else by)


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
    # A lone line may be an identifier: it is not shown.
    if column is not None and str(column) not in names and len(names) < 2:
        raise ConfigError(
            f"The first line of {where} does not name a column {column!r}.",
            hint="Leave out column= where there is one column, and begin with a line that names "
            "it.",
        )
