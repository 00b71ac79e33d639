"""The layouts of a report, as columns: rows, lists side by side, rows under a header, trees."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from synerise_frames.frames.find import (
    ID,
    NAME,
    at,
    is_box,
    is_scalar,
    pick,
)
from synerise_frames.frames.flatten import is_columns, spread, to_records
from synerise_frames.frames.melt import Table
from synerise_frames.frames.rows import hold_rest
from synerise_frames.frames.sides import GROUPS, VALUES, both_sides, columns_of, flat_row, side
from synerise_frames.frames.trees import is_tree, read_tree
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading

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
            return read_tree(reading, box, path, dimensions)
        return columns_of([flat_row(row) for row in box], path)
    if isinstance(box, dict):
        return _object(reading, box, path, metrics, dimensions)
    if isinstance(box, list) and box and all(isinstance(row, list) for row in box):
        return _lists(box, path)
    return columns_of([flat_row(row) for row in to_records(box, path).rows], path)


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


def _object(
    reading: Reading, box: dict[str, Any], path: str, metrics: Sequence[str], names: Sequence[str]
) -> Table:
    if is_tree(box):
        return read_tree(reading, [box], path, names)
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
    groups, values = pick(box, GROUPS, is_box), pick(box, VALUES, is_box, (pick(box, GROUPS),))
    if groups and values:
        hold_rest(reading, box, {groups, values}, path=path)
        return _side_by_side(reading, box, groups, values, path, metrics, names)
    if is_columns(box):
        rows_ = [dict(zip(box, r, strict=True)) for r in zip(*box.values(), strict=True)]
        return columns_of(rows_, path)
    records = to_records(box, path)
    paths = records.paths
    table = columns_of([flat_row(row) for row in records.rows], path)
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
    return columns_of([spread(_pairs(names, row), open_lists=True) for row in body], path, names)


def _pairs(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for i, name in enumerate(names):
        seen[free_name(name, seen)] = row[i] if i < len(row) else None
    return seen


def _side_by_side(
    reading: Reading,
    box: dict[str, Any],
    groups: str,
    values: str,
    path: str,
    metrics: Sequence[str],
    dimensions: Sequence[str],
) -> Table:
    """Take a list of groups and the list of their values."""
    left = _parts(box[groups], groups, dimensions)
    series = _series(reading, box[values], values, len(left))
    right = _parts(box[values], values, metrics) if series is None else _transposed(series)
    length = max(len(left), len(right))
    rows: list[dict[str, Any]] = []
    for i in range(length):
        group = side(left[i] if i < len(left) else {}, "groups")
        value = side(right[i] if i < len(right) else {}, "values")
        rows.append(both_sides(group, value))
    return columns_of(rows, path)


def _parts(side: Any, label: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """Give one record a row of one side, named by `names` as far as they go."""
    if isinstance(side, dict):
        columns = {k: v if isinstance(v, list) else [v] for k, v in side.items()}
        return _transposed(columns)
    return [_part(item, label, names) for item in side]


def _series(reading: Reading, side: Any, label: str, length: int) -> dict[str, list[Any]] | None:
    """Take values that are a list for each metric; ``None`` if they are a part for each row."""

    def fits(value: Any) -> bool:
        return isinstance(value, list) and len(value) == length

    if not isinstance(side, list) or not side or not all(isinstance(item, dict) for item in side):
        return None
    keys = [pick(item, ("data", "values"), fits) for item in side]
    columns: dict[str, list[Any]] = {}
    rest: list[dict[str, Any]] = []
    for i, (item, key) in enumerate(zip(side, keys, strict=True)):
        if key is None:
            return None
        name_key = pick(item, (*NAME, *ID), is_scalar)
        name = f"{label}.{i + 1}" if name_key is None else str(item[name_key])
        columns[free_name(name, columns)] = item[key]
        rest.append({k: v for k, v in item.items() if k not in (key, name_key)})
    if any(rest):
        reading.hold(label, rest)
    return columns


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
    return spread(_pairs(labels, parts), open_lists=True)
