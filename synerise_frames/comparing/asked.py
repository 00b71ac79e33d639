"""Which buckets a pull asked for: one that it did not ask for is neither gone nor new.

But what begins after the older pull's window is new: time went on.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd

from synerise_frames.callers import depth_of_caller
from synerise_frames.comparing.matching import Flags, Matched
from synerise_frames.comparing.positions import bounds
from synerise_frames.errors import ConfigError, SyneriseWarning

_DAY = pd.Timedelta(days=1)


def not_asked(rows: Matched, starts: pd.Series, new: pd.DataFrame, old: pd.DataFrame) -> Flags:
    """Tell which rows only one pull has, because the other's window does not hold their bucket.

    Warns of them, unless both asked for "the last 30 days", of which one is over each day. A pull
    that does not say its window is taken to have asked for everything.
    """
    (early, late), (earlier, _) = _outside(starts, new), _outside(starts, old)
    went = rows.only_right & (early | late)
    came = rows.only_left & earlier
    if (went.any() or came.any()) and not _rolls(new, old):
        warnings.warn(
            f"{int(went.sum()):,} rows of `old` and {int(came.sum()):,} of `new` are of buckets "
            "outside of the window that the other one asked for: they are left out, neither gone "
            "nor new. To see them, pull both with the same dates=.",
            SyneriseWarning,
            stacklevel=depth_of_caller(),
        )
    left_out: Flags = went | came
    return left_out


def _outside(starts: pd.Series, frame: pd.DataFrame) -> tuple[Flags, Flags]:
    """Tell which buckets begin before a frame's window, and which after it; none if unknown."""
    window = _window(frame)
    if window is None or starts.dt.tz is None:
        nowhere = np.zeros(len(starts), dtype=np.bool_)
        return nowhere, nowhere
    begin, end = window
    before: Flags = (starts < begin).to_numpy(dtype=np.bool_)
    after: Flags = (starts >= end).to_numpy(dtype=np.bool_)
    return before, after


def _rolls(new: pd.DataFrame, old: pd.DataFrame) -> bool:
    """Tell one relative window, asked for twice."""
    asked = []
    for frame in (new, old):
        window = frame.attrs.get("window")
        if not isinstance(window, Mapping) or window.get("type") != "relative":
            return False
        asked.append({name: value for name, value in window.items() if name != "as_of"})
    return bool(asked[0] == asked[1])


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
