"""Times of many values at once."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from synerise_frames.periods import Zone
from synerise_frames.schema.times import from_micros, to_index

_AWARE = re.compile(r".*(Z|[+-]\d\d:?\d\d)")


def read_times(values: Sequence[Any], series: Sequence[Hashable], tz: Zone) -> pd.DatetimeIndex:
    """Read the times of values that belong to `series`; what is none is ``NaT``.

    Without an offset, a repeated hour is told by its order in each series; with one, every
    different text is read once.
    """
    if {*map(type, values)} == {str}:
        different = {value: code for code, value in enumerate(dict.fromkeys(values))}
        if all_aware(different):
            codes = np.fromiter(map(different.__getitem__, values), "int64", len(values))
            return from_micros(to_index(list(different), tz).asi8[codes], tz)
    return _by_series(values, series, tz)


def all_aware(values: Iterable[Any]) -> bool:
    """Tell whether all values are texts with an offset at the end."""
    return all(isinstance(value, str) and _AWARE.fullmatch(value) for value in values)


def _by_series(values: Sequence[Any], series: Sequence[Hashable], tz: Zone) -> pd.DatetimeIndex:
    rows_of: dict[Hashable, list[int]] = {}
    for row, one in enumerate(series):
        rows_of.setdefault(one, []).append(row)
    micros = np.empty(len(values), dtype="int64")
    read: dict[str, np.ndarray] = {}
    for rows in rows_of.values():
        raw = [values[row] for row in rows]
        key = repr(raw)  # series mostly share their times, which then are read once
        if key not in read:
            read[key] = to_index(raw, tz).asi8
        micros[rows] = read[key]
    return from_micros(micros, tz)
