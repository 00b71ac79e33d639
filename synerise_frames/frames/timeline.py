"""Time series of any layout: the reader that trends, histograms and histories share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synerise_frames.frames.buckets import bucket_ends, is_partial
from synerise_frames.frames.find import (
    CHILDREN,
    LEGENDS,
    OPAQUE,
    could_be_time,
    is_axis,
    is_box,
    is_scalar,
    looks_like_time,
    pick,
    spelled,
    value_of,
)
from synerise_frames.frames.legends import Legends, Resolver, Series, read_legends
from synerise_frames.frames.load import refuse
from synerise_frames.frames.points import Context, Points
from synerise_frames.frames.roles import assign
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


@dataclass(frozen=True)
class _Root:
    """The parts of the object around the values."""

    box: Any
    path: str
    legends: Any = None
    axis: Any = None
    used: frozenset[str] = frozenset()


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
    root = _open(reading, data)
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


def _open(reading: Reading, data: Any, path: str = "$") -> _Root:
    """Find box, legends and times in the object around them; keep what else there is."""
    if isinstance(data, list):
        return _Root(data, path)
    times = next((k for k, v in data.items() if is_axis(k, v)), None)
    values = pick(data, CHILDREN, is_box, (times,))
    legends = pick(data, LEGENDS, _are_legends, (times, "metadata"))
    if values is not None and values == legends:
        others = [k for k in data if k not in (times, legends) and is_box(data[k])]
        values = pick({k: data[k] for k in others}, CHILDREN) or values
        legends = legends if values != legends else None
    if values is None:
        return _without_name(reading, data, path, times, legends)
    box = data[values]
    used = frozenset(k for k in (values, legends, times) if k is not None)
    _rest(reading, data, path, used)
    if isinstance(box, dict) and not times and _wraps(box):
        inner = _open(reading, box, f"{path}.{values}")
        return _Root(inner.box, inner.path, inner.legends or value_of(data, legends), inner.axis)
    return _Root(box, f"{path}.{values}", value_of(data, legends), value_of(data, times), used)


def _without_name(
    reading: Reading, data: dict[str, Any], path: str, times: str | None, legends: str | None
) -> _Root:
    """Take the box no name tells: the object itself, or all that is left in it."""
    scalar = pick(data, CHILDREN)
    if scalar is not None and data[scalar] is not None and not _timed([data]):
        raise refuse(reading.kind, f"{path}.{scalar}", data[scalar], "a list or an object")
    used = {k for k in (times, legends) if k is not None}
    rest = {
        k: v
        for k, v in data.items()
        if k not in used and v is not None and spelled(k) not in OPAQUE
    }
    if not rest or scalar in rest:
        _rest(reading, data, path, frozenset((*used, *rest)))
        return _Root(rest or [], path, value_of(data, legends), value_of(data, times))
    boxes = {k: v for k, v in rest.items() if is_box(v)}
    timed = _timed([rest]) or all(map(could_be_time, rest))
    if not boxes and not timed:
        if set(rest) <= {"totalCount", "total", "count", "page", "limit"}:
            _rest(reading, data, path, frozenset(used))
            return _Root([], path)
        raise refuse(reading.kind, path, data, "an object with 'items'")
    box = rest if timed else boxes
    _rest(reading, data, path, frozenset((*used, *box)))
    return _Root(box, path, value_of(data, legends), value_of(data, times))


def _are_legends(value: Any) -> bool:
    """Tell legends from values: names, or objects without boxes and numbers but ids."""
    if isinstance(value, dict):
        return bool(value) and all(v is None or isinstance(v, str) for v in value.values())
    if not isinstance(value, list):
        return False
    return all(
        item is None
        or (isinstance(item, str) and not looks_like_time(item))
        or (isinstance(item, dict) and all(map(is_scalar, item.values())))
        for item in value
    ) and not _timed([item for item in value[:3] if isinstance(item, dict)])


def _timed(items: list[dict[str, Any]]) -> bool:
    return bool(items) and assign(items, Legends(), timed=False).timed


def _wraps(box: dict[str, Any]) -> bool:
    inner = pick(box, CHILDREN, is_box)
    return inner is not None and not all(map(could_be_time, box))


def _rest(reading: Reading, data: dict[str, Any], path: str, used: frozenset[str]) -> None:
    for key, value in data.items():
        if key in used or value in (None, "", [], {}):
            continue
        if spelled(key) in OPAQUE or (path == "$" and spelled(key) in ("id", "legends", "items")):
            reading.hold(key, value)
        else:
            reading.keep(f"{path}.{key}", key, value)


def _hold_legends(
    reading: Reading, root: _Root, legends: Legends, found: set[Series], *, says_more: bool
) -> None:
    """Keep legends that no row repeats in full."""
    if says_more or any(entry not in found for entry in legends.entries):
        reading.hold("legends", root.legends)


# --- the layout nearly every answer has, without a loop over its values


def _aligned(root: _Root, legends: Legends) -> tuple[str, str | None, str, int] | None:
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
    root: _Root,
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
    """Read times a series at a time: in each, a repeated hour is told by its order."""
    rows_of: dict[Series, list[int]] = {}
    for row, entry in enumerate(series):
        rows_of.setdefault(entry, []).append(row)
    order = list(chain.from_iterable(rows_of.values()))
    starts, ends = (
        None if column is None else _in_order(column, rows_of, known.tz)
        for column in (points.start, points.end if any(points.end) else None)
    )
    place = np.empty(len(order), dtype="int64")
    place[order] = np.arange(len(order))
    return _finish(
        reading,
        None if starts is None else starts.take(place),
        None if ends is None else ends.take(place),
        (points.start, points.end if ends is not None else None),
        known,
        points.path,
    )


def _in_order(column: list[Any], rows_of: Mapping[Series, list[int]], tz: Zone) -> pd.DatetimeIndex:
    parts: list[pd.DatetimeIndex] = []
    read: dict[Any, pd.DatetimeIndex] = {}
    for rows in rows_of.values():
        raw = [column[row] for row in rows]
        # Series mostly share their times, which then are read once. True would be 1 as a key.
        key = tuple(raw) if {*map(type, raw)} <= {str} else repr(raw)
        if key not in read:
            read[key] = to_index(raw, tz)
        parts.append(read[key])
    return _joined(parts) if parts else to_index([], tz)


def _joined(parts: list[pd.DatetimeIndex]) -> pd.DatetimeIndex:
    micros = np.concatenate([part.asi8 for part in parts])
    return (
        pd.DatetimeIndex(micros.view("datetime64[us]")).tz_localize("UTC").tz_convert(parts[0].tz)
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
    starts: pd.DatetimeIndex | None,
    ends: pd.DatetimeIndex | None,
    raw: tuple[list[Any], list[Any] | None],
    known: Known,
    where: Any,
) -> dict[str, Any]:
    """Give the time columns, and those of the texts that could not be read as times."""
    starts = to_index([], known.tz) if starts is None else starts
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
