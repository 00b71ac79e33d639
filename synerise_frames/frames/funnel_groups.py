"""Whose steps of a funnel are whose: groups in lists, objects, fields and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from synerise_frames.frames.find import (
    CHILDREN,
    LEGENDS,
    NAME,
    VALUE,
    at,
    find_value,
    is_box,
    is_scalar,
    pick,
    spelled,
    words,
)
from synerise_frames.frames.flatten import is_columns, spread, to_records
from synerise_frames.frames.funnel_times import TIMES
from synerise_frames.frames.rows import Records
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_text

BOX = words("calculationresult calculationresults steps stages funnel results groups variants")
GROUP = words("group groupname groupid segment variant breakdown dimension series")
_STEPS = ("calculationresult", "calculationresults", "steps", "stages", "funnel")
_INNER = (*_STEPS, "values", "data", "items")

# No field of JSON can be taken for it: a field's name holds no line break in practice.
GROUP_FIELD = "\ngroup"


class _Group(NamedTuple):
    """The steps of one group, and what else is said of it."""

    name: Any
    steps: Records
    path: str
    rest: Mapping[str, Any] = MappingProxyType({})


def steps_of(reading: Reading, box: Any, path: str, *, grouped: bool) -> Records:
    """Give one record a step and group; the group in a field ``group``."""
    records, silent = Records(), list[dict[str, Any]]()
    for group in _groups(box, path, grouped=grouped):
        named = {} if group.name is None else {GROUP_FIELD: group.name}
        if not group.steps.rows and (named or group.rest):
            silent.append({"group": group.name, **group.rest})
        for row, where in zip(group.steps.rows, group.steps.paths, strict=True):
            flat = spread(row, unwrap=(*VALUE, "values", "counts"))
            whole = {**named, **flat}
            for key, value in group.rest.items():
                free = key
                while free in whole:
                    free = f"group_{free}"
                whole[free] = value
            records.add(whole, where or group.path)
    if silent:
        reading.hold("groups_without_steps", silent)
    return records


def _groups(box: Any, path: str, *, grouped: bool) -> list[_Group]:
    if isinstance(box, dict) and (grouped or _by_group(box)):
        return [_of_value(key, value, at(path, key)) for key, value in box.items()]
    if isinstance(box, list) and box:
        if all(isinstance(item, list) for item in box) and not _are_pairs(box):
            names = [str(i) if len(box) > 1 else None for i in range(len(box))]
            places = [at(path, i) for i in range(len(box))]
            lists = zip(names, box, places, strict=True)
            return [_Group(name, to_records(v, place), place) for name, v, place in lists]
        if all(isinstance(item, dict) for item in box):
            return _of_objects(box, path)
    return [_Group(None, to_records(box, path), path)]


def _of_value(name: str, value: Any, path: str) -> _Group:
    """Take a group from a mapping of names to steps."""
    key = pick(value, _INNER, is_box) if isinstance(value, dict) else None
    if key is None:
        return _Group(name, to_records(value, path), path)
    rest = {k: v for k, v in value.items() if k != key}
    return _Group(name, to_records(value[key], at(path, key)), path, rest)


def are_groups(data: dict[str, Any]) -> bool:
    """Tell an answer that is itself a mapping of groups to lists of steps."""
    if len(data) < 2 or pick(data, (*BOX, *TIMES, *CHILDREN, *LEGENDS)) is not None:
        return False
    if not all(isinstance(value, list) and value for value in data.values()):
        return False
    return not any(isinstance(item, str) for value in data.values() for item in value)


def _by_group(box: dict[str, Any]) -> bool:
    """Tell a mapping of groups to steps from one of steps to their counts."""
    if not box or is_columns(box) or pick(box, _STEPS, is_box):
        return False
    if not all(map(is_box, box.values())):
        return False
    return not all(
        isinstance(v, dict) and find_value({k: [x] for k, x in v.items()}) for v in box.values()
    )


def _are_pairs(box: Sequence[Any]) -> bool:
    return all(len(i) == 2 and isinstance(i[0], str | None) and is_scalar(i[1]) for i in box)


def _of_objects(box: list[dict[str, Any]], path: str) -> list[_Group]:
    """Tell objects that are groups of steps from steps that hold groups."""
    keys = [
        pick(
            item,
            (*_STEPS, "values", "counts", "data", "items", "groups", "results", "series"),
            is_box,
        )
        for item in box
    ]
    if not all(keys):
        return [_Group(None, to_records(box, path), path)]
    if all(_holds_steps(item, str(key)) for item, key in zip(box, keys, strict=True)):
        return [
            _group(item, str(key), at(path, i))
            for i, (item, key) in enumerate(zip(box, keys, strict=True))
        ]
    records = Records()
    for i, (item, key) in enumerate(zip(box, keys, strict=True)):
        rest = {k: v for k, v in item.items() if k != key}
        inner = to_records(item[str(key)], at(at(path, i), str(key)), name_field=GROUP_FIELD)
        if not inner.rows:
            records.add(rest, at(path, i))
        for position, (row, where) in enumerate(zip(inner.rows, inner.paths, strict=True)):
            name_key = pick(row, (*GROUP, "name", "id", "key", "title"), is_scalar)
            group = row.get(GROUP_FIELD, str(position) if name_key is None else row[name_key])
            kept = {k: v for k, v in row.items() if k not in (name_key, GROUP_FIELD)}
            whole = {GROUP_FIELD: group, **rest}
            for name, value in kept.items():
                whole[free_name(name, whole, "_of_group")] = value
            records.add(whole, where)
    return [_Group(None, records, path)]


def _holds_steps(item: Mapping[str, Any], key: str) -> bool:
    if spelled(key) in _STEPS or pick(item, GROUP, is_scalar) is not None:
        return True
    inner = item[key]
    rows = [row for row in inner if isinstance(row, dict)] if isinstance(inner, list) else []
    if pick(item, ("title", "stepname", "step"), is_scalar) is not None:
        return False
    return bool(rows) and all(pick(row, ("title", "stepname", "step", "event")) for row in rows)


def _group(item: Mapping[str, Any], key: str, path: str) -> _Group:
    name_key = pick(item, (*GROUP, *NAME, "id", "key"), is_scalar)
    rest = {k: v for k, v in item.items() if k not in (key, name_key)}
    name = as_text(item[name_key]) if name_key is not None else path.rsplit("[", 1)[-1].rstrip("]")
    return _Group(name, to_records(item[key], at(path, key)), path, rest)
