"""Instants from whatever a server sends: ISO text with or without a zone, or epochs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd

from synerise_frames.periods import Zone, zone

_ISO_DATE = re.compile(r"\s*\d{4}-\d\d-\d\d")

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
        if isinstance(value, int | float):
            return _epoch(value)
        if isinstance(value, str) and _ISO_DATE.match(value):
            parsed = datetime.fromisoformat(value.strip())
            if parsed.tzinfo is None:
                if tz is None:
                    return None
                parsed = parsed.replace(tzinfo=zone(tz), fold=fold)
            return parsed.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _epoch(value: float) -> datetime:
    divisor = next(divisor for size, divisor in _EPOCH_UNITS if abs(value) < size)
    # Whole and fractional seconds apart: a float of microseconds since 1970 is not exact.
    seconds, rest = divmod(value, divisor)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=rest / divisor)


def to_index(values: Sequence[object], tz: Zone = None) -> pd.DatetimeIndex:
    """Read many instants at once, shown in the zone, in microseconds.

    What is no instant becomes ``NaT``; naive times too, unless a zone is given. Repeated
    hours of a day on which the clock goes back are told apart by their order.
    """
    instants: list[datetime | None] = []
    previous: datetime | None = None
    for value in values:
        instant = read_instant(value, tz)
        if instant and previous and instant <= previous:
            # Only a naive time in a repeated hour reads later with fold=1.
            second = read_instant(value, tz, fold=1)
            instant = second if second and second > previous else instant
        instants.append(instant)
        previous = instant or previous
    index = pd.DatetimeIndex(pd.to_datetime(pd.Series(instants, dtype="object"), utc=True))
    return index.as_unit("us").tz_convert(zone(tz))
