"""Windows that follow the calendar of a zone: days, weeks from Monday, months; half-open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import pandas as pd

from synerise_frames.periods import Interval

#: How people, and the folders of a data set, call a unit.
LABELS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}

_DAY = 86_400
_SECONDS = {"SECONDS": 1, "MINUTES": 60, "HOURS": 3_600}
_UNITS_IN = {"day": ("DAYS",), "week": ("DAYS", "WEEKS"), "month": ("DAYS", "MONTHS")}


@dataclass(frozen=True)
class CalendarWindow:
    """From `start` (included) to `end` (excluded), both aware."""

    start: datetime
    end: datetime
    unit: str

    @property
    def label(self) -> str:
        """What people call it: ``2024-03``, ``2024-W09``, ``2024-03-31``."""
        return self.start.strftime(LABELS[self.unit])


def midnight(day: date, zone: tzinfo) -> datetime:
    """Give the first moment of a day; not all days begin at 00:00.

    >>> from zoneinfo import ZoneInfo
    >>> midnight(date(2023, 4, 28), ZoneInfo("Africa/Cairo")).isoformat()
    '2023-04-28T01:00:00+03:00'
    """
    # There and back: a wall time that the clock skips becomes the one after it.
    return datetime.combine(day, time.min, zone).astimezone(UTC).astimezone(zone)


def next_start(day: date, unit: str) -> date:
    """Give the first day of the unit after the one that a day is in."""
    if unit == "day":
        return day + timedelta(days=1)
    if unit == "week":
        return day + timedelta(days=7 - day.weekday())
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def windows(since: date, now: datetime, unit: str, zone: tzinfo) -> Iterator[CalendarWindow]:
    """Give the windows from a day on; the last one is that which `now` is in.

    The first begins with that day, also in the middle of a unit.

    >>> from zoneinfo import ZoneInfo
    >>> now = datetime(2024, 2, 10, tzinfo=UTC)
    >>> [w.label for w in windows(date(2024, 1, 15), now, "month", ZoneInfo("Europe/Warsaw"))]
    ['2024-01', '2024-02']
    """
    day = since
    while midnight(day, zone).astimezone(UTC) <= now:
        after = next_start(day, unit)
        yield CalendarWindow(midnight(day, zone), midnight(after, zone), unit)
        day = after


def shifted(moment: datetime, by: Interval | None, times: int = 1) -> datetime:
    """Move a moment: days and longer on its calendar, hours and shorter on the clock."""
    if by is None:
        return moment
    return pd.Timestamp(by.shift(pd.DatetimeIndex([moment]), times)[0]).to_pydatetime()


def day_end(moment: datetime, zone: tzinfo) -> datetime:
    """Give the end of the day that a moment is in."""
    return midnight(moment.astimezone(zone).date() + timedelta(days=1), zone)


def fits(interval: Interval, window: str) -> bool:
    """Say whether every window is made of whole buckets, the first of which begins with it.

    >>> [fits(Interval.parse(text), "month") for text in ("1h", "1D", "1W", "7D", "1M")]
    [True, True, False, False, True]
    """
    seconds = _SECONDS.get(interval.unit, 0) * interval.value
    if seconds:
        return _DAY % seconds == 0
    if (interval.value, interval.unit) == (7, "DAYS"):
        return window == "week"
    return interval.value == 1 and interval.unit in _UNITS_IN[window]
