"""Trends and histograms: values of one or more series in time buckets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from synerise_frames.frames.buckets import Known
from synerise_frames.frames.load import Payload
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import apart
from synerise_frames.frames.skim import Skimmed
from synerise_frames.frames.timeline import Timeline, read_timeline, skim_timeline
from synerise_frames.periods import Interval, Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading


def trend(
    payload: Payload,
    tz: Zone = None,
    strict: bool = False,
    *,
    interval: Interval | str | None = None,
    window_start: datetime | None = None,
    window_end: datetime | None = None,
    now: datetime | None = None,
) -> pd.DataFrame:
    """Read the answer of ``trends.calculate`` or ``trends.preview``.

    Rows keep the order of the answer: bucket by bucket where it goes by buckets, series by
    series where it goes by series. Series are joined to their legends by id, then by name, by
    position only where there are as many values as legends. Series of the same name keep their
    own ``series_id``.

    A bucket ends where the answer says so: an end just before the next bucket (``…999`` ms,
    ``23:59:59``, a bare date) is inclusive and moved to it. Else it ends where the next bucket
    starts, or one `interval` after its start if that is sooner; the last one after the
    `interval`, or the constant spacing of all starts on the calendar, or at `window_end`.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: ``{"legends": [...], "items": [{"date": "…", "values": [...]}]}``.
    tz : str or tzinfo, optional
        Zone to show times in, and the one that times without a zone are in. Without it, times
        are shown in UTC, and those without a zone are missing (their text is in
        ``bucket_start_raw``).
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.
    interval : Interval or str, optional
        Width of a bucket, if it is known.
    window_start : datetime, optional
        A lone bucket that begins with the window, in the middle of a day, week, month or year
        of its `interval`, may be cut: where it ends is not known then, unless by `window_end`.
    window_end : datetime, optional
        End of the last bucket, if nothing better is known. ``pandas.NaT`` where the window may
        end within that bucket and nobody knows where: it has no end then, unless one is sent or
        the bucket is not over yet.
    now : datetime, optional
        Buckets that end later are partial; default the real time.

    Returns
    -------
    DataFrame
        series_id, series (``string``), bucket_start, bucket_end (``datetime64[us, tz]``),
        value (``Float64``), is_partial (``boolean``), then fields without a role. ``value_raw``
        (``string``) has what no float holds exactly, and numbers that were sent as text.

    Raises
    ------
    ShapeError
        If there is nothing that could hold values, or the answer is an error.
    ConfigError
        If the payload is no answer but a file, say, the interval cannot be read, or there is no
        such zone.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> df = sf.frames.trend({
    ...     "legends": [{"id": "a", "name": "page.visit"}, {"id": "b", "name": "purchase"}],
    ...     "items": [{"date": "2024-03-30T00:00:00+01:00", "values": [120, 7]},
    ...               {"date": "2024-03-31T00:00:00+01:00", "values": [98, None]}]},
    ...     tz="Europe/Warsaw")
    >>> df[["series", "bucket_start", "bucket_end", "value"]]
           series              bucket_start                bucket_end  value
    0  page.visit 2024-03-30 00:00:00+01:00 2024-03-31 00:00:00+01:00  120.0
    1    purchase 2024-03-30 00:00:00+01:00 2024-03-31 00:00:00+01:00    7.0
    2  page.visit 2024-03-31 00:00:00+01:00 2024-04-01 00:00:00+02:00   98.0
    3    purchase 2024-03-31 00:00:00+01:00 2024-04-01 00:00:00+02:00   <NA>
    """
    known = Known(tz, Interval.of(interval), window_start, window_end, now)
    return _series("trend", payload, strict, known)


def histogram(
    payload: Payload,
    tz: Zone = None,
    strict: bool = False,
    *,
    interval: Interval | str | None = None,
    window_start: datetime | None = None,
    window_end: datetime | None = None,
    now: datetime | None = None,
) -> pd.DataFrame:
    """Read the answer of ``histograms.calculate`` or ``histograms.preview``.

    Parameters, columns and errors are those of :func:`~synerise_frames.frames.trend`.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> df = sf.frames.histogram({
    ...     "legends": ["Revenue"],
    ...     "items": [{"from": 1704063600000, "to": 1704149999999, "values": {"Revenue": 5.5}}]},
    ...     tz="Europe/Warsaw")
    >>> df["bucket_end"].item().isoformat()
    '2024-01-02T00:00:00+01:00'
    """
    known = Known(tz, Interval.of(interval), window_start, window_end, now)
    return _series("histogram", payload, strict, known)


def _series(kind: str, payload: Payload, strict: bool, known: Known) -> pd.DataFrame:
    def reader(reading: Reading, data: Any) -> pd.DataFrame:
        return _frame(reading, read_timeline(reading, data, known))

    def quick(reading: Reading, skimmed: Skimmed) -> pd.DataFrame | None:
        timeline = skim_timeline(reading, skimmed, known)
        return None if timeline is None else _frame(reading, timeline)

    def _frame(reading: Reading, timeline: Timeline) -> pd.DataFrame:
        columns = {**timeline.columns, **apart(kind, timeline.extra)}
        return build(reading, columns, tz=known.tz)

    return read(kind, payload, strict, reader, quick)
