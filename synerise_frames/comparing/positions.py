"""Where a bucket stands in its window: 0 for the first, however many are missing before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.periods import Interval, at_start, settled

_SECONDS = {"SECONDS": 1, "MINUTES": 60, "HOURS": 3_600, "DAYS": 86_400, "WEEKS": 604_800}
_MONTHS = {"MONTHS": 1, "YEARS": 12}
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class _Counted:
    """The positions of a frame's buckets."""

    at: npt.NDArray[np.int64]
    #: Rows without a time have no position.
    missing: npt.NDArray[np.bool_]
    #: They count from the start of the window, and not from the first bucket there is.
    is_known: bool = False
    is_relative: bool = False
    #: The window begins within its first bucket.
    is_cut: bool = False

    def series(self) -> pd.Series:
        return pd.Series(pd.arrays.IntegerArray(self.at, self.missing))

    def has_first(self) -> bool:
        return bool((self.at[~self.missing] == 0).any())


def positions(frame: pd.DataFrame) -> pd.Series:
    """Count the buckets of each row from the start of the frame's window.

    The window's start and the width of buckets come from ``attrs``; where they are not known
    there, the first bucket present has the position 0 and buckets present are counted.
    """
    return _count(frame).series()


def align(frame: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.Series, pd.Series, bool]:
    """Give the positions of two frames, and whether both are known to start with the window.

    A window that ends now begins in the middle of a bucket. Some servers give that bucket, and
    some give whole ones only: it counts if either frame has it.
    """
    sides = [_count(frame), _count(other)]
    known = all(side.is_known for side in sides)
    relative = [side for side in sides if side.is_relative]
    if any(side.is_cut for side in relative) and not any(side.has_first() for side in relative):
        # Two such windows stay aligned by that; beside another one it is an assumption.
        known &= len(relative) == len(sides)
        sides = [replace(side, at=side.at - 1) if side.is_cut else side for side in sides]
    return sides[0].series(), sides[1].series(), known


def _count(frame: pd.DataFrame) -> _Counted:
    starts = pd.DatetimeIndex(frame["bucket_start"])
    missing = np.asarray(starts.isna())
    present = starts.dropna().unique().sort_values()
    if present.empty:
        return _Counted(np.zeros(len(starts), dtype=np.int64), missing, is_known=True)
    begin = _window_start(frame, present)
    grid = _grid(frame, present, begin)
    boundaries = present if grid is None else grid
    known = begin is not None and (grid is not None or _is_whole(frame, present, begin))
    relative = known and frame.attrs["window"].get("type") == "relative"
    return _Counted(
        (boundaries.searchsorted(starts, side="right") - 1).astype(np.int64),
        missing,
        known,
        relative,
        relative and begin is not None and bool(boundaries[0] < begin),
    )


def _grid(
    frame: pd.DataFrame, present: pd.DatetimeIndex, begin: pd.Timestamp | None
) -> pd.DatetimeIndex | None:
    """Give the start of every bucket of the window, those missing too; ``None`` if not known."""
    noted = frame.attrs.get("interval")
    if not isinstance(noted, str):
        return None
    first = present[0] if begin is None else min(begin, present[0])
    grid = _back(Interval.parse(noted), present, first)
    # Buckets off the grid (weeks that start with each month, say): count what is there.
    fits = len(np.unique(grid.searchsorted(present, side="right"))) == len(present)
    return grid if fits else None


def _back(width: Interval, present: pd.DatetimeIndex, first: pd.Timestamp) -> pd.DatetimeIndex:
    """Give the last bucket's start and all before it, down to the one that holds a moment.

    From the last one back, for a window may begin within a bucket, and cut it short.
    """
    last = present[-1:]
    seconds = _SECONDS.get(width.unit, 0) * width.value
    # No month has less than 28 days.
    shortest = seconds or 28 * 86_400 * _MONTHS[width.unit] * width.value
    steps = np.arange(int((last[0] - first).total_seconds() / shortest) + 3)
    on_clock = last.tz is not None and width.on_clock
    wall = (last.tz_convert("UTC") if on_clock else last).tz_localize(None).to_numpy()
    if not on_clock:
        wall = wall.astype("datetime64[D]") + _into_day(present).min()
    if seconds:
        earlier = pd.DatetimeIndex(wall - (seconds * steps).astype("timedelta64[s]"))
    else:
        earlier = pd.DatetimeIndex(_months_back(wall, steps * width.value * _MONTHS[width.unit]))
    moved = earlier.tz_localize("UTC").tz_convert(last.tz) if on_clock else None
    made = (settled(earlier, last.tz) if moved is None else moved)[::-1]
    return made[max(int(made.searchsorted(first, side="right")) - 1, 0) :]


def _into_day(present: pd.DatetimeIndex) -> npt.NDArray[Any]:
    """Give how far after the start of their days moments are, by the clock on the wall."""
    times = present.tz_localize(None).to_numpy()
    days = times.astype("datetime64[D]").astype(times.dtype)
    return np.where(at_start(present), np.timedelta64(0, "us"), times - days)


def _months_back(wall: npt.NDArray[Any], months: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Give the same day so many months earlier; the last one where a month is too short."""
    month = wall.astype("datetime64[M]")
    into = wall - month.astype(wall.dtype)
    earlier = month - months
    day = into.astype("timedelta64[D]")
    longest = (earlier + 1).astype("datetime64[D]") - earlier.astype("datetime64[D]")
    days = np.minimum(day, longest - np.timedelta64(1, "D"))
    midnight = (earlier.astype("datetime64[D]") + days).astype(wall.dtype)
    moved: npt.NDArray[Any] = midnight + (into - day)
    return moved


def _is_whole(frame: pd.DataFrame, present: pd.DatetimeIndex, begin: pd.Timestamp | None) -> bool:
    """Tell whether the buckets follow one another from the start of the window."""
    ends = pd.DatetimeIndex(frame.get("bucket_end", [])).dropna().unique().sort_values()
    return (
        begin is not None
        and len(ends) == len(present)
        and bool((present[1:] == ends[:-1]).all())
        and bool(present[0] <= begin < ends[0])
    )


def _window_start(frame: pd.DataFrame, present: pd.DatetimeIndex) -> pd.Timestamp | None:
    """Give the start of the frame's window; ``None`` where it is not known, or cannot be."""
    window = frame.attrs.get("window")
    try:
        begin, end = bounds(window, frame.attrs.get("fetched_at"), present)
    except (KeyError, TypeError, ValueError, OverflowError, ConfigError):
        return None
    # The clock of a workspace may stand still in the past, far from when the frame was made.
    reach = pd.DatetimeIndex(frame.get("bucket_end", [])).dropna()
    is_after = len(reach) and begin >= reach.min() and begin > present[0]
    return None if is_after or present[-1] >= end + _DAY else begin


def bounds(
    window: Any, fetched_at: Any, present: pd.DatetimeIndex
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Read start and end of a window in the zone of the buckets.

    Raises
    ------
    ConfigError
        If there is no window.
    """
    if not isinstance(window, Mapping):
        raise ConfigError("There is no window.")
    if window["type"] == "absolute":
        bounds = [pd.Timestamp(str(window[side])) for side in ("start", "end")]
        begin, end = (
            t.tz_convert(present.tz) if t.tz else t.tz_localize(present.tz) for t in bounds
        )
        return begin, end
    as_of = window.get("as_of", fetched_at)
    now = pd.DatetimeIndex([pd.Timestamp(str(as_of))]).tz_convert(present.tz)
    unit, offset = window["unit"], window.get("offset")
    over = Interval(offset, unit).shift(now, -1) if offset else now
    return Interval(window["value"], unit).shift(over, -1)[0], over[0]
