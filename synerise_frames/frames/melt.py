"""From the columns of a report to one row for each row and metric. Written for speed."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synerise_frames.brief import brief
from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import SyneriseWarning
from synerise_frames.frames.find import at, could_count
from synerise_frames.schema.build import build, listed
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_text
from synerise_frames.suggest import did_you_mean

_NUMBERS = {int, float}
_NONE = type(None)


@dataclass
class Table:
    """Columns of JSON values, all equally long, and what is known of them."""

    columns: dict[str, list[Any] | pa.Array] = field(default_factory=dict)
    length: int = 0
    #: Roles that the layout itself gives; the caller's names win over them.
    metrics: frozenset[str] = frozenset()
    dimensions: frozenset[str] = frozenset()
    path: Callable[[int], str] = lambda row: at("$", row)

    @cached_property
    def types(self) -> dict[str, set[type]]:
        """Types of the values of each column, nulls left out."""
        return {name: _types(column) for name, column in self.columns.items()}


def _types(column: list[Any] | pa.Array) -> set[type]:
    if isinstance(column, list):
        return {*map(type, column)} - {_NONE}
    return set() if column.null_count == len(column) else {type(column.drop_null()[0].as_py())}


def melt(
    reading: Reading,
    table: Table,
    metrics: Sequence[str] = (),
    dimensions: Sequence[str] = (),
) -> pd.DataFrame:
    """Make the frame of a report."""
    groups, names = roles(table, metrics, dimensions)
    if table.length:
        _warn_of_unknown([*metrics, *dimensions], table)
    else:
        # Rows say which dimensions there are; where there is none, the caller may.
        groups = [*dict.fromkeys([*dimensions, *groups])]
        table.columns = {name: [] for name in groups} | table.columns
    width = max(len(names), 1)
    every = np.repeat(np.arange(table.length), width)
    rows = pa.array(every)
    reading.where = lambda _, row: at(
        table.path(row // width), names[row % width] if names else "value"
    )
    tiled = np.tile(np.arange(width), table.length)
    return build(
        reading,
        {
            "row": rows,
            "metric": _names(names).take(pa.array(tiled)),
            "value": _interleaved(table, names),
        },
        dimensions={name: _texts(table, name).take(rows) for name in groups},
    )


def _warn_of_unknown(names: Sequence[str], table: Table) -> None:
    """Say which of the caller's names no field has: a misspelt one changes what is a number."""
    unknown = [name for name in names if name not in table.columns]
    if unknown:
        warnings.warn(
            f"The report has no field {unknown[0]!r}. "
            f"{did_you_mean(unknown[0], table.columns)}"
            f"Its fields: {brief(', '.join(table.columns))}.",
            SyneriseWarning,
            stacklevel=depth_of_caller(),
        )


def roles(
    table: Table, metrics: Sequence[str] = (), dimensions: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """Part dimensions from metrics; the order of the fields is kept in both."""
    known = dict.fromkeys(table.metrics, True) | dict.fromkeys(table.dimensions, False)
    known |= dict.fromkeys(metrics, True) | dict.fromkeys(dimensions, False)
    role: dict[str, bool | None] = {}
    for name in table.columns:
        types = table.types[name]
        role[name] = known.get(name, None if not types else types <= _NUMBERS)
    if True not in role.values():
        _last_numeric_texts(table, role, known)
    seen = False
    for name, is_metric in role.items():
        seen = seen or is_metric is True
        role[name] = seen if is_metric is None else is_metric
    return [n for n in role if not role[n]], [n for n in role if role[n]]


def _last_numeric_texts(table: Table, role: dict[str, bool | None], known: dict[str, bool]) -> None:
    for name in reversed(table.columns):
        texts = [value for value in listed(table.columns[name]) if value is not None]
        if name in known or not texts or not all(map(could_count, texts)):
            return
        role[name] = True


def _names(names: Sequence[str]) -> pa.Array:
    """Give the names of the metrics; a report without any has one that is missing."""
    return pa.array(names, pa.large_string()) if names else pa.nulls(1, pa.large_string())


def _texts(table: Table, name: str) -> pa.Array:
    column = table.columns[name]
    if isinstance(column, pa.Array):
        return column.cast(pa.large_string())
    if not table.types[name] <= {str}:
        column = [as_text(value) for value in column]
    return pa.array(column, pa.large_string())


def _interleaved(table: Table, names: Sequence[str]) -> Any:
    """Give the values row by row: the first metric of a row, its second, and so on."""
    columns = [table.columns[name] for name in names]
    if not columns:
        return [None] * table.length
    try:
        arrays = [_floats(table, name) for name in names]
    except (TypeError, pa.ArrowInvalid, OverflowError):
        # Some value is text, or an integer that no float can hold: build() sees to each.
        return list(chain.from_iterable(zip(*map(listed, columns), strict=True)))
    if len(arrays) == 1:
        return arrays[0]
    values = np.empty((table.length, len(arrays)))
    missing = np.zeros((table.length, len(arrays)), dtype=bool)
    for i, array in enumerate(arrays):
        values[:, i] = array.to_numpy(zero_copy_only=False)
        if array.null_count:
            missing[:, i] = array.is_null().to_numpy(zero_copy_only=False)
    return pa.array(values.ravel(), mask=missing.ravel() if missing.any() else None)


def _floats(table: Table, name: str) -> pa.Array:
    column = table.columns[name]
    if not table.types[name] <= _NUMBERS:
        raise TypeError(name)
    if isinstance(column, pa.Array):
        return column.cast(pa.float64())
    return pa.array(column, pa.float64(), from_pandas=True)
