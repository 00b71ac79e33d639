"""The history of an aggregate for one profile: its value in time buckets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from synerise_frames.frames.buckets import Known
from synerise_frames.frames.find import is_scalar, pick
from synerise_frames.frames.load import Payload
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import apart
from synerise_frames.frames.timeline import read_timeline
from synerise_frames.periods import Interval, Zone
from synerise_frames.schema.build import build, listed
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_text

_AGGREGATE = ("aggregateid", "analysisid", "aggregateuuid")
_CLIENT = ("clientid", "profileid", "customerid")


def aggregate_history(
    payload: Payload,
    tz: Zone = None,
    strict: bool = False,
    *,
    interval: Interval | str | None = None,
    window_start: datetime | None = None,
    window_end: datetime | None = None,
    now: datetime | None = None,
    aggregate_id: str | None = None,
    profile: str | None = None,
) -> pd.DataFrame:
    """Read the answer of ``aggregates.history``.

    Buckets end as those of :func:`~synerise_frames.frames.trend`.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: ``{"items": [{"date": "…", "value": 4}], "metadata": {}}``.
    tz : str or tzinfo, optional
        Zone to show times in, and the one that times without a zone are in.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.
    interval, window_start, window_end, now
        As for :func:`~synerise_frames.frames.trend`.
    aggregate_id, profile : str, optional
        Used where the answer does not say.

    Returns
    -------
    DataFrame
        aggregate_id, profile (``string``), bucket_start, bucket_end (``datetime64[us, tz]``),
        value (``Float64``), is_partial (``boolean``); ``series_id`` and ``series`` only if the
        answer has several series.

    Raises
    ------
    ShapeError
        If there is nothing that could hold values.
    ConfigError
        As for :func:`~synerise_frames.frames.trend`.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> items = [{"date": "2024-03-01", "value": 4}, {"date": "2024-03-02", "value": 0}]
    >>> payload = {"items": items, "metadata": {}}
    >>> df = sf.frames.aggregate_history(payload, tz="Europe/Warsaw", profile="7")
    >>> df[["profile", "bucket_start", "value"]]
      profile              bucket_start  value
    0       7 2024-03-01 00:00:00+01:00    4.0
    1       7 2024-03-02 00:00:00+01:00    0.0
    """
    known = Known(tz, Interval.of(interval), window_start, window_end, now)

    def reader(reading: Reading, data: Any) -> pd.DataFrame:
        return _read(reading, data, known, aggregate_id, profile)

    return read("aggregate_history", payload, strict, reader)


def _read(
    reading: Reading, data: Any, known: Known, aggregate_id: str | None, profile: str | None
) -> pd.DataFrame:
    if isinstance(data, dict):
        id_key, client_key = pick(data, _AGGREGATE, is_scalar), pick(data, _CLIENT, is_scalar)
        aggregate_id = _own(reading, data, id_key, aggregate_id)
        profile = _own(reading, data, client_key, profile)
        data = {k: v for k, v in data.items() if k not in (id_key, client_key)}
    timeline = read_timeline(reading, data, known)
    columns = timeline.columns
    length = len(columns.get("value", ()))
    several = {name: listed(columns.pop(name, [])) for name in ("series_id", "series")}
    # "0" is the position of the one series of which nothing was said.
    if {*several["series_id"]} <= {"0"} and {*several["series"]} <= {None}:
        several = {}
    columns["aggregate_id"] = [aggregate_id] * length
    columns["profile"] = [profile] * length
    extra = {f"{k}_sent" if k in several else k: v for k, v in timeline.extra.items()}
    more = apart("aggregate_history", extra)
    return build(reading, {**columns, **several, **more}, tz=known.tz)


def _own(reading: Reading, data: dict[str, Any], key: str | None, asked: str | None) -> str | None:
    """Take what was asked for; keep what the answer says if it is something else."""
    sent = as_text(data[key]) if key is not None else None
    if asked is None or key is None:
        return sent if asked is None else asked
    if sent is not None and sent != asked:
        reading.hold(key, sent)
    return asked
