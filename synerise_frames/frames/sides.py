"""Flat rows of a report whose fields may say which side they are on: groups or values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synerise_frames.frames.find import ID, NAME, VALUE, at, is_box, is_scalar, pick, spelled, words
from synerise_frames.frames.flatten import spread
from synerise_frames.frames.melt import Table
from synerise_frames.frames.rows import Record
from synerise_frames.schema.columns import free_name

GROUPS = words("groups group dimensions dimension keys breakdown attributes by")
VALUES = ("values", "metrics", "measures", "results", "figures", "value")


class Part(str):
    """A field's name that also says which side of the report it is on."""

    role: str

    def __new__(cls, name: str, role: str) -> Part:
        """Give the name; `role` is ``"groups"`` or ``"values"``."""
        part = super().__new__(cls, name)
        part.role = role
        return part


def side(fields: Mapping[str, Any], role: str) -> dict[str, Any]:
    """Give fields of which all are on one side."""
    return {Part(name, role): value for name, value in fields.items()}


def columns_of(rows: Sequence[Record], path: str, header: Sequence[str] = ()) -> Table:
    """Make columns of flat rows; those of `header` are there without rows, too."""
    sides: dict[str, set[str]] = {"groups": set(), "values": set()}
    names: dict[str, None] = {} if rows else dict.fromkeys(header)
    for row in rows:
        for name in row:
            names[str(name)] = None
            if isinstance(name, Part):
                sides[name.role].add(str(name))
    return Table(
        {name: [row.get(name) for row in rows] for name in names},
        len(rows),
        metrics=frozenset(sides["values"] - sides["groups"]),
        dimensions=frozenset(sides["groups"]),
        path=lambda row: at(path, row),
    )


def flat_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten a row; what is under groups or values gets that role."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        role = _role(key) if is_box(value) else ""
        if not is_box(value):
            parts = {key: value}
        elif role:
            named = value if isinstance(value, dict) else _named(key, value)
            parts = side(spread(named, open_lists=True), role)
        else:
            parts = spread({key: value}, open_lists=True)
            # An id in an object is what the object is, not an amount.
            parts = {Part(k, "groups") if k.endswith(".id") else k: v for k, v in parts.items()}
        for name, leaf in parts.items():
            free = free_name(name, flat)
            flat[Part(free, name.role) if isinstance(name, Part) else free] = leaf
    return flat


def _role(key: str) -> str:
    if spelled(key) in GROUPS:
        return "groups"
    return "values" if spelled(key) in VALUES else ""


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


def both_sides(groups: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Put the two sides of a row together; a value with the name of a group gets another."""
    row = dict(groups)
    for name, value in values.items():
        label = f"{name}_values"
        named = name in groups
        row[Part(free_name(label, {**row, **values}), "values") if named else name] = value
    return row
