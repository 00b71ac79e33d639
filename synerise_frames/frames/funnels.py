"""Funnels: how many profiles reach each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from synerise_frames.frames.find import (
    CHILDREN,
    LEGENDS,
    NAME,
    VALUE,
    all_scalars,
    all_texts,
    at,
    find_value,
    is_box,
    is_scalar,
    pick,
    spelled,
    value_of,
    words,
)
from synerise_frames.frames.flatten import is_columns, locate, spread, to_records
from synerise_frames.frames.load import Payload
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import Records, apart, column, hold_rest, others
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_number, as_text

_BOX = words("calculationresult calculationresults steps stages funnel results groups variants")
_STEPS = ("calculationresult", "calculationresults", "steps", "stages", "funnel")
_INNER = (*_STEPS, "values", "data", "items")
_GROUP = words("group groupname groupid segment variant breakdown dimension series")
_TITLE = ("title", "name", "label", "stepname", "displayname", "event", "action", *NAME)
_ORDINAL = words("step stepnumber stepindex index order position no level")
_TIMES = ("timebetweensteps", "timesbetweensteps", "timebetween", "times", "steptimes", "durations")
_TIME = words(
    "timefromprevious timefrompreviousstep timebetweensteps timebetween time duration avgtime "
    "averagetime meantime mediantime timetostep conversiontime"
)
_STATISTIC = words("mean avg average value median p50 result time duration")


def funnel(payload: Payload, tz: Zone = None, strict: bool = False) -> pd.DataFrame:
    """Read the answer of ``funnels.calculate`` or ``funnels.preview``.

    Groups are read from lists of steps, from objects that hold steps, from a field of each
    step, or from several counts in a step. Times between steps belong to the step they lead
    to; where they are objects of statistics, the mean is taken and the others become columns
    ``time_<statistic>``. Their unit is not known, so nothing is converted.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: ``{"calculationResult": [...], "timeBetweenSteps": [...]}``.
    tz : str or tzinfo, optional
        Not used: a funnel has no times of day.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.

    Returns
    -------
    DataFrame
        group (``string``), step (``Int64``, from 1), name (``string``), value (``Int64``),
        share_of_first, share_of_previous, time_from_previous (``Float64``), then other fields
        of the steps. Shares of nothing are missing.

    Raises
    ------
    ShapeError
        If the payload is no funnel.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> df = sf.frames.funnel({
    ...     "calculationResult": [{"title": "visit", "value": 1000}, {"title": "buy", "value": 61}],
    ...     "timeBetweenSteps": [5321000], "metadata": {}})
    >>> df[["step", "name", "value", "share_of_first", "time_from_previous"]]
       step   name  value  share_of_first  time_from_previous
    0     1  visit   1000             1.0                <NA>
    1     2    buy     61           0.061           5321000.0
    """
    return read("funnel", payload, strict, lambda reading, data: _read(reading, data, tz))


def _read(reading: Reading, data: Any, tz: Zone) -> pd.DataFrame:
    grouped = isinstance(data, dict) and _are_groups(data)
    if grouped:
        box, path, around, key = data, "$", dict[str, Any](), None
    else:
        box, path, around, key = locate(reading, data, _BOX, (*_TITLE, *VALUE))
    times_key = pick(around, _TIMES)
    hold_rest(reading, around, {key, times_key})
    records = _steps(reading, _groups(box, path, grouped=grouped))
    columns = _columns(reading, records)
    between = _times(reading, columns, value_of(around, times_key), at("$", times_key or "?"))
    if between and any(time is not None for time in columns["time_from_previous"]):
        columns["time_of_step"] = columns["time_from_previous"]
    columns |= between
    reading.where = lambda name, row: at(records.paths[row], name)
    return build(reading, columns, tz=tz)


class _Group(NamedTuple):
    """The steps of one group, and what else is said of it."""

    name: Any
    steps: Records
    path: str
    rest: Mapping[str, Any] = MappingProxyType({})


def _steps(reading: Reading, groups: Sequence[_Group]) -> Records:
    """Give one record a step and group; the group in a field ``group``."""
    records, silent = Records(), list[dict[str, Any]]()
    for group in groups:
        named = {} if group.name is None else {_GROUP_FIELD: group.name}
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


# No field of JSON can be taken for it: a field's name holds no line break in practice.
_GROUP_FIELD = "\ngroup"


def _groups(box: Any, path: str, *, grouped: bool = False) -> list[_Group]:
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


def _are_groups(data: dict[str, Any]) -> bool:
    """Tell an answer that is itself a mapping of groups to lists of steps."""
    if len(data) < 2 or pick(data, (*_BOX, *_TIMES, *CHILDREN, *LEGENDS)) is not None:
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
        inner = to_records(item[str(key)], at(at(path, i), str(key)), name_field=_GROUP_FIELD)
        if not inner.rows:
            records.add(rest, at(path, i))
        for position, (row, where) in enumerate(zip(inner.rows, inner.paths, strict=True)):
            name_key = pick(row, (*_GROUP, "name", "id", "key", "title"), is_scalar)
            group = row.get(_GROUP_FIELD, str(position) if name_key is None else row[name_key])
            kept = {k: v for k, v in row.items() if k not in (name_key, _GROUP_FIELD)}
            whole = {_GROUP_FIELD: group, **rest}
            for name, value in kept.items():
                whole[free_name(name, whole, "_of_group")] = value
            records.add(whole, where)
    return [_Group(None, records, path)]


def _holds_steps(item: Mapping[str, Any], key: str) -> bool:
    if spelled(key) in _STEPS or pick(item, _GROUP, is_scalar) is not None:
        return True
    inner = item[key]
    rows = [row for row in inner if isinstance(row, dict)] if isinstance(inner, list) else []
    if pick(item, ("title", "stepname", "step"), is_scalar) is not None:
        return False
    return bool(rows) and all(pick(row, ("title", "stepname", "step", "event")) for row in rows)


def _group(item: Mapping[str, Any], key: str, path: str) -> _Group:
    name_key = pick(item, (*_GROUP, *NAME, "id", "key"), is_scalar)
    rest = {k: v for k, v in item.items() if k not in (key, name_key)}
    name = as_text(item[name_key]) if name_key is not None else path.rsplit("[", 1)[-1].rstrip("]")
    return _Group(name, to_records(item[key], at(path, key)), path, rest)


def _columns(reading: Reading, records: Records) -> dict[str, Any]:
    fields = records.fields()
    group = _GROUP_FIELD if _GROUP_FIELD in fields else None
    ordinal = pick(fields, _ORDINAL, lambda vs: all(type(v) is int for v in vs))
    title = pick(fields, _TITLE, all_texts, {group, ordinal})
    if group is None:
        group = pick(fields, _GROUP, all_scalars, {title, ordinal})
    time = pick(fields, _TIME, skip={title, group, ordinal})
    value = find_value(fields, skip={group, ordinal, title, time})
    groups = [as_text(v) for v in column(records.rows, group)]
    steps, consumed = _numbers(groups, column(records.rows, ordinal))
    used = {group, title, value, time, ordinal if consumed else None}
    columns: dict[str, Any] = {
        "group": groups,
        "step": steps,
        "name": column(records.rows, title),
        "value": column(records.rows, value),
    }
    columns["share_of_first"], columns["share_of_previous"] = _shares(
        groups, steps, columns["value"]
    )
    columns["time_from_previous"] = column(records.rows, time)
    return {**columns, **apart("funnel", others(reading, records, used))}


def _numbers(groups: list[str | None], sent: list[Any]) -> tuple[list[int], bool]:
    """Give the steps of each group numbers from 1; as sent, where the numbers say so."""
    places: dict[str | None, list[int]] = {}
    for row, group in enumerate(groups):
        places.setdefault(group, []).append(row)
    steps = [0] * len(groups)
    for rows in places.values():
        for number, row in enumerate(rows, start=1):
            steps[row] = number
    numbers = [[sent[row] for row in rows] for rows in places.values()]
    for first in (0, 1):
        if all(None not in n and sorted(n) == list(range(first, first + len(n))) for n in numbers):
            return [number + 1 - first for number in sent], True
    return steps, False


def _shares(
    groups: list[str | None], steps: list[int], values: list[Any]
) -> tuple[list[float | None], list[float | None]]:
    counts = {(g, s): as_number(v) for g, s, v in zip(groups, steps, values, strict=True)}
    first = [_share(counts[g, s], counts.get((g, 1))) for g, s in zip(groups, steps, strict=True)]
    previous = [
        None if s == 1 else _share(counts[g, s], counts.get((g, s - 1)))
        for g, s in zip(groups, steps, strict=True)
    ]
    return first, previous


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def _times(reading: Reading, columns: dict[str, Any], node: Any, path: str) -> dict[str, Any]:
    """Align the times between steps with the steps they lead to."""
    if node in (None, [], {}):
        return {}
    groups, steps = columns["group"], columns["step"]
    lists = _lists_of_times(node, list(dict.fromkeys(groups)))
    if lists is None:
        reading.keep(path, "timeBetweenSteps", node)
        return {}
    found: dict[tuple[str | None, int], dict[str, Any]] = {}
    for group, times in lists.items():
        count = groups.count(group)
        offset = 1 if len(times) >= count > 0 else 2
        for i, row in enumerate(times):
            found[group, i + offset] = row
    known = set(zip(groups, steps, strict=True))
    if any(key not in known for key in found):
        reading.keep(path, "timeBetweenSteps", node)
    rows = [found.get(key, {}) for key in zip(groups, steps, strict=True)]
    main = find_value(
        {k: [r.get(k) for r in rows if r.get(k) is not None] for r in rows for k in r}, _STATISTIC
    )
    names = dict.fromkeys(key for row in rows for key in row if key != main)
    more = {f"time_{name}": [row.get(name) for row in rows] for name in names}
    return {"time_from_previous": column(rows, main), **more}


def _lists_of_times(
    node: Any, groups: list[str | None]
) -> dict[str | None, list[dict[str, Any]]] | None:
    """Give the times of each group; ``None`` if they do not say whose they are."""
    if (
        isinstance(node, list)
        and len(node) == len(groups)
        and all(isinstance(n, list) for n in node)
    ):
        return {group: _flat_times(times) for group, times in zip(groups, node, strict=True)}
    if isinstance(node, dict) and groups != [None] and set(node) <= set(groups):
        return {key: _flat_times(times) for key, times in node.items()}
    return {groups[0]: _flat_times(node)} if len(groups) == 1 else None


def _flat_times(node: Any) -> list[dict[str, Any]]:
    records = to_records(node, "", name_field="between")
    return [spread(row, open_lists=True) for row in records.rows]
