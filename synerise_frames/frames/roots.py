"""The object around a time series: where its values, legends and times are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synerise_frames.frames.find import (
    CHILDREN,
    LEGENDS,
    OPAQUE,
    at,
    could_be_time,
    is_axis,
    is_box,
    is_scalar,
    looks_like_time,
    pick,
    spelled,
    value_of,
)
from synerise_frames.frames.legends import Legends
from synerise_frames.frames.load import refuse
from synerise_frames.frames.roles import assign
from synerise_frames.frames.rows import hold_rest
from synerise_frames.schema.drift import Reading


@dataclass(frozen=True)
class Root:
    """The parts of the object around the values."""

    box: Any
    path: str
    legends: Any = None
    axis: Any = None
    used: frozenset[str] = frozenset()


def find_root(reading: Reading, data: Any, path: str = "$") -> Root:
    """Find box, legends and times in the object around them; keep what else there is."""
    if isinstance(data, list):
        return Root(data, path)
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
        inner = find_root(reading, box, at(path, values))
        return Root(inner.box, inner.path, inner.legends or value_of(data, legends), inner.axis)
    return Root(box, at(path, values), value_of(data, legends), value_of(data, times), used)


def _without_name(
    reading: Reading, data: dict[str, Any], path: str, times: str | None, legends: str | None
) -> Root:
    """Take the box no name tells: the object itself, or all that is left in it."""
    scalar = pick(data, CHILDREN)
    if scalar is not None and data[scalar] is not None and not _timed([data]):
        raise refuse(reading.kind, at(path, scalar), data[scalar], "a list or an object")
    used = {k for k in (times, legends) if k is not None}
    rest = {
        k: v
        for k, v in data.items()
        if k not in used and v is not None and spelled(k) not in OPAQUE
    }
    if not rest or scalar in rest:
        _rest(reading, data, path, frozenset((*used, *rest)))
        return Root(rest or [], path, value_of(data, legends), value_of(data, times))
    boxes = {k: v for k, v in rest.items() if is_box(v)}
    timed = _timed([rest]) or all(map(could_be_time, rest))
    if not boxes and not timed:
        if set(rest) <= {"totalCount", "total", "count", "page", "limit"}:
            _rest(reading, data, path, frozenset(used))
            return Root([], path)
        raise refuse(reading.kind, path, data, "an object with 'items'")
    box = rest if timed else boxes
    _rest(reading, data, path, frozenset((*used, *box)))
    return Root(box, path, value_of(data, legends), value_of(data, times))


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
    expected = ("id", "legends", "items") if path == "$" else ()
    hold_rest(reading, data, used, *expected, path=path)
