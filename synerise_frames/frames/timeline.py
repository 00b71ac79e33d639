"""Time series of any layout: the reader that trends, histograms and histories share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synerise_frames.frames.buckets import bucket_ends, is_partial
from synerise_frames.frames.find import (
    is_box,
    looks_like_time,
)
from synerise_frames.frames.legends import Legends, Resolver, Series, read_legends
from synerise_frames.frames.load import refuse
from synerise_frames.frames.moments import read_times
from synerise_frames.frames.points import Context, Points
from synerise_frames.frames.roles import assign
from synerise_frames.frames.roots import Root, find_root
from synerise_frames.frames.walk import Walk, axis
from synerise_frames.periods import Interval, Zone
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_text
from synerise_frames.schema.times import to_index


@dataclass(frozen=True)
class Known:
    """What the caller knows of the buckets."""

    tz: Zone = None
    interval: Interval | None = None
    window_end: datetime | None = None
    now: datetime | None = None


@dataclass
class Timeline:
    """The columns of a time series, as they go into a frame."""

    columns: dict[str, Any] = field(default_factory=dict)
    #: Fields without a role, for columns behind the declared ones.
    extra: dict[str, list[Any]] = field(default_factory=dict)


def read_timeline(reading: Reading, data: Any, known: Known) -> Timeline:
    """Read a time series.

    Raises
    ------
    ShapeError
        If there is nothing that could hold values.
    """
    if data is None:
        return Timeline()
    if not is_box(data):
        raise refuse(reading.kind, "$", data, "an object with 'items'")
    root = find_root(reading, data)
    legends, says_more = read_legends(root.legends)
    aligned = _aligned(root, legends)
    if aligned is not None:
        return _fast(reading, root, legends, aligned, known, says_more=says_more)
    walk = Walk(reading, legends)
    times = axis(root.axis) if root.axis else None
    if is_box(root.box):
        walk.node(root.box, Context(path=root.path, axis=times))
    if root.axis and not all(time in walk.points.start for time in root.axis):
        reading.keep(root.path, "times", root.axis)
    series = _series(reading, walk.points, legends)
    _hold_legends(reading, root, legends, set(series), says_more=says_more)
    if walk.silent:
        reading.hold("series_without_values", walk.silent)
    return _timeline(reading, walk.points, series, known)


def _hold_legends(
    reading: Reading, root: Root, legends: Legends, found: set[Series], *, says_more: bool
) -> None:
    """Keep legends that no row repeats in full."""
    if says_more or any(entry not in found for entry in legends.entries):
        reading.hold("legends", root.legends)


# --- the layout nearly every answer has, without a loop over its values


def _aligned(root: Root, legends: Legends) -> tuple[str, str | None, str, int] | None:
    """Recognise items of a time and a list of values as long as the legends."""
    items, width = root.box, len(legends)
    if root.axis or not width or not isinstance(items, list) or {*map(type, items)} != {dict}:
        return None
    fields = {*items[0]}
    if len(fields) > 3 or any(item.keys() != fields for item in items):
        return None
    roles = assign(items, legends, timed=False)
    parts = {roles.start, roles.end, *roles.children} - {None}
    if roles.start is None or not roles.named or parts != fields:
        return None
    key = roles.children[0]
    lists = [item[key] for item in items]
    plain = all(isinstance(v, list) and len(v) == width for v in lists) and (
        {*map(type, chain.from_iterable(lists))} <= {int, float, type(None)}
    )
    return (roles.start, roles.end, key, width) if plain else None


def _fast(
    reading: Reading,
    root: Root,
    legends: Legends,
    found: tuple[str, str | None, str, int],
    known: Known,
    *,
    says_more: bool,
) -> Timeline:
    start_key, end_key, values_key, width = found
    items = root.box
    reading.where = lambda _, row: f"{root.path}[{row // width}].{values_key}[{row % width}]"
    raw_starts = [item[start_key] for item in items]
    raw_ends = None if end_key is None else [item[end_key] for item in items]
    times = _times(reading, raw_starts, raw_ends, known, lambda i: f"{root.path}[{i}].{start_key}")
    every = np.repeat(np.arange(len(items)), width)
    tiled = pa.array(np.tile(np.arange(width), len(items)))
    _hold_legends(reading, root, legends, set(legends.entries), says_more=says_more)
    columns = {name: _take(values, every) for name, values in times.items()}
    columns["series_id"] = pa.array([e.id for e in legends.entries], pa.large_string()).take(tiled)
    columns["series"] = pa.array([e.name for e in legends.entries], pa.large_string()).take(tiled)
    columns["value"] = _values(list(chain.from_iterable(item[values_key] for item in items)))
    extra = {name: columns.pop(name).to_pylist() for name in times if name.endswith("_raw")}
    return Timeline(columns, extra)


def _values(values: list[Any]) -> Any:
    try:
        return pa.array(values, pa.float64(), from_pandas=True)
    except (pa.ArrowInvalid, OverflowError):
        return values  # an integer that no float can hold: build() sees to it


def _take(values: Any, every: np.ndarray) -> Any:
    if isinstance(values, list):
        return pa.array(values, pa.string()).take(every)
    return values.take(every)


# --- any other layout


def _series(reading: Reading, points: Points, legends: Legends) -> list[Series]:
    resolver = Resolver(legends)
    series = resolver.resolve(points.clue, points.start)
    if resolver.unknown:
        row = points.clue.index(resolver.unknown[0])
        reading.unexpected(points.path(row), "values that no legend names")
    return series


def _timeline(reading: Reading, points: Points, series: list[Series], known: Known) -> Timeline:
    reading.where = lambda _, row: points.path(row)
    columns = _times_by_series(reading, points, series, known)
    raw = {name: columns.pop(name) for name in list(columns) if name.endswith("_raw")}
    columns["series_id"] = [s.id for s in series]
    columns["series"] = [s.name for s in series]
    columns["value"] = points.value
    return Timeline(columns, {**points.extras(), **raw})


def _times_by_series(
    reading: Reading, points: Points, series: list[Series], known: Known
) -> dict[str, Any]:
    sent = points.end if any(points.end) else None
    return _finish(
        reading,
        read_times(points.start, series, known.tz),
        None if sent is None else read_times(sent, series, known.tz),
        (points.start, sent),
        known,
        points.path,
    )


def _times(
    reading: Reading, starts: list[Any], ends: list[Any] | None, known: Known, where: Any
) -> dict[str, Any]:
    return _finish(
        reading,
        to_index(starts, known.tz),
        None if ends is None else to_index(ends, known.tz),
        (starts, ends),
        known,
        where,
    )


def _finish(
    reading: Reading,
    starts: pd.DatetimeIndex,
    ends: pd.DatetimeIndex | None,
    raw: tuple[list[Any], list[Any] | None],
    known: Known,
    where: Any,
) -> dict[str, Any]:
    """Give the time columns, and those of the texts that could not be read as times."""
    dates = None
    if ends is not None:
        dates = np.array([isinstance(v, str) and len(v.strip()) == 10 for v in raw[1] or ()])
    result: dict[str, Any] = {"bucket_start": starts}
    result["bucket_end"] = bucket_ends(
        starts, ends, dates, interval=known.interval, window_end=known.window_end
    )
    result["is_partial"] = is_partial(result["bucket_end"], known.now or datetime.now(UTC))
    for name, read, sent in (("bucket_start", starts, raw[0]), ("bucket_end", ends, raw[1])):
        if read is None or sent is None:
            continue
        lost = [gone and v not in (None, "") for v, gone in zip(sent, read.isna(), strict=True)]
        if any(lost):
            row = lost.index(True)
            what = "a time without a zone" if looks_like_time(sent[row]) else "no time"
            reading.unexpected(where(row), what)
            texts = [as_text(v) if gone else None for v, gone in zip(sent, lost, strict=True)]
            result[f"{name}_raw"] = texts
    return result
