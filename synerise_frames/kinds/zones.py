"""Days that begin in the middle of a day: the sign of a wrong time zone."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd

from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import SyneriseWarning
from synerise_frames.periods import CLOCKS_APART, Interval, at_start, zone


def warn_of_zone(frame: pd.DataFrame, known: dict[str, Any]) -> pd.DataFrame:
    """Warn if no bucket of whole days begins with a day of the zone; give the frame back.

    `known` is what :meth:`Context.timeline` gives. Buckets that go back from the moment of
    calculation begin where their window does, and are no sign of anything.
    """
    interval: Interval | None = known["interval"]
    if interval is None or interval.on_clock or known["tz"] is None:
        return frame
    starts = pd.DatetimeIndex(frame["bucket_start"].dropna().unique()).sort_values()
    # The first one may be cut by the window.
    inner = starts[1:]
    if not len(inner):
        return frame
    if at_start(inner).any():
        return frame
    wall = inner.tz_localize(None)
    window_start = known["window_start"]
    if window_start is not None:
        begun = pd.Timestamp(window_start).tz_convert(zone(known["tz"])).tz_localize(None)
        apart = abs((wall[0] - wall[0].floor("D")) - (begun - begun.floor("D")))
        if apart < CLOCKS_APART:
            return frame
    warnings.warn(
        f"Days begin at {wall[0]:%H:%M} in {known['tz']}, as if the workspace were in another "
        "zone: days and windows are wrong then. Pass tz=, the zone of the workspace.",
        SyneriseWarning,
        stacklevel=depth_of_caller(),
    )
    return frame
