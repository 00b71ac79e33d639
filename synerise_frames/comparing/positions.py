"""Where a bucket stands in its window: 0 for the first, however many are missing before it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synerise_frames.periods import Interval


def positions(frame: pd.DataFrame) -> pd.Series:
    """Count the buckets of each row from the start of the frame's window.

    The window's start and the width of buckets come from ``attrs``; where they are not known
    there, the first bucket present has the position 0 and buckets present are counted.
    """
    starts = pd.DatetimeIndex(frame["bucket_start"])
    present = starts.dropna().unique().sort_values()
    boundaries = _boundaries(present, frame)
    at = boundaries.searchsorted(starts, side="right") - 1
    counted = pd.Series(at, index=frame.index, dtype="Int64")
    return counted.mask(np.asarray(starts.isna()))


def _boundaries(present: pd.DatetimeIndex, frame: pd.DataFrame) -> pd.DatetimeIndex:
    noted = frame.attrs.get("interval")
    if not isinstance(noted, str) or present.empty:
        return present
    width = Interval.parse(noted)
    first = _window_start(frame, present[0])
    # From the last bucket back, for a window may begin within a bucket, and cut it short.
    last, made = present[-1:], [present[-1]]
    while made[-1] > first:
        made.append(width.shift(last, -len(made))[0])
    known = pd.DatetimeIndex(made[::-1])
    # Buckets off the grid (weeks that start with each month, say): count what is there.
    fits = len(np.unique(known.searchsorted(present, side="right"))) == len(present)
    return known if fits else present


def _window_start(frame: pd.DataFrame, first: pd.Timestamp) -> pd.Timestamp:
    window = frame.attrs.get("window")
    if not isinstance(window, dict) or window.get("type") != "absolute":
        return first
    return min(pd.Timestamp(str(window["start"])).tz_convert(first.tz), first)
