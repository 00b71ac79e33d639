"""Instants from whatever a server sends: ISO text with or without a zone, or epochs."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from synerise_frames.periods import Zone, zone
from synerise_frames.schema.drift import NAIVE
from synerise_frames.schema.text import as_text

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d|(19|20)\d\d[01]\d[0-3]\d$")
_MONTH = re.compile(r"\d{4}-\d\d")
_EPOCH = re.compile(r"\d{9,19}")
_ZONE_NAME = re.compile(r"\[[\w/+-]+\]$")

# What Arrow and datetime.fromisoformat() read alike.
_PLAIN_ISO = (
    r"^[12]\d{3}-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d:[0-5]\d(\.\d{3}|\.\d{6})?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$"
)

# A frame with the end of 9999 in it can't be shown: in zones to the east that is the year 10000.
_FIRST, _LAST = 2, 9998

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

#: ``NaT`` as a number of microseconds.
MISSING = np.iinfo("int64").min

# Epochs are told by size: seconds stay below 1e11 until the year 5138.
_EPOCH_UNITS = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000), (float("inf"), 1_000_000_000))


def read_instant(value: object, tz: Zone = None, *, fold: int = 0) -> datetime | None:
    """Read one instant; ``None`` where it is none, or is naive and no zone was given.

    `fold` picks the first (0) or second (1) occurrence of a naive hour that the clock repeats.

    >>> read_instant("2024-03-30T00:00:00+01:00").isoformat()
    '2024-03-29T23:00:00+00:00'
    >>> read_instant("2024-03-30") is None
    True
    """
    if isinstance(value, bool):
        return None
    try:
        instant = _instant(value, tz, fold)
    except (ValueError, OverflowError, OSError):
        return None
    return instant if instant and _FIRST <= instant.year <= _LAST else None


def _instant(value: object, tz: Zone, fold: int) -> datetime | None:
    if isinstance(value, int | float):
        return _epoch(value)
    if isinstance(value, str):
        return _text(value.strip(), tz, fold)
    if isinstance(value, list) and 3 <= len(value) <= 7:
        return _parts(value, tz, fold)
    return None


def _text(text: str, tz: Zone, fold: int) -> datetime | None:
    if len(text) > 9 and text[4] == "-" and text[-1] != "]":
        return _aware(datetime.fromisoformat(text), tz, fold)
    if _EPOCH.fullmatch(text):
        return _epoch(int(text))
    if _MONTH.fullmatch(text):
        text += "-01"
    if not _ISO_DATE.match(text):
        return None
    # Java writes the zone's name behind the offset.
    return _aware(datetime.fromisoformat(_ZONE_NAME.sub("", text)), tz, fold)


def _parts(parts: list[object], tz: Zone, fold: int) -> datetime | None:
    """Read Java's list form: year, month, day, hour, minute, second, nanosecond."""
    whole = [part for part in parts if type(part) is int]
    if len(whole) < len(parts):
        return None
    year, month, day, *clock = whole[:6]
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    moment = datetime(year, month, day, hour, minute, second) + timedelta(
        microseconds=sum(whole[6:]) // 1_000
    )
    return _aware(moment, tz, fold)


def _aware(moment: datetime, tz: Zone, fold: int) -> datetime | None:
    if moment.tzinfo is None:
        if tz is None:
            return None
        moment = moment.replace(tzinfo=zone(tz), fold=fold)
    return moment.astimezone(UTC)


def _epoch(value: float) -> datetime | None:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    divisor = next(divisor for size, divisor in _EPOCH_UNITS if abs(value) < size)
    # Whole and fractional seconds apart: a float of microseconds since 1970 is not exact.
    seconds, rest = divmod(value, divisor)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=rest / divisor)


def to_index(values: Sequence[object], tz: Zone = None) -> pd.DatetimeIndex:
    """Read many instants at once, shown in the zone, in microseconds.

    What is no instant becomes ``NaT``; naive times too, unless a zone is given. Repeated
    hours of a day on which the clock goes back are told apart by their order.
    """
    quick = _aware_texts(values)
    if quick is not None:
        return from_micros(quick, tz)
    # Counted in microseconds: pandas 2 would go by way of nanoseconds, which end in 2262.
    instants: list[int] = []
    previous: datetime | None = None
    for value in values:
        instant = read_instant(value, tz)
        if instant and previous and instant <= previous:
            # Only a naive time in a repeated hour reads later with fold=1.
            second = read_instant(value, tz, fold=1)
            instant = second if second and second > previous else instant
        instants.append(MISSING if instant is None else (instant - _START) // _MICROSECOND)
        previous = instant or previous
    return from_micros(np.array(instants, dtype="int64"), tz)


def from_micros(micros: np.ndarray, tz: Zone = None) -> pd.DatetimeIndex:
    """Give times from microseconds since 1970, shown in the zone."""
    times = pd.DatetimeIndex(micros.view("datetime64[us]"))
    return times.tz_localize("UTC").tz_convert(zone(tz))


def _aware_texts(values: Sequence[object]) -> np.ndarray | None:
    """Read texts with an offset all at once; ``None`` if one of them is of another form.

    Gives microseconds since 1970.
    """
    if {*map(type, values)} != {str}:
        return None
    try:
        texts = pa.array(values, pa.string())
        if not pc.all(pc.match_substring_regex(texts, _PLAIN_ISO)).as_py():
            return None
        micros: np.ndarray = texts.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy()
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return None
    return micros


class Lost(NamedTuple):
    """What was sent as times and is none."""

    #: The row to tell of, and what is met there.
    row: int
    what: str
    #: What was sent in each row; missing where that was read, or where it was nothing.
    texts: list[str | None]


def lost_in(values: Sequence[object], times: pd.DatetimeIndex, tz: Zone) -> Lost | None:
    """Give what :func:`to_index` could not read; ``None`` if that is nothing.

    A time that only lacks a zone is told first: the caller can mend it.
    """
    lost = [row for row in np.flatnonzero(times.isna()).tolist() if values[row] not in (None, "")]
    if not lost:
        return None
    naive = next((row for row in lost if _lacks_zone(values[row], tz)), None)
    texts: list[str | None] = [None] * len(values)
    for row in lost:
        texts[row] = as_text(values[row])
    if naive is not None:
        return Lost(naive, NAIVE, texts)
    return Lost(lost[0], "a value that is no time", texts)


def _lacks_zone(value: object, tz: Zone) -> bool:
    """Tell whether a value would be an instant if only a zone were given."""
    return tz is None and read_instant(value) is None and read_instant(value, "UTC") is not None
