"""What an analyst would write without the library: ``json.loads`` and ``pd.json_normalize``."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

_TEXT = "string"


def report_by_hand(body: bytes, *, same: bool) -> pd.DataFrame:
    """Read rows of dimensions and metrics."""
    # A list of flat objects takes json_normalize's own short way; record_path would not.
    wide = pd.json_normalize(json.loads(body)["data"])
    if not same:
        return wide
    wide["row"] = range(len(wide))
    long = wide.melt(["row", "country", "category"], var_name="metric", ignore_index=True)
    long = long.sort_values("row", kind="stable", ignore_index=True)
    texts = dict.fromkeys(["country", "category", "metric"], _TEXT)
    return long.astype({"row": "Int64", "value": "Float64", **texts})


def trend_by_hand(body: bytes, layout: str, tz: str, *, same: bool) -> pd.DataFrame:
    """Read a trend, one row a bucket and series."""
    data = json.loads(body)
    legends = data["legends"]
    if layout == "mapping":
        frame = pd.json_normalize(data["items"])
        if same:
            frame = frame.melt("date", var_name="series_id")
            frame["series_id"] = frame["series_id"].str.removeprefix("values.")
    elif layout == "objects":
        frame = pd.json_normalize(data["items"], record_path="values", meta="date")
        frame = frame.rename(columns={"id": "series_id"})
    else:
        frame = pd.json_normalize(data["items"], record_path="values", meta="date")
        frame.columns = pd.Index(["value", "date"])
        if same:
            frame["series_id"] = [legend["id"] for legend in legends] * len(data["items"])
    return _typed(frame, legends, tz) if same else frame


def histogram_by_hand(body: bytes, tz: str, *, same: bool) -> pd.DataFrame:
    """Read a histogram that goes series by series."""
    data = json.loads(body)
    frame = pd.json_normalize(data["items"], record_path="data", meta=["id", "name"])
    frame = frame.rename(columns={"id": "series_id", "name": "series"})
    return _typed(frame, [], tz) if same else frame


def _typed(frame: pd.DataFrame, legends: list[dict[str, Any]], tz: str) -> pd.DataFrame:
    if legends:
        names = {legend["id"]: legend["name"] for legend in legends}
        frame["series"] = frame["series_id"].map(names)
    frame["bucket_start"] = pd.to_datetime(frame.pop("date"), utc=True).dt.tz_convert(tz)
    frame["bucket_end"] = frame["bucket_start"] + pd.DateOffset(days=1)
    frame["is_partial"] = (frame["bucket_end"] > pd.Timestamp.now(tz)).astype("boolean")
    return frame.astype({"series_id": _TEXT, "series": _TEXT, "value": "Float64"})


def listing_by_hand(body: bytes, tz: str, *, same: bool) -> pd.DataFrame:
    """Read a page of definitions."""
    frame = pd.json_normalize(json.loads(body)["data"])
    if not same:
        return frame
    for name in ("createdAt", "updatedAt"):
        frame[name] = pd.to_datetime(frame[name], utc=True).dt.tz_convert(tz)
    texts = ["id", "name", "description", "author", "modifier", "directoryId"]
    flags = ["isPredefined", "isDynamic"]
    return frame.astype({**dict.fromkeys(texts, _TEXT), **dict.fromkeys(flags, "boolean")})


def profile_list_by_hand(body: bytes, *, same: bool) -> pd.DataFrame:
    """Read answers for many profiles that came as one list."""
    return _results(pd.json_normalize(json.loads(body)), same=same)


def profiles_by_hand(bodies: list[bytes], *, same: bool) -> pd.DataFrame:
    """Read answers for many profiles that came one by one."""
    return _results(pd.json_normalize(list(map(json.loads, bodies))), same=same)


def _results(frame: pd.DataFrame, *, same: bool) -> pd.DataFrame:
    if not same:
        return frame
    frame["value"] = pd.to_numeric(frame["result"], errors="coerce").astype("Float64")
    frame["result_type"] = frame["result"].map(lambda value: type(value).__name__)
    frame["result"] = frame["result"].map(lambda v: None if v is None else str(v))
    texts = ["clientId", "aggregateId", "name", "result", "result_type"]
    return frame.astype(dict.fromkeys(texts, _TEXT))
