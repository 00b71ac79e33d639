"""Metrics: one number for the whole workspace."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synerise_frames.frames.find import (
    NAME,
    VALUE,
    all_ids,
    all_texts,
    at,
    find_value,
    is_box,
    is_scalar,
    pick,
)
from synerise_frames.frames.flatten import spread
from synerise_frames.frames.load import Payload, refuse
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import Records, apart, column, hold_rest, others
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading

_ID = ("metricid", "id", "uuid")
_VALUE = ("result", "value", *VALUE)
_ABOUT = ("metricdata", "metric", "definition", "about")
_LIST = ("data", "items", "metrics", "results")


def metric(
    payload: Payload,
    tz: Zone = None,  # noqa: ARG001
    strict: bool = False,
    *,
    metric_id: str | None = None,
    name: str | None = None,
) -> pd.DataFrame:
    """Read the answer of ``metrics.calculate``, ``…_override``, ``…_dynamic`` or ``preview``.

    Parameters
    ----------
    payload : dict, list, number, str or bytes
        The answer: ``{"result": 1234.56, "metricData": {"title": "Revenue"}}``; also a bare
        number, or a list of such objects.
    tz : str or tzinfo, optional
        Not used: a metric has no times.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.
    metric_id, name : str, optional
        Used where the answer does not say.

    Returns
    -------
    DataFrame
        metric_id, metric (``string``), value (``Float64``); several numbers in one result stay
        several columns.

    Raises
    ------
    ShapeError
        If the payload is no metric.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.metric({"result": 1234.56, "metricData": {"title": "Revenue"}})
      metric_id   metric    value
    0      <NA>  Revenue  1234.56
    """

    def reader(reading: Reading, data: Any) -> pd.DataFrame:
        return _read(reading, data, metric_id, name)

    return read("metric", payload, strict, reader)


def _read(reading: Reading, data: Any, metric_id: str | None, name: str | None) -> pd.DataFrame:
    records = Records()
    for item, path in _answers(reading, data):
        if isinstance(item, dict):
            records.add(_open(reading, item), path)
        elif isinstance(item, str | bool) and len(records) == 0 and item is data:
            raise refuse(reading.kind, path, item, "a number or an object with 'result'")
        else:
            records.add({"result": item}, path)
    fields = records.fields()
    id_key = pick(fields, _ID, all_ids)
    name_key = pick(fields, ("title", *NAME), all_texts, {id_key})
    value_key = find_value(fields, _VALUE, {id_key, name_key})
    if len(records) and value_key is None and not any(map(_numeric, fields.values())):
        raise refuse(reading.kind, records.paths[0], data, "an object with 'result'")
    reading.where = lambda _, row: at(records.paths[row], value_key or "result")
    columns = {
        "metric_id": [metric_id if v is None else v for v in column(records.rows, id_key)],
        "metric": [name if v is None else v for v in column(records.rows, name_key)],
        "value": column(records.rows, value_key),
    }
    more = others(reading, records, {id_key, name_key, value_key})
    return build(reading, {**columns, **apart("metric", more)})


def _numeric(values: list[Any]) -> bool:
    return any(isinstance(v, int | float) for v in values)


def _answers(reading: Reading, data: Any) -> list[tuple[Any, str]]:
    if data in (None, [], {}):
        return []
    if isinstance(data, list):
        return [(item, at("$", i)) for i, item in enumerate(data)]
    if isinstance(data, dict) and pick(data, _VALUE) is None:
        key = pick(data, _LIST, is_box)
        if key is not None:
            inner = data[key]
            rows = inner if isinstance(inner, list) else [inner]
            hold_rest(reading, data, {key})
            return [(row, at(at("$", key), i)) for i, row in enumerate(rows)]
    return [(data, "$")]


def _open(reading: Reading, item: dict[str, Any]) -> dict[str, Any]:
    """Bring what is said about the metric up beside its result; keep the rest of it."""
    row: dict[str, Any] = {}
    about: dict[str, dict[str, Any]] = {}
    for key, value in item.items():
        if isinstance(value, list) and len(value) == 1 and is_scalar(value[0]):
            row[key] = value[0]
        elif isinstance(value, dict) and pick({key: value}, _ABOUT) is not None:
            about[key] = value
        elif isinstance(value, dict) and pick({key: value}, ("metadata", "meta")) is not None:
            if value:
                reading.hold(key, value)
        else:
            row[key] = value
    for key, value in about.items():
        _about(reading, row, key, value)
    return spread(row, unwrap=_VALUE)


def _about(reading: Reading, row: dict[str, Any], key: str, about: dict[str, Any]) -> None:
    name_key, id_key = pick(about, ("title", *NAME), is_scalar), pick(about, _ID, is_scalar)
    sent = (("title", name_key), ("metricId", id_key))
    told = {name: about[own] for name, own in sent if own is not None}
    # What stands beside the result itself wins.
    hidden = any(row.get(name, value) != value for name, value in told.items())
    row |= {name: value for name, value in told.items() if name not in row}
    if hidden or set(about) - {name_key, id_key}:
        reading.hold(key, about)
