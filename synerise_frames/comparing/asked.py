"""Which buckets a pull asked for: one that it did not ask for is neither gone nor new."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from synerise_frames.callers import depth_of_caller
from synerise_frames.comparing.matching import Flags, Matched
from synerise_frames.comparing.positions import bounds
from synerise_frames.errors import ConfigError, SyneriseWarning

_DAY = pd.Timedelta(days=1)


def not_asked(rows: Matched, starts: pd.Series, new: pd.DataFrame, old: pd.DataFrame) -> Flags:
    """Tell which rows only one pull has, because the other's window does not hold their bucket.

    Warns of them. A pull that does not say its window is taken to have asked for everything.
    """
    went = rows.only_right & _outside(starts, new)
    came = rows.only_left & _outside(starts, old)
    if went.any() or came.any():
        warnings.warn(
            f"{int(went.sum()):,} rows of `old` and {int(came.sum()):,} of `new` are of buckets "
            "outside of the window that the other one asked for: they are left out, neither gone "
            "nor new. To see them, pull both with the same dates=.",
            SyneriseWarning,
            stacklevel=depth_of_caller(),
        )
    left_out: Flags = went | came
    return left_out


def _outside(starts: pd.Series, frame: pd.DataFrame) -> Flags:
    """Tell which buckets begin outside of a frame's window; none where it is not known."""
    window = _window(frame)
    if window is None or starts.dt.tz is None:
        return np.zeros(len(starts), dtype=np.bool_)
    begin, end = window
    outside: Flags = ((starts < begin) | (starts >= end)).to_numpy(dtype=np.bool_)
    return outside


def _window(frame: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Give the bounds of a frame's window; ``None`` where they are not known, or cannot be."""
    sources = frame.attrs.get("sources")
    if isinstance(sources, list) and len(sources) > 1:
        return None  # the notes are those of the first part alone
    try:
        starts = pd.DatetimeIndex(frame["bucket_start"]).dropna()
        ends = pd.DatetimeIndex(frame["bucket_end"]).dropna()
        begin, end = bounds(frame.attrs.get("window"), frame.attrs.get("fetched_at"), starts)
        # Rows were put to those that were asked for, or a clock stands still.
        strange = bool((starts >= end + _DAY).any() or (ends <= begin).any())
    except (KeyError, TypeError, ValueError, OverflowError, ConfigError):
        return None
    return None if strange else (begin, end)
