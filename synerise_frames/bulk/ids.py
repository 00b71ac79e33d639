"""Identifiers as they come: lists, columns, files, iterators; checked, in pieces, in order."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from numbers import Integral
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from synerise_frames.errors import ConfigError
from synerise_frames.suggest import did_you_mean

# Names that this library's own frames give to identifiers, by what they are.
_COLUMNS = {
    "id": ("profile", "profile_id", "client_id"),
    "uuid": ("profile", "uuid"),
    "email": ("profile", "email"),
    "custom_identify": ("profile", "custom_id", "custom_identify"),
}

# No identifier is longer; what is comes from a wrong column.
_LONGEST = 1000
_SHOWN = 100
_MISSING = "no identifier: the value is missing"

# Whole numbers up to here have a float of their own.
_EXACT = 2.0**53


class _SizedIterable(Protocol):
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...


#: What identifiers may come in.
IdSource: TypeAlias = "_SizedIterable | Iterable[Any] | pd.DataFrame | str | Path"


@dataclass(frozen=True)
class Inputs:
    """A piece of the identifiers, in order: text that can be asked for, or why it cannot.

    ``profiles`` has what is shown of an input; ``None`` where it was missing.
    """

    profiles: list[str | None] = field(repr=False)
    reasons: Mapping[int, str] = field(repr=False)

    def __len__(self) -> int:
        return len(self.profiles)


class Ids:
    """Identifiers in pieces: of known number, or from an iterator that is read once.

    Parameters
    ----------
    pieces : iterable of Inputs
        All of them; an iterator is read when a run needs them.
    """

    def __init__(self, pieces: Iterable[Inputs]) -> None:
        stream = isinstance(pieces, Iterator)
        self._once: Iterator[Inputs] | None = iter(pieces) if stream else None
        self._kept: Sequence[Inputs] | None = None if stream else [*pieces]

    @property
    def size(self) -> int | None:
        """How many there are; ``None`` for an iterator, whose end is not known."""
        return None if self._kept is None else sum(map(len, self._kept))

    def distinct(self) -> list[str]:
        """Give the identifiers that can be asked for, each once; none of an iterator's."""
        return [
            *dict.fromkeys(
                profile
                for piece in self._kept or ()
                for row, profile in enumerate(piece.profiles)
                if profile is not None and row not in piece.reasons
            )
        ]

    @property
    def invalid(self) -> int:
        """How many cannot be asked for."""
        return sum(len(piece.reasons) for piece in self._kept or ())

    def pieces(self) -> Iterator[Inputs]:
        """Give all of them in pieces.

        Raises
        ------
        ConfigError
            If they came from an iterator that was read before.
        """
        if self._kept is not None:
            return iter(self._kept)
        if self._once is None:
            raise ConfigError(
                "These identifiers came from an iterator, which is used up.",
                hint="Make the plan anew with a new iterator, or pass a list.",
            )
        once, self._once = self._once, None
        return once


#: So many inputs are one part of the output.
PIECE = 5_000


def _cut(values: Iterable[Any], by: str) -> Iterator[Inputs]:
    one_by_one = iter(values)
    while piece := [*islice(one_by_one, PIECE)]:
        yield check(piece, by)


def _ids(values: Iterable[Any], by: str) -> Ids:
    pieces = _cut(values, by)
    return Ids(pieces if isinstance(values, Iterator) else [*pieces])


def read_ids(source: IdSource, by: str, column: str | None = None) -> Ids:
    """Take identifiers from whatever holds them.

    Raises
    ------
    ConfigError
        If the source is none, a file cannot be read, or the column is not clear.
    """
    if isinstance(source, str | Path):
        return _ids(_from_file(Path(source), by, column), by)
    if isinstance(source, pd.DataFrame):
        names = list(map(str, source.columns))
        name = _column(names, by, column, "the frame")
        return _ids(source.iloc[:, names.index(name)], by)
    if column is not None:
        raise ConfigError(
            f"column={column!r} belongs to a frame or a file, not to {type(source).__name__}.",
            hint="Leave out column=, or pass the frame itself.",
        )
    if isinstance(source, dict | bytes) or not isinstance(source, Iterable):
        raise ConfigError(
            f"{type(source).__name__} holds no identifiers.",
            hint="Give a list, a Series, a frame with column=, an iterator, or the path of a "
            "Parquet or CSV file.",
        )
    if isinstance(source, pa.Array | pa.ChunkedArray):
        return _ids(source.to_pylist(), by)
    return _ids(source, by)


def _from_file(path: Path, by: str, column: str | None) -> list[Any]:
    kind = path.suffix.lower()
    if kind not in (".parquet", ".csv"):
        raise ConfigError(
            f"{reprlib.repr(str(path))} is no Parquet or CSV file.",
            hint="Name a file that ends with .parquet or .csv; put a single identifier in a list.",
        )
    try:
        if kind == ".parquet":
            name = _column(pq.read_schema(path).names, by, column, path.name)
            values: list[Any] = pq.read_table(path, columns=[name])[name].to_pylist()
        else:
            with pc.open_csv(path) as head:
                names = head.schema.names
            name = _column(names, by, column, path.name)
            # As text: "007" is not 7.
            options = pc.ConvertOptions(
                include_columns=[name],
                column_types={name: pa.string()},
                strings_can_be_null=True,
                null_values=[""],
            )
            lines = pc.ParseOptions(ignore_empty_lines=False)
            read = pc.read_csv(path, parse_options=lines, convert_options=options)
            values = read[name].to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise ConfigError(
            f"Cannot read identifiers from {path.name}: {str(error).splitlines()[0]}",
            hint="Check the path; the file needs a header with the column's name.",
        ) from None
    return values


def _column(names: Sequence[str], by: str, column: str | None, where: str) -> str:
    """Choose the column of a frame or file."""
    twice = column or next((n for n in _COLUMNS.get(by, ()) if n in names), None)
    if names.count(twice or "") > 1:
        raise ConfigError(
            f"There are {names.count(twice or '')} columns {twice!r} in {where}.",
            hint="Rename them, or pass the one that is meant: frame.iloc[:, 0].",
        )
    if column is not None:
        if column in names:
            return column
        raise ConfigError(
            f"There is no column {column!r} in {where}.",
            hint=did_you_mean(column, names) + f"It has {', '.join(names) or 'no columns'}.",
        )
    known = [name for name in _COLUMNS.get(by, ()) if name in names]
    if len(names) == 1 or known:
        return known[0] if known else names[0]
    raise ConfigError(
        f"Which column of {where} holds the identifiers is not clear.",
        hint=f"Name it: column={names[0]!r}." if names else "It has no columns.",
    )


def check(values: Sequence[Any], by: str) -> Inputs:
    """Read identifiers as text, and say why where one is none.

    Whole numbers are text; so are floats that are whole numbers, which a missing value
    somewhere in the column makes of all of them. Nothing is cut off: what has spaces around it
    is told, not mended.
    """
    profiles: list[str | None] = []
    reasons: dict[int, str] = {}
    for position, value in enumerate(values):
        # The two that nearly all are.
        if type(value) is str and 0 < len(value) <= _LONGEST and value.isprintable():
            if value[0] != " " != value[-1]:
                profiles.append(value)
                continue
        elif type(value) is int and -_EXACT < value < _EXACT:
            profiles.append(str(value))
            continue
        text, reason = _read(value, by)
        profiles.append(text)
        if reason:
            reasons[position] = reason
    return Inputs(profiles, reasons)


def _read(value: Any, by: str) -> tuple[str | None, str | None]:
    """Give what is shown of a value, and why it is no identifier, if it is none."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str | UUID):
        return _read_text(str(value), by)
    if value is None or value is pd.NA or value is pd.NaT:
        return None, _MISSING
    if isinstance(value, bool):
        return str(value), "no identifier: a flag"
    if isinstance(value, Integral) or (isinstance(value, Decimal) and value == value // 1):
        return _read_text(_digits(int(value)), by)
    if isinstance(value, float):
        return _read_float(value)
    return reprlib.repr(value)[:_SHOWN], f"no identifier: {type(value).__name__}"


def _read_float(value: float) -> tuple[str | None, str | None]:
    if math.isnan(value):
        return None, _MISSING
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value)), None
    what = "too large to be exact" if value.is_integer() else "not whole"
    return repr(value), f"no identifier: a number that is {what}"


def _read_text(value: str, by: str) -> tuple[str, str | None]:
    value = str(value)
    if len(value) > _LONGEST:
        return f"{_encodable(value[:_SHOWN])}…", f"no identifier: {len(value):,} characters"
    if not value.strip():
        return value, "no identifier: empty"
    if _encodable(value) != value:
        return _encodable(value), "no identifier: half a character"
    if value != value.strip() and by != "custom_identify":
        return value, "no identifier: spaces around it (Series.str.strip() takes them off)"
    return value, None


def _digits(number: int) -> str:
    # str() refuses very long numbers; they are no identifiers either.
    return str(number) if number.bit_length() < _LONGEST else "9" * (_LONGEST + 1)


def _encodable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()
