"""When a bucket ends, and whether it is over.

The rule, in order: the end that was sent; else the start of the next bucket; for the last one
the interval, if the caller knows it, else the spacing of the starts, if it is constant on the
calendar, else the end of the window. A known interval wins over a next bucket that starts
later: a missing bucket does not make the one before it longer.

Ends are half-open here. A sent end is inclusive if the next bucket starts a microsecond,
millisecond, second or minute later, or if it looks so (``…59.999``, ``23:59:59``); it is
moved to that next moment. An end that is a bare date is inclusive if the next bucket starts a
day later, or if it equals its start.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synerise_frames.periods import Interval

_STEPS = np.array([1, 1_000, 1_000_000, 60_000_000])
_SECOND, _MINUTE, _DAY = 1_000_000, 60_000_000, 86_400_000_000
_MISSING = np.iinfo("int64").min

# Moments that every zone can show.
_EARLIEST, _LATEST = np.array(["0002-01-01", "9999-01-01"], "datetime64[us]").view("int64")


def bucket_ends(
    starts: pd.DatetimeIndex,
    sent: pd.DatetimeIndex | None = None,
    sent_is_date: np.ndarray | None = None,
    *,
    interval: Interval | None = None,
    window_end: datetime | None = None,
) -> pd.DatetimeIndex:
    """Give the end of each bucket, in the zone of `starts`; all buckets share one axis."""
    micros, where = np.unique(starts.as_unit("us").asi8, return_inverse=True)
    if len(micros) and micros[0] == _MISSING:
        micros, where = micros[1:], where - 1
    axis = _index(micros, starts.tz)
    following = _index(
        np.append(micros[1:], [_MISSING] * min(len(micros), 1)).astype("int64"), starts.tz
    )
    ends = _axis_ends(axis, following, interval, window_end)
    result = _taken(ends, where)
    if sent is not None and sent.notna().any():
        nexts = _taken(following, where)
        half_open = _half_open(sent, nexts)
        if sent_is_date is not None and sent_is_date.any():
            half_open = _after_date(half_open, sent, starts, nexts, sent_is_date)
        result = half_open.where(sent.notna(), result)
    return result if window_end is None else _cut(result, starts, window_end)


def _cut(
    ends: pd.DatetimeIndex, starts: pd.DatetimeIndex, window_end: datetime
) -> pd.DatetimeIndex:
    """End the buckets that begin within a window where it does: they hold no more of them."""
    end = pd.Timestamp(window_end)
    end = end if end.tzinfo else end.tz_localize(starts.tz)
    return ends.where(~((starts < end) & (ends > end)), end)


def is_partial(ends: pd.DatetimeIndex, now: datetime) -> Any:
    """Tell which buckets are not over at `now`; missing where the end is."""
    moment = pd.Timestamp(now)
    flags = ends > (moment if moment.tzinfo else moment.tz_localize(ends.tz))
    return pa.array(np.asarray(flags), mask=np.asarray(ends.isna()))


def _index(values: np.ndarray, tz: tzinfo | None) -> pd.DatetimeIndex:
    """Give times from microseconds since 1970."""
    values = np.where((values < _EARLIEST) | (values > _LATEST), _MISSING, values)
    return pd.DatetimeIndex(values.view("datetime64[us]")).tz_localize("UTC").tz_convert(tz)


def _shifted(times: pd.DatetimeIndex, interval: Interval) -> pd.DatetimeIndex:
    """Give where buckets end; missing where one ends when no calendar goes on."""
    try:
        return interval.shift(times)
    except (OverflowError, ValueError):
        return _index(np.full(len(times), _MISSING), times.tz)


def _taken(times: pd.DatetimeIndex, where: np.ndarray) -> pd.DatetimeIndex:
    """Take times by position; missing where the position is -1."""
    return _index(np.append(times.as_unit("us").asi8, _MISSING)[where], times.tz)


def _axis_ends(
    axis: pd.DatetimeIndex,
    following: pd.DatetimeIndex,
    interval: Interval | None,
    window_end: datetime | None,
) -> pd.DatetimeIndex:
    if not len(axis):
        return axis
    if interval is not None:
        ends = _shifted(axis, interval)
        # A first bucket may be cut short by the window: buckets never overlap.
        return ends.where(~(following < ends), following)
    last = _by_spacing(axis)
    if last is None and window_end is not None:
        end = pd.Timestamp(window_end)
        end = end if end.tzinfo else end.tz_localize(axis.tz)
        last = pd.DatetimeIndex([end]) if end > axis[-1] else None
    if last is None:
        return following
    micros = np.append(following.asi8[:-1], last.as_unit("us").asi8)
    return _index(micros, axis.tz)


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
    gap = np.where((starts == _MISSING) | (ends == _MISSING), 0, starts - ends)
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
    moved = np.where(ends == _MISSING, _MISSING, ends + np.where(np.isin(gap, _STEPS), gap, looks))
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
