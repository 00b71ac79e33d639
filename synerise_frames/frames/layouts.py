"""The layouts that nearly all time series have, recognised by a few of their items.

Whether an answer goes bucket by bucket or series by series, its items and what is in them are
columns of equal meaning. :mod:`~synerise_frames.frames.walk` reads any layout, value by value;
for these it would give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synerise_frames.frames.find import VALUE, is_scalar, pick
from synerise_frames.frames.legends import Legends
from synerise_frames.frames.roles import Roles, assign, is_record, unfold

Column = list[Any] | pa.Array
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
    """Recognise the layout of some items; ``None`` if it is another."""
    if not items or {*map(type, items)} != {dict} or not _same_fields(items) or unfold(items)[1]:
        return None
    roles = assign(items, legends, timed=False)
    if not roles.named or len(roles.children) != 1 or roles.wide or roles.value is not None:
        return None
    if roles.used() - {None} != {*items[0]}:
        return None
    key = roles.children[0]
    nodes = [item[key] for item in items]
    types = {*map(type, nodes)}
    if not all(nodes) or len(types) != 1:
        return None
    if roles.start is None:
        return _by_series(nodes, roles, legends) if roles.id and types == {list} else None
    if roles.id or roles.name:
        return None
    if types == {dict}:
        return _mapping(nodes, roles, legends)
    return _by_bucket(nodes, roles, legends) if types == {list} else None


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
    if below is None or below.start is None or below.id or below.name:
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
    for keys in {*map(tuple, nodes)}:
        node: dict[str, Any] = dict(zip(keys, repeat(0)))
        if unfold([node])[1] or is_record(node, legends, timed=True):
            return None
    return Layout("mapping", roles.children[0], roles)


# --- the columns, from parsed items


def parsed_parts(items: list[Any], layout: Layout) -> Parts | None:
    """Give the columns of items that were parsed; ``None`` where one does not fit."""
    nodes = [item[layout.key] for item in items]
    outer = {name: [item[name] for item in items] for name in _names(layout.outer)}
    if not all(map(is_scalar, chain.from_iterable(outer.values()))):
        return None
    inner: dict[str, Column] = {}
    counts = np.fromiter(map(len, nodes), "int64", len(nodes))
    if layout.form == "aligned":
        if len({*map(len, nodes)}) != 1:
            return None
        values = list(chain.from_iterable(nodes))
    elif layout.form == "mapping":
        values = list(chain.from_iterable(map(dict.values, nodes)))
        inner = {"": list(chain.from_iterable(nodes))}
    else:
        rows = list(chain.from_iterable(nodes))
        if {*map(type, rows)} != {dict} or not _known(rows, layout.inner):
            return None
        values = [row.get(layout.inner.value) for row in rows]
        inner = {name: [row.get(name) for row in rows] for name in _names(layout.inner)}
        if not all({*map(type, column)} <= _SCALARS for column in inner.values()):
            return None
    return Parts(layout, outer, inner, values, counts) if {*map(type, values)} <= _PLAIN else None


def _names(roles: Roles) -> list[str]:
    return [name for name in (roles.start, roles.end, roles.id, roles.name) if name is not None]


# --- the same, from what Arrow read


def arrow_parts(rows: pa.StructArray, layout: Layout) -> Parts | None:
    """Give the columns of items that Arrow read; ``None`` where one does not fit."""
    # Arrow does not keep the order of an object's fields.
    if layout.form == "mapping":
        return None
    nodes = rows.field(layout.key)
    if nodes.null_count or not pa.types.is_list(nodes.type):
        return None
    counts = pc.list_value_length(nodes).to_numpy()
    if not counts.all():
        return None
    outer = {name: _column(rows.field(name)) for name in _names(layout.outer)}
    values, inner = nodes.flatten(), dict[str, Column]()
    if layout.form != "aligned":
        if values.null_count:
            return None
        fields = values
        inner = {name: _column(fields.field(name)) for name in _names(layout.inner)}
        values = fields.field(layout.inner.value)
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
