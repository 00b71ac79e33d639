"""Funnels: how many profiles reach each step."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synerise_frames.frames.find import (
    NAME,
    VALUE,
    all_scalars,
    all_texts,
    at,
    find_value,
    pick,
    value_of,
    words,
)
from synerise_frames.frames.flatten import locate
from synerise_frames.frames.funnel_groups import BOX, GROUP, GROUP_FIELD, are_groups, steps_of
from synerise_frames.frames.funnel_times import TIMES, times_between
from synerise_frames.frames.load import Payload
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import Records, apart, column, hold_rest, others
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_number, as_text

_TITLE = ("title", "name", "label", "stepname", "displayname", "event", "action", *NAME)
_ORDINAL = words("step stepnumber stepindex index order position no level")
_TIME = words(
    "timefromprevious timefrompreviousstep timebetweensteps timebetween time duration avgtime "
    "averagetime meantime mediantime timetostep conversiontime"
)


def funnel(payload: Payload, tz: Zone = None, strict: bool = False) -> pd.DataFrame:  # noqa: ARG001
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
    return read("funnel", payload, strict, _read)


def _read(reading: Reading, data: Any) -> pd.DataFrame:
    grouped = isinstance(data, dict) and are_groups(data)
    if grouped:
        box, path, around, key = data, "$", dict[str, Any](), None
    else:
        box, path, around, key = locate(reading, data, BOX, (*_TITLE, *VALUE))
    times_key = pick(around, TIMES)
    hold_rest(reading, around, {key, times_key})
    records = steps_of(reading, box, path, grouped=grouped)
    columns = _columns(reading, records)
    between = times_between(
        reading, columns, value_of(around, times_key), at("$", times_key or "?")
    )
    if between and any(time is not None for time in columns["time_from_previous"]):
        columns["time_of_step"] = columns["time_from_previous"]
    columns |= between
    reading.where = lambda name, row: at(records.paths[row], name)
    return build(reading, columns)


def _columns(reading: Reading, records: Records) -> dict[str, Any]:
    fields = records.fields()
    group = GROUP_FIELD if GROUP_FIELD in fields else None
    ordinal = pick(fields, _ORDINAL, lambda vs: all(type(v) is int for v in vs))
    title = pick(fields, _TITLE, all_texts, {group, ordinal})
    if group is None:
        group = pick(fields, GROUP, all_scalars, {title, ordinal})
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
