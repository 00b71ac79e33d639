"""Windows of time and their buckets, on the workspace's calendar.

Everything here is aware and half-open. Days and longer are steps on the local calendar, so a
day with a change of the clock has 23 or 25 hours; hours and shorter are steps of real time.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from synerise_frames.sandbox.engine.part import Part
from synerise_frames.sandbox.moments import OLDEST, read_moment, settled

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
    unit = part["type"].one_of(UNITS, "unit of time")
    return Step(part["value"].whole(at_least=1, at_most=_MOST), unit)


def read_window(part: Part, workspace: Calendar) -> Window | None:
    """Read a ``dateFilter``; ``None`` if it is empty."""
    if not part.fields("type", "from", "to", "offset", "duration").value:
        return None
    kind = part["type"].one_of(("ABSOLUTE", "RELATIVE"), "date filter")
    if kind == "ABSOLUTE":
        return _absolute(part.fields("type", "from", "to", required=["from", "to"]), workspace.zone)
    part.fields("type", "offset", "duration", required=["duration"])
    end = workspace.clock
    if part.has("offset"):
        end = back(end, _length(part["offset"]))
    return Window(back(end, _length(part["duration"])), end)


def _absolute(part: Part, zone: ZoneInfo) -> Window:
    start, last = _moment(part["from"], zone), _moment(part["to"], zone)
    if as_stored(last) < as_stored(start):
        raise part["to"].error("Must not be before 'from'.")
    return Window(start, _after(last, part["to"].text()))


def _after(last: datetime, text: str) -> datetime:
    """Give the end of what is included: all of the day, second or fraction that is written."""
    if _is_day(text):
        return shift(last, Step(1, "DAYS"), 1)
    tick = timedelta(seconds=1)
    if last.microsecond:
        tick = timedelta(microseconds=1 if last.microsecond % 1000 else 1000)
    return (last.astimezone(UTC) + tick).astimezone(last.tzinfo)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _moment(part: Part, zone: ZoneInfo) -> datetime:
    text = part.text()
    try:
        return read_moment(text, zone)
    except ValueError as error:
        raise part.error(str(error)) from None


def _length(part: Part) -> Step:
    part.fields("type", "value", required=["type", "value"])
    unit = part["type"].one_of(UNITS, "unit of time")
    return Step(part["value"].whole(at_least=0, at_most=_MOST), unit)


def back(moment: datetime, step: Step) -> datetime:
    """Give the moment a step earlier, but none before all data."""
    oldest = datetime(OLDEST, 1, 1, tzinfo=moment.tzinfo)
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
        return settled(moment + timedelta(days=days), moment.tzinfo)
    months = step.value * times * (12 if step.unit == "YEARS" else 1)
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return settled(moment.replace(year=year, month=month + 1, day=day), moment.tzinfo)


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
    starts = [window.start]
    for start in _grid(_floor(window.start, step.unit), step):
        if as_stored(start) >= end:
            break
        if len(starts) == MOST_BUCKETS:
            raise ValueError(f"More than {MOST_BUCKETS:,} buckets: choose a longer interval.")
        starts.append(start)
    return starts


def _grid(anchor: datetime, step: Step) -> Iterator[datetime]:
    """Give the moments one step after the anchor, two steps, and so on."""
    for number in count(1):
        try:
            yield shift(anchor, step, number)
        except (OverflowError, ValueError):
            # Beyond all dates that there are, and all windows.
            return


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
