"""Identifiers as they come: lists, columns, files, iterators; checked, in pieces, in order."""

from __future__ import annotations

import reprlib
import time
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from numbers import Integral
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import numpy as np
import pandas as pd

from synerise_frames.bulk.columns import column_of
from synerise_frames.bulk.files import read_file
from synerise_frames.bulk.numbers import EXACT, MISSING, SHOWN, NoId, kept_narrow, read_float
from synerise_frames.errors import ConfigError
from synerise_frames.kinds.mistaken import refuse_if_all, warn_if_some

# No identifier is longer; what is comes from a wrong column.
_LONGEST = 1000


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

    def cut(self, start: int, stop: int) -> Inputs:
        """Give those from `start` to before `stop`."""
        if start == 0 and stop >= len(self):
            return self
        reasons = {row - start: why for row, why in self.reasons.items() if start <= row < stop}
        return Inputs(self.profiles[start:stop], reasons)


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


#: So many inputs are read together, and are one part of the output at most.
PIECE = 5_000
# What an iterator gave so long ago waits no longer for others.
_SOON = 0.05


def _cut(values: Iterable[Any], by: str) -> Iterator[Inputs]:
    one_by_one = iter(values)
    while piece := [*islice(one_by_one, PIECE)]:
        yield check(piece, by)


def _as_they_come(values: Iterator[Any], by: str) -> Iterator[Inputs]:
    piece: list[Any] = []
    due = time.monotonic() + _SOON
    for value in values:
        piece.append(value)
        if len(piece) == PIECE or time.monotonic() >= due:
            yield check(piece, by)
            piece, due = [], time.monotonic() + _SOON
    if piece:
        yield check(piece, by)


def _ids(values: Iterable[Any], by: str) -> Ids:
    if isinstance(values, Iterator):
        return Ids(_watched(_as_they_come(values, by), by))
    ids = Ids([*_cut(values, by)])
    refuse_if_all(ids.distinct(), by)
    return ids


def _watched(pieces: Iterator[Inputs], by: str) -> Iterator[Inputs]:
    """Look at the first that an iterator gives, and warn once."""
    left = PIECE
    for piece in pieces:
        if left > 0:
            left -= len(piece)
            if warn_if_some(filter(None, piece.profiles), by):
                left = 0
        yield piece


def read_ids(source: IdSource, by: str, column: Hashable | None = None) -> Ids:
    """Take identifiers from whatever holds them.

    Raises
    ------
    ConfigError
        If the source is none, a file cannot be read, or the column is not clear.
    """
    if isinstance(source, str | Path):
        return _ids(read_file(Path(source), by, column), by)
    if isinstance(source, pd.DataFrame):
        position = column_of([*source.columns], by, column, "the frame")
        return _ids(kept_narrow(source.iloc[:, position]), by)
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
    if isinstance(source, np.ndarray) and source.ndim != 1:
        raise ConfigError(
            f"An array of {source.ndim} dimensions is no list of identifiers.",
            hint="Take one column of it, array[:, 0], or array.ravel() for all.",
        )
    return _ids(kept_narrow(source), by)


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
        elif type(value) is int and -EXACT < value < EXACT:
            profiles.append(str(value))
            continue
        is_told = isinstance(value, NoId)
        text, reason = (value.text, value.why) if is_told else _read(value, by)
        profiles.append(text)
        if reason:
            reasons[position] = reason
    return Inputs(profiles, reasons)


def _read(value: Any, by: str) -> tuple[str | None, str | None]:
    """Give what is shown of a value, and why it is no identifier, if it is none."""
    width = 8
    if isinstance(value, np.generic):
        width = value.itemsize
        value = value.item()
    if isinstance(value, str | UUID):
        return _read_text(str(value), by)
    if value is None or value is pd.NA or value is pd.NaT:
        return None, MISSING
    if isinstance(value, bool):
        return str(value), "no identifier: a flag"
    if isinstance(value, Integral) or (isinstance(value, Decimal) and value == value // 1):
        return _read_text(_digits(int(value)), by)
    if isinstance(value, float):
        return read_float(value, width)
    return reprlib.repr(value)[:SHOWN], f"no identifier: {type(value).__name__}"


def _read_text(value: str, by: str) -> tuple[str, str | None]:
    value = str(value)
    if len(value) > _LONGEST:
        return f"{_encodable(value[:SHOWN])}…", f"no identifier: {len(value):,} characters"
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
