"""Windows of time and their buckets, on the workspace's calendar.

Everything here is aware and half-open. Days and longer are steps on the local calendar, so a
day with a change of the clock has 23 or 25 hours; hours and shorter are steps of real time.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from synerise_frames.sandbox.engine.part import Part

UNITS = ("SECONDS", "MINUTES", "HOURS", "DAYS", "WEEKS", "MONTHS", "YEARS")

#: More buckets than that are a mistake, such as seconds over a year.
MOST_BUCKETS = 20_000

_CLOCK = MappingProxyType(
    {
        "SECONDS": timedelta(seconds=1),
        "MINUTES": timedelta(minutes=1),
        "HOURS": timedelta(hours=1),
    }
)
_MOST = 1_000_000
_OLDEST, _NEWEST = 1900, 2100


class Calendar(Protocol):
    """What a window needs to know of a workspace."""

    zone: ZoneInfo
    clock: datetime

    def first_event(self, action: str) -> datetime:
        """Give the moment of the first event of an action."""


@dataclass(frozen=True)
class Window:
    """From `start` (included) to `end` (excluded), both aware and in the workspace's zone."""

    start: datetime
    end: datetime

    def parameters(self) -> tuple[datetime, datetime]:
        """Give both ends as the store has its times: naive UTC."""
        return as_stored(self.start), as_stored(self.end)


@dataclass(frozen=True)
class Step:
    """A width of buckets: a whole number of units."""

    value: int
    unit: str


def as_stored(moment: datetime) -> datetime:
    """Give a moment as the store has its times: naive UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def read_step(part: Part) -> Step | None:
    """Read ``{"type": "DAYS", "value": 1}``; ``None`` if it is empty."""
    part.fields("type", "value")
    if not part.value:
        return None
    unit = part["type"].choice({name: name for name in UNITS}, "unit of time")
    return Step(part["value"].whole(at_least=1, at_most=_MOST), unit)


def read_window(part: Part, workspace: Calendar) -> Window | None:
    """Read a ``dateFilter``; ``None`` if it is empty."""
    if not part.fields("type", "from", "to", "offset", "duration").value:
        return None
    kind = part["type"].choice({"ABSOLUTE": "ABSOLUTE", "RELATIVE": "RELATIVE"}, "date filter")
    if kind == "ABSOLUTE":
        return _absolute(part.fields("type", "from", "to", required=["from", "to"]), workspace.zone)
    part.fields("type", "offset", "duration", required=["duration"])
    end = workspace.clock
    if part.has("offset"):
        end = back(end, _length(part["offset"]))
    return Window(back(end, _length(part["duration"])), end)


def _absolute(part: Part, zone: ZoneInfo) -> Window:
    start, last = _moment(part["from"], zone), _moment(part["to"], zone)
    # "to" is included as far as it is written: 23:59:59 is that whole second.
    tick = timedelta(seconds=1)
    if last.microsecond:
        tick = timedelta(microseconds=1 if last.microsecond % 1000 else 1000)
    end = (last.astimezone(UTC) + tick).astimezone(zone)
    if as_stored(end) < as_stored(start):
        raise part["to"].error("Must not be before 'from'.")
    return Window(start, end)


def _moment(part: Part, zone: ZoneInfo) -> datetime:
    text = part.text()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise part.error("Must be a moment in ISO 8601, as 2017-03-01T00:00:00-05:00.") from None
    if not _OLDEST < moment.year < _NEWEST:
        raise part.error(f"Must be a year between {_OLDEST} and {_NEWEST}.")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(zone)


def _length(part: Part) -> Step:
    part.fields("type", "value", required=["type", "value"])
    unit = part["type"].choice({name: name for name in UNITS}, "unit of time")
    return Step(part["value"].whole(at_least=0, at_most=_MOST), unit)


def back(moment: datetime, step: Step) -> datetime:
    """Give the moment a step earlier, but none before all data."""
    oldest = datetime(_OLDEST, 1, 1, tzinfo=moment.tzinfo)
    try:
        return max(shift(moment, step, -1), oldest)
    except (OverflowError, ValueError):
        return oldest


def shift(moment: datetime, step: Step, times: int) -> datetime:
    """Move a moment by a step, so many times; to the last day where a month is too short."""
    if step.unit in _CLOCK:
        gap = _CLOCK[step.unit] * step.value * times
        return (moment.astimezone(UTC) + gap).astimezone(moment.tzinfo)
    if step.unit in ("DAYS", "WEEKS"):
        days = step.value * times * (7 if step.unit == "WEEKS" else 1)
        return _settled(moment + timedelta(days=days))
    months = step.value * times * (12 if step.unit == "YEARS" else 1)
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return _settled(moment.replace(year=year, month=month + 1, day=day))


def _settled(moment: datetime) -> datetime:
    """Move a wall time that a change of the clock skips to the one after it."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)


def buckets(window: Window, step: Step) -> list[datetime]:
    """Give the start of every bucket of a window; each ends where the next one starts.

    They count from the beginning of the unit that the window starts in (weeks from a Monday;
    days and anything else from their own start); the first bucket starts with the window.

    Raises
    ------
    ValueError
        If there are more than :data:`MOST_BUCKETS`.
    """
    # Moments of one zone are compared by their wall time, which an hour a year has twice.
    first, end = window.parameters()
    if first >= end:
        return []
    anchor = _floor(window.start, step.unit)
    starts = [window.start]
    number = 1
    while as_stored(start := shift(anchor, step, number)) < end:
        starts.append(start)
        number += 1
        if number > MOST_BUCKETS:
            raise ValueError(f"More than {MOST_BUCKETS:,} buckets: choose a longer interval.")
    return starts


def _floor(moment: datetime, unit: str) -> datetime:
    if unit == "SECONDS":
        return moment.replace(microsecond=0)
    if unit == "MINUTES":
        return moment.replace(second=0, microsecond=0)
    if unit == "HOURS":
        return moment.replace(minute=0, second=0, microsecond=0)
    day = midnight(moment)
    if unit == "WEEKS":
        return day - timedelta(days=day.weekday())
    if unit == "MONTHS":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "YEARS" else day


def midnight(moment: datetime) -> datetime:
    """Give the beginning of the local day of a moment."""
    return datetime.combine(moment.date(), time.min, tzinfo=moment.tzinfo)


def whole_data(actions: Iterable[str], workspace: Calendar) -> Window:
    """Give the window of an analysis that names none: its first event's midnight to now."""
    first = min((workspace.first_event(action) for action in actions), default=workspace.clock)
    return Window(midnight(first), workspace.clock)
