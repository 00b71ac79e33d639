"""The layouts of a report, as columns: rows, trees, lists side by side, rows under a header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from synerise_frames.frames.find import (
    ID,
    NAME,
    VALUE,
    at,
    is_box,
    is_list,
    is_scalar,
    pick,
    spelled,
    words,
)
from synerise_frames.frames.flatten import is_columns, spread, to_records
from synerise_frames.frames.melt import Table
from synerise_frames.frames.rows import Record, hold_rest
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading

_CHILDREN = words("children nodes subgroups rows items values data groups")
_GROUPS = words("groups group dimensions dimension keys breakdown attributes by")
_VALUES = ("values", "metrics", "measures", "results", "figures", "value")
_HEADER = ("columns", "headers", "header", "fields", "names")


def read_table(
    reading: Reading,
    box: Any,
    path: str,
    metrics: Sequence[str] = (),
    dimensions: Sequence[str] = (),
) -> Table:
    """Make columns of whatever the box of a report is."""
    if isinstance(box, list) and {*map(type, box)} == {dict}:
        plain = _plain(box, path)
        if plain is not None:
            return plain
        if any(map(is_tree, box)):
            return _tree(reading, box, path, dimensions)
        return _columns([_row(row) for row in box], path)
    if isinstance(box, dict):
        return _object(reading, box, path, metrics, dimensions)
    if isinstance(box, list) and box and all(isinstance(row, list) for row in box):
        return _lists(box, path)
    return _columns([_row(row) for row in to_records(box, path).rows], path)


def _plain(rows: list[dict[str, Any]], path: str) -> Table | None:
    """Take flat rows with the same fields, which nearly all reports are, at once."""
    fields = list(rows[0])
    if not fields or {*map(len, rows)} != {len(fields)}:
        return None
    try:
        columns = {name: list(map(itemgetter(name), rows)) for name in fields}
    except KeyError:
        return None
    table = Table(columns, len(rows), path=lambda row: at(path, row))
    return None if any({dict, list} & types for types in table.types.values()) else table


class _Part(str):
    """A field's name that also says which side of the report it is on."""

    role: str

    def __new__(cls, name: str, role: str) -> _Part:
        part = super().__new__(cls, name)
        part.role = role
        return part


def _side(fields: Mapping[str, Any], role: str) -> dict[str, Any]:
    return {_Part(name, role): value for name, value in fields.items()}


def _columns(rows: Sequence[Record], path: str, header: Sequence[str] = ()) -> Table:
    """Make columns of flat rows; those of `header` are there without rows, too."""
    sides: dict[str, set[str]] = {"groups": set(), "values": set()}
    names: dict[str, None] = {} if rows else dict.fromkeys(header)
    for row in rows:
        for name in row:
            names[str(name)] = None
            if isinstance(name, _Part):
                sides[name.role].add(str(name))
    return Table(
        {name: [row.get(name) for row in rows] for name in names},
        len(rows),
        metrics=frozenset(sides["values"] - sides["groups"]),
        dimensions=frozenset(sides["groups"]),
        path=lambda row: at(path, row),
    )


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten a row; what is under groups or values gets that role."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        role = _role(key) if is_box(value) else ""
        if not is_box(value):
            parts = {key: value}
        elif role:
            named = value if isinstance(value, dict) else _named(key, value)
            parts = _side(spread(named, open_lists=True), role)
        else:
            parts = spread({key: value}, open_lists=True)
            # An id in an object is what the object is, not an amount.
            parts = {_Part(k, "groups") if k.endswith(".id") else k: v for k, v in parts.items()}
        for name, leaf in parts.items():
            free = free_name(name, flat)
            flat[_Part(free, name.role) if isinstance(name, _Part) else free] = leaf
    return flat


def _role(key: str) -> str:
    if spelled(key) in _GROUPS:
        return "groups"
    return "values" if spelled(key) in _VALUES else ""


def _named(key: str, values: list[Any]) -> dict[str, Any]:
    """Name the parts of a list: by their own names, else by their positions."""
    named: dict[str, Any] = {}
    for position, item in enumerate(values):
        name, value = key if len(values) == 1 else f"{key}.{position + 1}", item
        if isinstance(item, dict):
            name_key = pick(item, (*NAME, "field", "dimension", *ID), is_scalar)
            value_key = pick(item, VALUE, is_scalar, (name_key,))
            if name_key is not None and value_key is not None and len(item) == 2:
                name, value = str(item[name_key]), item[value_key]
        named[free_name(name, named)] = value
    return named


def _object(
    reading: Reading, box: dict[str, Any], path: str, metrics: Sequence[str], names: Sequence[str]
) -> Table:
    if is_tree(box):
        return _tree(reading, [box], path, names)
    header, rows = pick(box, _HEADER, is_box), pick(box, ("rows", "data", "values"), is_box)
    if (
        header
        and rows
        and isinstance(box[rows], list)
        and all(isinstance(r, list) for r in box[rows])
    ):
        hold_rest(reading, box, {header, rows}, path=path)
        if not isinstance(box[header], list) or any(map(is_box, box[header])):
            reading.hold(header, box[header])
        return _lists([_labels(box[header]), *box[rows]], at(path, rows), header=True)
    groups, values = pick(box, _GROUPS, is_box), pick(box, _VALUES, is_box, (pick(box, _GROUPS),))
    if groups and values:
        hold_rest(reading, box, {groups, values}, path=path)
        return _side_by_side(box, groups, values, path, metrics, names)
    if is_columns(box):
        rows_ = [dict(zip(box, r, strict=True)) for r in zip(*box.values(), strict=True)]
        return _columns(rows_, path)
    records = to_records(box, path)
    paths = records.paths
    table = _columns([_row(row) for row in records.rows], path)
    table.path = lambda row: paths[row]
    return table


def _labels(header: Any) -> list[str]:
    names = []
    for i, item in enumerate(header):
        key = pick(item, (*NAME, *ID, "field"), is_scalar) if isinstance(item, dict) else None
        label = item if key is None else item[key]
        names.append(f"column_{i + 1}" if label is None else str(label))
    return names


def _lists(rows: list[list[Any]], path: str, *, header: bool = False) -> Table:
    """Take rows that are lists; the first is the header if it alone is all texts."""
    texts = [all(isinstance(cell, str) for cell in row) and bool(row) for row in rows]
    header = header or (len(rows) > 1 and texts[0] and not all(texts))
    names = list(rows[0]) if header else []
    body = rows[1:] if header else rows
    width = max((len(row) for row in body), default=len(names))
    names += [f"column_{i + 1}" for i in range(len(names), width)]
    return _columns([spread(_pairs(names, row), open_lists=True) for row in body], path, names)


def _pairs(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for i, name in enumerate(names):
        seen[free_name(name, seen)] = row[i] if i < len(row) else None
    return seen


def _side_by_side(
    box: dict[str, Any],
    groups: str,
    values: str,
    path: str,
    metrics: Sequence[str],
    dimensions: Sequence[str],
) -> Table:
    """Take a list of groups and the list of their values."""
    left = _parts(box[groups], groups, dimensions)
    right = _parts(box[values], values, metrics, length=len(left))
    length = max(len(left), len(right))
    rows: list[dict[str, Any]] = []
    for i in range(length):
        group = _side(left[i] if i < len(left) else {}, "groups")
        value = _side(right[i] if i < len(right) else {}, "values")
        rows.append({**group, **{_unused(k, group): v for k, v in value.items()}})
    table = _columns(rows, path)
    table.path = lambda row: at(path, row)
    return table


def _unused(name: Any, taken: Mapping[str, Any]) -> Any:
    return _Part(f"{name}_values", "values") if name in taken else name


def _parts(
    side: Any, label: str, names: Sequence[str], length: int | None = None
) -> list[dict[str, Any]]:
    """Give one record a row of one side, named by `names` as far as they go."""
    if isinstance(side, dict):
        columns = {k: v if isinstance(v, list) else [v] for k, v in side.items()}
        return _transposed(columns)
    if length is not None and _is_series(side, length):
        columns = {}
        for i, item in enumerate(side):
            name_key, key = (
                pick(item, (*NAME, *ID), is_scalar),
                pick(item, ("data", "values"), is_box),
            )
            columns[f"{label}.{i + 1}" if name_key is None else str(item[name_key])] = item[
                str(key)
            ]
        return _transposed(columns)
    return [_part(item, label, names) for item in side]


def _is_series(side: list[Any], length: int) -> bool:
    return bool(side) and all(
        isinstance(item, dict)
        and any(
            isinstance(item[k], list) and len(item[k]) == length
            for k in item
            if k in ("data", "values")
        )
        for item in side
    )


def _transposed(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    length = max((len(column) for column in columns.values()), default=0)
    return [
        {name: column[i] for name, column in columns.items() if i < len(column)}
        for i in range(length)
    ]


def _part(item: Any, label: str, names: Sequence[str]) -> dict[str, Any]:
    if isinstance(item, dict):
        return spread(item, open_lists=True)
    parts = item if isinstance(item, list) else [item]
    labels = [*names[: len(parts)]]
    rest = range(len(labels), len(parts))
    labels += [label if len(parts) == 1 else f"{label}.{i + 1}" for i in rest]
    return spread(dict(zip(labels, parts, strict=True)), open_lists=True)


# --- trees


def is_tree(node: Any) -> bool:
    """Tell whether an object is a node that holds nodes like itself."""
    if not isinstance(node, dict):
        return False
    key = pick(node, _CHILDREN, is_list)
    if key is None or pick(node, NAME, is_scalar) is None:
        return False
    inner = [child for child in node[key] if isinstance(child, dict)]
    if spelled(key) == "children":
        return len(inner) == len(node[key])
    return bool(inner) and any(is_tree(c) or (set(c) <= set(node) and len(c) > 1) for c in inner)


def _tree(reading: Reading, nodes: list[dict[str, Any]], path: str, names: Sequence[str]) -> Table:
    leaves: list[tuple[list[Any], dict[str, Any], str]] = []
    totals: dict[str, Any] = {}
    # One root around everything, such as "All", is no level of its own.
    root = len(nodes) == 1 and is_tree(nodes[0])
    for i, node in enumerate(nodes):
        _leaves(node, [], path if root and path == "$" else at(path, i), leaves, totals)
    if totals:
        reading.hold("subtotals", totals)
    depth = max((len(levels) for levels, _, _ in leaves), default=0)
    labels = [*names[:depth], *(f"level_{i + 1}" for i in range(len(names[:depth]), depth))]
    rows = []
    for levels, values, _ in leaves:
        padded = [*levels, *[None] * (depth - len(levels))]
        groups = _side(dict(zip(labels, padded, strict=True)), "groups")
        rows.append({**groups, **{_unused(k, groups): v for k, v in values.items()}})
    table = _columns(rows, path)
    paths = [place for _, _, place in leaves]
    table.path = lambda row: paths[row]
    return table


def _leaves(
    node: Any,
    above: list[Any],
    path: str,
    leaves: list[tuple[list[Any], dict[str, Any], str]],
    totals: dict[str, Any],
) -> None:
    if not isinstance(node, dict):
        leaves.append((above, {"value": node}, path))
        return
    name_key = pick(node, NAME, is_scalar)
    levels = [*above, node.get(name_key)] if name_key is not None else above
    key = pick(node, _CHILDREN, is_list) if is_tree(node) else None
    own = {k: v for k, v in node.items() if k not in (name_key, key)}
    if key is None or not node[key]:
        leaves.append((levels, _row(own), path))
        return
    for name, value in spread(own, open_lists=True).items():
        if value is not None:
            totals[f"{path}.{name}"] = value
    for i, child in enumerate(node[key]):
        _leaves(child, levels, at(at(path, key), i), leaves, totals)
