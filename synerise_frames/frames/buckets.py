"""When a bucket ends, and whether it is over.

The rule, in order: the end that was sent; else the start of the next bucket; for the last one
the interval, if the caller knows it, else the spacing of the starts, if it is constant on the
calendar, else the end of the window. A known interval wins over a next bucket that starts
later: a missing bucket does not make the one before it longer. A lone bucket that begins with
the window, in the middle of a day, week, month or year, may be cut or may be whole: it ends with
the window if that is no later than the interval says, else nobody knows when.

A window whose end is not known (``NaT``) may cut the last bucket anywhere: only one that is said
to end now or later is taken at its word, for it is not over, whether it is cut or not. A lone one
may be cut at its start, too.

Ends are half-open here. A sent end is inclusive if the next bucket starts a microsecond,
millisecond, second or minute later, or if it looks so (``…59.999``, ``23:59:59``); it is
moved to that next moment. An end that is a bare date is inclusive if the next bucket starts a
day later, or if it equals its start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import numpy as np
import pandas as pd
import pyarrow as pa

from synerise_frames.periods import CLOCKS_APART, Interval, Zone, at_start
from synerise_frames.schema.times import MISSING, from_micros

_STEPS = np.array([1, 1_000, 1_000_000, 60_000_000])
_SECOND, _MINUTE, _DAY = 1_000_000, 60_000_000, 86_400_000_000

# Moments that every zone can show.
_EARLIEST, _LATEST = np.array(["0002-01-01", "9999-01-01"], "datetime64[us]").view("int64")


@dataclass(frozen=True)
class Known:
    """What the caller knows of the buckets."""

    tz: Zone = None
    interval: Interval | None = None
    window_start: datetime | None = None
    #: ``NaT`` where there may be one that nobody knows.
    window_end: datetime | None = None
    now: datetime | None = None

    @property
    def may_end_anywhere(self) -> bool:
        """Whether the window may have an end that nobody knows."""
        return self.window_end is not None and bool(pd.isna(self.window_end))

    def end_in(self, tz: tzinfo | None) -> pd.Timestamp | None:
        """Give the window's end, a naive one in the zone; ``None`` where none is known."""
        if self.window_end is None or self.may_end_anywhere:
            return None
        return _moment(self.window_end, tz)


def bucket_ends(
    starts: pd.DatetimeIndex,
    ends: pd.DatetimeIndex | None,
    sent: Sequence[object] | None,
    known: Known,
) -> tuple[pd.DatetimeIndex, pa.Array]:
    """Give the end of each bucket, in the zone of `starts`, and whether it is still to come.

    `ends` are what was `sent` as ends, if anything was; all buckets share one axis.
    """
    now = _moment(known.now or datetime.now(UTC), starts.tz)
    window_end = known.end_in(starts.tz)
    micros, where = np.unique(starts.as_unit("us").asi8, return_inverse=True)
    if len(micros) and micros[0] == MISSING:
        micros, where = micros[1:], where - 1
    axis = _index(micros, starts.tz)
    following = _index(
        np.append(micros[1:], [MISSING] * min(len(micros), 1)).astype("int64"), starts.tz
    )
    over = _axis_ends(axis, following, known.interval, window_end)
    if _may_be_cut(axis, known) and not (window_end is not None and window_end <= over[0]):
        over = _index(np.array([MISSING]), starts.tz)
    if known.may_end_anywhere and len(over) and over[-1] < now:
        over = _index(np.append(over.as_unit("us").asi8[:-1], MISSING), starts.tz)
    result = _taken(over, where)
    if ends is not None and sent is not None and ends.notna().any():
        nexts = _taken(following, where)
        half_open = _half_open(ends, nexts)
        dates = np.array([isinstance(v, str) and len(v.strip()) == 10 for v in sent])
        if dates.any():
            half_open = _after_date(half_open, ends, starts, nexts, dates)
        result = half_open.where(ends.notna(), result)
    if window_end is not None:
        # A bucket that begins within the window holds nothing of what is behind it.
        result = result.where(~((starts < window_end) & (result > window_end)), window_end)
    to_come = np.asarray(result > now)
    return result, pa.array(to_come, mask=np.asarray(result.isna()))


def _moment(moment: datetime, tz: tzinfo | None) -> pd.Timestamp:
    """Give a moment as pandas has it; a naive one is meant in the zone."""
    stamp = pd.Timestamp(moment)
    return stamp if stamp.tzinfo else stamp.tz_localize(tz)


def _index(values: np.ndarray, tz: tzinfo | None) -> pd.DatetimeIndex:
    """Give times from microseconds since 1970."""
    values = np.where((values < _EARLIEST) | (values > _LATEST), MISSING, values)
    return from_micros(values, tz)


def _shifted(times: pd.DatetimeIndex, interval: Interval) -> pd.DatetimeIndex:
    """Give where buckets end; missing where one ends when no calendar goes on."""
    try:
        return interval.shift(times)
    except (OverflowError, ValueError):
        return _index(np.full(len(times), MISSING), times.tz)


def _taken(times: pd.DatetimeIndex, where: np.ndarray) -> pd.DatetimeIndex:
    """Take times by position; missing where the position is -1."""
    return _index(np.append(times.as_unit("us").asi8, MISSING)[where], times.tz)


def _axis_ends(
    axis: pd.DatetimeIndex,
    following: pd.DatetimeIndex,
    interval: Interval | None,
    window_end: pd.Timestamp | None,
) -> pd.DatetimeIndex:
    if not len(axis):
        return axis
    if interval is not None:
        ends = _shifted(axis, interval)
        # A first bucket may be cut short by the window: buckets never overlap.
        return ends.where(~(following < ends), following)
    last = _by_spacing(axis)
    if last is None and window_end is not None and window_end > axis[-1]:
        last = pd.DatetimeIndex([window_end])
    if last is None:
        return following
    micros = np.append(following.asi8[:-1], last.as_unit("us").asi8)
    return _index(micros, axis.tz)


def _may_be_cut(axis: pd.DatetimeIndex, known: Known) -> bool:
    """Tell a lone bucket that begins with the window, where none of the calendar's does."""
    if len(axis) != 1 or known.interval is None:
        return False
    start, unit = axis[0], known.interval.unit
    if known.window_start is None:
        if not known.may_end_anywhere:
            return False
    elif start > _moment(known.window_start, axis.tz) + CLOCKS_APART:
        return False
    first = {
        "WEEKS": start.weekday() in (0, 6),
        "MONTHS": start.day == 1,
        "YEARS": (start.month, start.day) == (1, 1),
    }
    length = {"SECONDS": "s", "MINUTES": "min", "HOURS": "h"}.get(unit, "D")
    return not (first.get(unit, True) and at_start(axis, length)[0])


def _by_spacing(axis: pd.DatetimeIndex) -> pd.DatetimeIndex | None:
    """Give the end of the last bucket if all starts are equally far apart."""
    if len(axis) < 2:
        return None
    wall = axis.tz_localize(None).as_unit("us").asi8
    steps = np.unique(np.diff(wall))
    if steps[0] >= 28 * _DAY:
        days = wall.view("datetime64[us]")
        months = days.astype("datetime64[M]")
        apart = np.unique(np.diff(months.astype("int64")))
        if len(apart) == 1 and len(np.unique(days - months)) == 1:
            return _shifted(axis[-1:], Interval(int(apart[0]), "MONTHS"))
    # Two instants of a repeated hour are at the same time of day.
    if len(steps) == 1 and steps[0] > 0 and steps[0] % _DAY == 0:
        return _shifted(axis[-1:], Interval(int(steps[0] // _DAY), "DAYS"))
    instants = axis.as_unit("us").asi8
    steps = np.unique(np.diff(instants))
    return _index(instants[-1:] + steps, axis.tz) if len(steps) == 1 else None


def _half_open(sent: pd.DatetimeIndex, nexts: pd.DatetimeIndex) -> pd.DatetimeIndex:
    ends = sent.as_unit("us").asi8
    starts = nexts.as_unit("us").asi8
    gap = np.where((starts == MISSING) | (ends == MISSING), 0, starts - ends)
    wall = sent.tz_localize(None).as_unit("us").asi8
    rest = wall % _SECOND
    looks = np.select(
        [
            rest == 999_999,
            rest == 999_000,
            (rest == 0) & (wall % _MINUTE == 59 * _SECOND),
            wall % _DAY == _DAY - _MINUTE,
        ],
        _STEPS,
        0,
    )
    moved = np.where(ends == MISSING, MISSING, ends + np.where(np.isin(gap, _STEPS), gap, looks))
    return _index(moved, sent.tz)


def _after_date(
    ends: pd.DatetimeIndex,
    sent: pd.DatetimeIndex,
    starts: pd.DatetimeIndex,
    nexts: pd.DatetimeIndex,
    dates: np.ndarray,
) -> pd.DatetimeIndex:
    later = _shifted(sent, Interval(1, "DAYS"))
    inclusive = bool((np.asarray(sent == starts) | np.asarray(later == nexts))[dates].any())
    return later.where(dates, ends) if inclusive else ends
