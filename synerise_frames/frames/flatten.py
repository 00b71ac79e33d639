"""Flatten: whatever holds rows becomes a list of flat records.

The general ideas: a wrapper is opened; a list of objects is rows; a mapping is rows of a name
and a value; bare values are rows of a value; lists of equal length side by side are columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synerise_frames.frames.find import (
    CHILDREN,
    OPAQUE,
    at,
    is_box,
    is_number,
    is_scalar,
    pick,
    spelled,
)
from synerise_frames.frames.load import refuse
from synerise_frames.frames.rows import Records
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading

# How the API spells the names that messages mention.
_PRINTED = {
    "calculationresult": "calculationResult",
    "calculationresults": "calculationResults",
}

#: Fields that a flattened record gets for parts that had no name.
NAME_FIELD, VALUE_FIELD = "name", "value"


def locate(
    reading: Reading, data: Any, names: tuple[str, ...], record: tuple[str, ...] = ()
) -> tuple[Any, str, dict[str, Any], str | None]:
    """Find the box of rows: ranked `names` first, else the only box there is.

    Gives the box, its JSON path, the object around it, and the box's key there. An object that
    has one of the fields `record` and no box under a known name is itself the one row.

    Raises
    ------
    ShapeError
        If there is nothing that could hold rows.
    """
    if data is None or isinstance(data, list):
        return data or [], "$", {}, None
    if not isinstance(data, dict):
        raise refuse(reading.kind, "$", data, "an object or a list")
    beside = _beside(data)
    if beside:
        return beside, "$", {k: v for k, v in data.items() if k not in beside}, None
    key = pick(data, (*names, *CHILDREN), is_box)
    if key is None and pick(data, record) is not None:
        return [data], "$", {}, None
    if key is None and len(data) > 1 and all(isinstance(v, dict) and v for v in data.values()):
        return data, "$", {}, None
    key = key or _only_box(reading, data, names)
    if key is None:
        return [], "$", data, None
    return _opened(reading, data, key, names)


def _opened(
    reading: Reading, data: dict[str, Any], key: str, names: tuple[str, ...]
) -> tuple[Any, str, dict[str, Any], str | None]:
    """Open the box under `key`, and the one inside if it is only a wrapper."""
    box = data[key]
    if isinstance(box, dict) and pick(box, names, is_box) is not None and not is_columns(box):
        inner, path, around, inner_key = locate(reading, box, names)
        rest = {k if k not in around else f"{k}_above": v for k, v in data.items() if k != key}
        return inner, f"{at('$', key)}{path[1:]}", {**rest, **around}, inner_key
    return box, at("$", key), data, key


def _only_box(reading: Reading, data: dict[str, Any], names: tuple[str, ...]) -> str | None:
    named = pick(data, names)
    if named is not None and data[named] is not None:
        raise refuse(reading.kind, at("$", named), data[named], "a list or an object")
    boxes = [k for k, v in data.items() if is_box(v) and spelled(k) not in ("metadata", "meta")]
    if len(boxes) == 1:
        return boxes[0]
    around = {*OPAQUE, *names}
    if boxes or any(spelled(k) not in around for k, v in data.items() if v is not None):
        raise refuse(
            reading.kind, "$", data, f"an object with {_PRINTED.get(names[0], names[0])!r}"
        )
    return None


def _beside(data: dict[str, Any]) -> dict[str, Any]:
    """Find columns side by side among other fields: one of texts, one of numbers."""
    lists = {k: v for k, v in data.items() if isinstance(v, list) and all(map(is_scalar, v))}
    texts = {len(v) for v in lists.values() if v and all(isinstance(i, str | None) for i in v)}
    counts = {len(v) for v in lists.values() if any(map(is_number, v))}
    alike = {k: v for k, v in lists.items() if len(v) in texts & counts}
    return alike if is_columns(alike) else {}


def is_columns(box: Any) -> bool:
    """Tell whether an object is columns side by side: lists of scalars of one length."""
    return (
        isinstance(box, dict)
        and len(box) > 1
        and all(isinstance(v, list) and all(map(is_scalar, v)) for v in box.values())
        and len({len(v) for v in box.values()}) == 1
    )


def to_records(
    box: Any,
    path: str,
    *,
    record: tuple[str, ...] = (),
    name_field: str = NAME_FIELD,
    value_field: str = VALUE_FIELD,
) -> Records:
    """Make records of whatever `box` is.

    An object that has one of the fields `record` is one row; another is a mapping of names.
    """
    records = Records()
    if isinstance(box, list):
        plain = {*map(type, box)} <= {dict}
        rows = box if plain else [_row(item, name_field, value_field) for item in box]
        records.extend(rows, path)
    elif is_columns(box):
        for i, values in enumerate(zip(*box.values(), strict=True)):
            records.add(dict(zip(box, values, strict=True)), f"{path}.*[{i}]")
    elif isinstance(box, dict) and record and pick(box, record) is not None:
        records.add(box, path)
    elif isinstance(box, dict):
        for key, value in box.items():
            row = value if isinstance(value, dict) else {value_field: value}
            free = name_field if name_field not in row else f"{name_field}_key"
            records.add({free: key, **row}, at(path, key))
    elif box is not None:
        records.add({value_field: box}, path)
    return records


def _row(item: Any, name_field: str, value_field: str) -> Mapping[str, Any]:
    if isinstance(item, dict):
        return item
    if isinstance(item, list) and len(item) == 2 and isinstance(item[0], str | None):
        return {name_field: item[0], value_field: item[1]}
    return {value_field: item}


def spread(
    row: Mapping[str, Any], *, unwrap: Sequence[str] = (), open_lists: bool = False
) -> dict[str, Any]:
    """Flatten nested objects to dotted names; lists too where asked for.

    What is in an object under one of the names `unwrap` keeps its own name, if that is free.

    >>> spread({"a": {"b": 1, "c": {"d": 2}}, "e": [3]})
    {'a.b': 1, 'a.c.d': 2, 'e': [3]}
    >>> spread({"title": "x", "value": {"count": 2}}, unwrap=["value"])
    {'title': 'x', 'count': 2}
    """
    if not any(map(is_box, row.values())):
        return dict(row)
    flat: dict[str, Any] = {}
    for key, value in row.items():
        for name, leaf in _leaves(key, value, open_lists):
            short = name.removeprefix(f"{key}.") if spelled(key) in unwrap else name
            flat[free_name(short if short not in row else name, flat)] = leaf
    return flat


def _leaves(name: str, value: Any, open_lists: bool) -> list[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        pairs = [(f"{name}.{key}", item) for key, item in value.items()]
    elif open_lists and isinstance(value, list) and value:
        labels = [name] if len(value) == 1 else [f"{name}.{i}" for i in range(len(value))]
        pairs = list(zip(labels, value, strict=True))
    else:
        return [(name, value)]
    return [leaf for key, item in pairs for leaf in _leaves(key, item, open_lists)]
