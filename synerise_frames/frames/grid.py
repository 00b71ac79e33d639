"""A time series as a grid of different times and different series, without a loop over values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synerise_frames.frames.buckets import Known, bucket_ends
from synerise_frames.frames.find import at
from synerise_frames.frames.layouts import Column, Parts
from synerise_frames.frames.legends import Legends, Resolver, Series
from synerise_frames.frames.moments import all_aware
from synerise_frames.schema.build import listed
from synerise_frames.schema.text import as_text
from synerise_frames.schema.times import to_index


@dataclass(frozen=True)
class Grid:
    """Times and series that differ, and which of them each value has."""

    starts: list[Any]
    ends: list[Any] | None
    when: np.ndarray
    series: list[Series]
    which: np.ndarray
    measured: Any


def read_grid(parts: Parts, legends: Legends) -> Grid | None:
    """Make the grid; ``None`` where times or series need a closer look."""
    items = np.repeat(np.arange(len(parts.counts)), parts.counts)
    roles = parts.layout.outer
    if parts.layout.form == "series":
        series = _series(parts.outer, roles.id, roles.name, legends)
        times = _different(parts.inner, parts.layout.inner.start, parts.layout.inner.end)
        if series is None or times is None or not _same_anywhere(times[:2]):
            return None
        starts, ends, when = times
        return Grid(starts, ends, when, series[0], series[1][items], _floats(parts.values))
    starts = listed(parts.outer[str(roles.start)])
    ends = None if roles.end is None else listed(parts.outer[roles.end])
    if parts.layout.form == "aligned":
        series = list(legends.entries), np.tile(np.arange(len(legends)), len(parts.counts))
    else:
        below = parts.layout.inner
        key = "" if parts.layout.form == "mapping" else below.id
        series = _series(parts.inner, key, below.name, legends)
    if series is None or not (_regular(series[1], parts.counts) or _same_anywhere((starts, ends))):
        return None
    return Grid(starts, ends, items, *series, _floats(parts.values))


def grid_columns(grid: Grid, known: Known) -> dict[str, Any] | None:
    """Give the columns of the frame; ``None`` if some time could not be read."""
    starts = to_index(grid.starts, known.tz)
    ends = None if grid.ends is None else to_index(grid.ends, known.tz)
    if starts.hasnans or (ends is not None and ends.hasnans):
        return None
    over, partial = bucket_ends(starts, ends, grid.ends, known)
    which = pa.array(grid.which)
    return {
        "bucket_start": _take(starts, grid.when),
        "bucket_end": _take(over, grid.when),
        "is_partial": partial.take(pa.array(grid.when)),
        "series_id": pa.array([s.id for s in grid.series], pa.large_string()).take(which),
        "series": pa.array([s.name for s in grid.series], pa.large_string()).take(which),
        "value": grid.measured,
    }


def value_path(parts: Parts, path: str, row: int) -> str:
    """Give the JSON path of the value in a row; `path` is that of the items."""
    last = np.cumsum(parts.counts)
    item = int(np.searchsorted(last, row, side="right"))
    place = at(at(path, item), parts.layout.key)
    position = row - int(last[item] - parts.counts[item])
    if parts.layout.form == "mapping":
        return at(place, str(listed(parts.inner[""])[row]))
    place = at(place, position)
    return place if parts.layout.form == "aligned" else at(place, str(parts.layout.inner.value))


def _take(times: pd.DatetimeIndex, codes: np.ndarray) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(times.take(codes))


def _regular(which: np.ndarray, counts: np.ndarray) -> bool:
    """Tell whether every bucket has all series, in the same order."""
    width = int(counts[0])
    if (counts != width).any() or len({*which[:width].tolist()}) != width:
        return False
    return bool((which.reshape(-1, width) == which[:width]).all())


def _same_anywhere(times: tuple[Sequence[Any], Sequence[Any] | None]) -> bool:
    """Tell times that mean the same instant wherever they stand: with an offset, or epochs."""
    every = [*times[0], *(times[1] or ())]
    return {*map(type, every)} == {int} or all_aware(every)


def _encoded(column: Column) -> tuple[list[Any], np.ndarray]:
    """Give the different values of a column, and which of them is in each row."""
    if isinstance(column, list):
        different = {value: code for code, value in enumerate(dict.fromkeys(column))}
        codes = np.fromiter(map(different.__getitem__, column), "int64", len(column))
        return list(different), codes
    encoded = column.dictionary_encode("encode")
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype("int64")


def _series(
    columns: dict[str, Column], id_key: str | None, name_key: str | None, legends: Legends
) -> tuple[list[Series], np.ndarray] | None:
    """Give the different series, and which of them is in each row; each must have an id."""
    found = _different(columns, id_key, name_key)
    if found is None or {*map(type, found[0])} - {str, int}:
        return None
    ids, names, which = found
    clues = [
        (as_text(i), as_text(name), None)
        for i, name in zip(ids, names or [None] * len(ids), strict=True)
    ]
    return Resolver(legends).resolve(clues, [None] * len(clues)), which


def _different(
    columns: dict[str, Column], first: str | None, second: str | None
) -> tuple[list[Any], list[Any] | None, np.ndarray] | None:
    """Give the different pairs of two columns, and which of them is in each row."""
    if first is None:
        return None
    left, codes = _encoded(columns[first])
    if second is None:
        return left, None, codes
    right, more = _encoded(columns[second])
    pairs, codes = np.unique(codes * len(right) + more, return_inverse=True)
    firsts, seconds = np.divmod(pairs, len(right))
    return [left[i] for i in firsts], [right[i] for i in seconds], codes


def _floats(values: Column) -> Any:
    if not isinstance(values, list):
        return values
    try:
        return pa.array(values, pa.float64(), from_pandas=True)
    except (pa.ArrowInvalid, OverflowError):
        return values  # an integer that no float can hold: build() sees to it
