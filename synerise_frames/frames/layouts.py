"""The layouts that nearly all time series have, recognised by a few of their items.

Whether an answer goes bucket by bucket or series by series, its items and what is in them are
columns of equal meaning. :mod:`~synerise_frames.frames.walk` reads any layout, value by value;
for these it would give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synerise_frames.frames.find import SAMPLE, VALUE, pick
from synerise_frames.frames.legends import Legends
from synerise_frames.frames.roles import Roles, assign, is_record, unfold

#: Parsed values, or an Arrow array.
Column: TypeAlias = Any
_PLAIN = {int, float, type(None)}
_SCALARS = {int, float, type(None), str, bool}


@dataclass(frozen=True)
class Layout:
    """How the items of an answer hold values.

    ``aligned``: a time and a list of values, as many as legends. ``objects``: a time and a list
    of objects with id and value. ``mapping``: a time and values by series. ``series``: a
    series, and a list of objects with time and value.
    """

    form: Literal["aligned", "objects", "mapping", "series"]
    key: str
    outer: Roles
    inner: Roles = field(default_factory=Roles)


@dataclass(frozen=True)
class Parts:
    """The columns of the items, those of what is in them, and how much is in each item."""

    layout: Layout
    outer: dict[str, Column]
    inner: dict[str, Column]
    values: Column
    counts: np.ndarray


def recognise(items: Sequence[Any], legends: Legends) -> Layout | None:
    """Recognise the layout by the first items; ``None`` if it is another."""
    items = items[:SAMPLE]
    if not items or {*map(type, items)} != {dict} or not _same_fields(items) or unfold(items)[1]:
        return None
    roles = assign(items, legends, timed=False)
    plain = roles.named and len(roles.children) == 1 and not roles.wide and roles.value is None
    if not plain or roles.used() - {None} != {*items[0]}:
        return None
    nodes = [item[roles.children[0]] for item in items]
    types = {*map(type, nodes)}
    timed = roles.start is not None
    if not all(nodes) or len(types) != 1 or (timed and (roles.id or roles.name)):
        return None
    if types == {dict}:
        return _mapping(nodes, roles, legends) if timed else None
    if types == {list}:
        return (_by_bucket if timed else _by_series)(nodes, roles, legends)
    return None


def _same_fields(items: Sequence[dict[str, Any]]) -> bool:
    fields = items[0].keys()
    return 2 <= len(fields) <= 4 and all(item.keys() == fields for item in items)


def _by_bucket(nodes: list[list[Any]], roles: Roles, legends: Legends) -> Layout | None:
    inner = list(chain.from_iterable(nodes))
    if {*map(type, inner)} <= _PLAIN:
        fits = all(len(node) == len(legends) for node in nodes)
        return Layout("aligned", roles.children[0], roles) if fits else None
    below = _objects(inner, legends, timed=True)
    return Layout("objects", roles.children[0], roles, below) if below and below.id else None


def _by_series(nodes: list[list[Any]], roles: Roles, legends: Legends) -> Layout | None:
    below = _objects(list(chain.from_iterable(nodes)), legends, timed=False)
    if not roles.id or below is None or below.start is None or below.id or below.name:
        return None
    return Layout("series", roles.children[0], roles, below)


def _objects(inner: list[Any], legends: Legends, *, timed: bool) -> Roles | None:
    if {*map(type, inner)} != {dict} or unfold(inner)[1]:
        return None
    roles = assign(inner, legends, timed=timed)
    if roles.children or roles.wide or roles.value is None or pick({roles.value: 0}, VALUE) is None:
        return None
    return roles if _known(inner, roles) else None


def _known(rows: Sequence[dict[str, Any]], roles: Roles) -> bool:
    """Tell whether every field has a role, and is in every row that could do without."""
    used = roles.used() - {None}
    return all(used >= {*keys} for keys in {*map(tuple, rows)})


def _mapping(nodes: list[dict[str, Any]], roles: Roles, legends: Legends) -> Layout | None:
    return Layout("mapping", roles.children[0], roles) if _are_mappings(nodes, legends) else None


def _are_mappings(nodes: Sequence[dict[str, Any]], legends: Legends) -> bool:
    """Tell mappings of series to values from objects with fields."""
    for keys in {*map(tuple, nodes)}:
        node: dict[str, Any] = dict(zip(keys, repeat(0)))
        if not node or unfold([node])[1] or is_record(node, legends, timed=True):
            return False
    return True


# --- the columns, from parsed items


def parsed_parts(items: list[Any], layout: Layout, legends: Legends) -> Parts | None:
    """Give the columns of items that were parsed; ``None`` where one does not fit."""
    if {*map(type, items)} != {dict} or not _same_fields(items):
        return None
    nodes = [item[layout.key] for item in items]
    outer: dict[str, Column] = {
        name: [item[name] for item in items] for name in _names(layout.outer)
    }
    kind = dict if layout.form == "mapping" else list
    if {*map(type, nodes)} != {kind} or not all(nodes):
        return None
    inner, values = _inner(nodes, layout, legends)
    counts = np.fromiter(map(len, nodes), "int64", len(nodes))
    plain = all({*map(type, column)} <= _SCALARS for column in (*outer.values(), *inner.values()))
    fits = plain and {*map(type, values)} <= _PLAIN and len(values) > 0
    return Parts(layout, outer, inner, values, counts) if fits else None


def _inner(
    nodes: list[Any], layout: Layout, legends: Legends
) -> tuple[dict[str, Column], list[Any]]:
    """Give the columns of what is in the items, and the values; no values where one is odd."""
    if layout.form == "aligned":
        fits = {*map(len, nodes)} == {len(legends)}
        return {}, list(chain.from_iterable(nodes)) if fits else []
    if layout.form == "mapping":
        if not _are_mappings(nodes, legends):
            return {}, []
        keys: Column = list(chain.from_iterable(nodes))
        return {"": keys}, list(chain.from_iterable(map(dict.values, nodes)))
    rows = list(chain.from_iterable(nodes))
    if {*map(type, rows)} != {dict} or not _known(rows, layout.inner):
        return {}, []
    columns: dict[str, Column] = {
        name: [row.get(name) for row in rows] for name in _names(layout.inner)
    }
    return columns, [row.get(layout.inner.value) for row in rows]


def _names(roles: Roles) -> list[str]:
    return [name for name in (roles.start, roles.end, roles.id, roles.name) if name is not None]


# --- the same, from what Arrow read


def arrow_parts(rows: pa.StructArray, layout: Layout, legends: Legends) -> Parts | None:
    """Give the columns of items that Arrow read; ``None`` where one does not fit."""
    # Arrow does not keep the order of an object's fields.
    if layout.form == "mapping":
        return None
    nodes = rows.field(layout.key)
    if nodes.null_count or not pa.types.is_list(nodes.type):
        return None
    counts = pc.list_value_length(nodes).to_numpy()
    if not counts.all() or (layout.form == "aligned" and (counts != len(legends)).any()):
        return None
    outer = {name: _column(rows.field(name)) for name in _names(layout.outer)}
    values, inner = nodes.flatten(), dict[str, Column]()
    if layout.form != "aligned":
        if values.null_count:
            return None
        inner = {name: _column(values.field(name)) for name in _names(layout.inner)}
        values = values.field(layout.inner.value)
    if pa.types.is_null(values.type):
        values = values.cast(pa.float64())
    if any(c is None for c in (*outer.values(), *inner.values())):
        return None
    fits = pa.types.is_floating(values.type)
    return Parts(layout, outer, inner, values, counts) if fits else None


def _column(array: pa.Array) -> Any:
    """Give a column of texts or of whole numbers; ``None`` if it is another."""
    if pa.types.is_floating(array.type):
        whole = array.cast(pa.int64(), safe=False)
        return whole if whole.cast(pa.float64()).equals(array) else None
    return array if pa.types.is_string(array.type) or pa.types.is_null(array.type) else None
