"""Trends and histograms: values of one or more series in time buckets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from synerise_frames.frames.load import Payload, read
from synerise_frames.frames.rows import apart
from synerise_frames.frames.timeline import Known, read_timeline
from synerise_frames.periods import Interval, Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading


def trend(
    payload: Payload,
    tz: Zone = None,
    strict: bool = False,
    *,
    interval: Interval | None = None,
    window_end: datetime | None = None,
    now: datetime | None = None,
) -> pd.DataFrame:
    return read("trend", payload, strict, _series(Known(tz, interval, window_end, now)))


def histogram(
    payload: Payload,
    tz: Zone = None,
    strict: bool = False,
    *,
    interval: Interval | None = None,
    window_end: datetime | None = None,
    now: datetime | None = None,
) -> pd.DataFrame:
    return read("histogram", payload, strict, _series(Known(tz, interval, window_end, now)))


def _series(known: Known) -> Any:
    def reader(reading: Reading, data: Any) -> pd.DataFrame:
        timeline = read_timeline(reading, data, known)
        columns = {**timeline.columns, **apart(reading.kind, timeline.extra)}
        return build(reading, columns, tz=known.tz)

    return reader
