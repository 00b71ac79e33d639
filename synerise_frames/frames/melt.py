"""From the columns of a report to one row for each row and metric. Written for speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synerise_frames.frames.find import at, could_count
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_text

_NUMBERS = {int, float}
_NONE = type(None)


@dataclass
class Table:
    """Columns of JSON values, all equally long, and what is known of them."""

    columns: dict[str, list[Any]] = field(default_factory=dict)
    length: int = 0
    #: Roles that the layout itself gives; the caller's names win over them.
    metrics: frozenset[str] = frozenset()
    dimensions: frozenset[str] = frozenset()
    path: Callable[[int], str] = lambda row: at("$", row)


def melt(
    reading: Reading,
    table: Table,
    metrics: Sequence[str] = (),
    dimensions: Sequence[str] = (),
    *,
    tz: Zone = None,
) -> pd.DataFrame:
    """Make the frame of a report."""
    groups, values = _roles(table, {*metrics}, {*dimensions})
    names = list(values)
    width = max(len(names), 1)
    every = np.repeat(np.arange(table.length), width)
    reading.where = lambda _, row: at(
        table.path(row // width), names[row % width] if names else "value"
    )
    tiled = np.tile(np.arange(width), table.length)
    return build(
        reading,
        {
            "row": pa.array(every),
            "metric": pa.array(names or [None], pa.string()).take(tiled),
            "value": _interleaved(list(values.values()), table.length),
        },
        dimensions={name: _texts(column).take(every) for name, column in groups.items()},
        tz=tz,
    )


def _roles(
    table: Table, metrics: set[str], dimensions: set[str]
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Part dimensions from metrics; the order of the fields is kept in both."""
    known = {name: True for name in table.metrics} | {name: False for name in table.dimensions}
    known |= dict.fromkeys(metrics, True) | dict.fromkeys(dimensions, False)
    role: dict[str, bool | None] = {}
    for name, column in table.columns.items():
        types = {*map(type, column)} - {_NONE}
        role[name] = known.get(name, None if not types else types <= _NUMBERS)
    if True not in role.values():
        _last_numeric_texts(table, role, known)
    seen = False
    for name, is_metric in role.items():
        seen = seen or is_metric is True
        role[name] = seen if is_metric is None else is_metric
    groups = {name: column for name, column in table.columns.items() if not role[name]}
    values = {name: column for name, column in table.columns.items() if role[name]}
    return groups, values


def _last_numeric_texts(
    table: Table, role: dict[str, bool | None], known: dict[str, bool]
) -> None:
    for name in reversed(table.columns):
        texts = [value for value in table.columns[name] if value is not None]
        if name in known or not texts or not all(map(could_count, texts)):
            return
        role[name] = True


def _texts(column: list[Any]) -> pa.Array:
    if not {*map(type, column)} <= {str, _NONE}:
        column = [as_text(value) for value in column]
    return pa.array(column, pa.string())


def _interleaved(columns: list[list[Any]], length: int) -> Any:
    """Give the values row by row: the first metric of a row, its second, and so on."""
    if not columns:
        return [None] * length
    try:
        arrays = [pa.array(column, pa.float64(), from_pandas=True) for column in columns]
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        # Some value is text, or an integer that no float can hold: build() sees to each.
        return list(chain.from_iterable(zip(*columns, strict=True)))
    if any(bool in {*map(type, column)} for column in columns):
        return list(chain.from_iterable(zip(*columns, strict=True)))
    if len(arrays) == 1:
        return arrays[0]
    values = np.empty((length, len(arrays)))
    missing = np.empty((length, len(arrays)), dtype=bool)
    for i, array in enumerate(arrays):
        values[:, i] = array.to_numpy(zero_copy_only=False)
        missing[:, i] = array.is_null().to_numpy(zero_copy_only=False)
    return pa.array(values.ravel(), mask=missing.ravel())
