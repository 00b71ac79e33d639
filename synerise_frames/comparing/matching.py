"""Rows of two frames brought together, those of one side included.

Rows are matched by their place, never by a join of named columns: a report's dimension may have
any name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from synerise_frames.comparing.identity import Identity

Places = npt.NDArray[np.intp]
Numbers = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
#: Columns of one frame, each without its index.
Columns = Mapping[str, pd.Series]

_ABSENT = -1


def keys(left: Columns, right: Columns, about: Identity) -> list[str]:
    """Give the columns that rows are matched by.

    Things that have an id and a name are matched by name where that tells them apart on both
    sides, for an analysis that was built anew has other ids; by id where only that does; by
    both where neither does.
    """
    both = list(about.pair or ())
    telling = (name for name in both[::-1] if _tells_apart(left, right, both, name))
    return [*about.plain, *([found] if (found := next(telling, None)) else both)]


def one_each(left: Columns, right: Columns, about: Identity) -> bool:
    """Tell whether either side has no more than one thing that has an id and a name."""
    return about.pair is not None and all(
        len(np.unique(things([side[name] for name in about.pair]))) <= 1 for side in (left, right)
    )


def _tells_apart(left: Columns, right: Columns, both: Sequence[str], name: str) -> bool:
    for side in (left, right):
        apart = pd.DataFrame({n: side[n] for n in both}).drop_duplicates()[name]
        if apart.isna().any() or not apart.is_unique:
            return False
    return True


def things(columns: Sequence[pd.Series]) -> Numbers:
    """Give rows with equal cells equal numbers, in the order of their first; missing is equal."""
    # Numbers as names: those of the columns may be equal.
    table = pd.DataFrame(dict(enumerate(columns)))
    numbers: Numbers = (
        table.groupby(list(table.columns), dropna=False, sort=False).ngroup().to_numpy()
    )
    return numbers


@dataclass(frozen=True, eq=False)
class Matched:
    """Pairs of rows: the place of each in its frame, or that the frame has none."""

    left: Places
    right: Places

    @property
    def both(self) -> Flags:
        """Which rows are there on either side."""
        there: Flags = (self.left != _ABSENT) & (self.right != _ABSENT)
        return there

    @property
    def only_left(self) -> Flags:
        """Which rows the right side lacks."""
        lacking: Flags = self.right == _ABSENT
        return lacking

    @property
    def only_right(self) -> Flags:
        """Which rows the left side lacks."""
        lacking: Flags = self.left == _ABSENT
        return lacking

    def of_left(self, column: pd.Series) -> pd.Series:
        """Give a column of the left frame; missing where it has no such row."""
        return _taken(column, self.left)

    def of_right(self, column: pd.Series) -> pd.Series:
        """Give a column of the right frame; missing where it has no such row."""
        return _taken(column, self.right)

    def of_either(self, left: pd.Series, right: pd.Series) -> pd.Series:
        """Give a column of both, from the left frame where that has the row."""
        places = np.where(self.left == _ABSENT, self.right + len(left), self.left)
        return _taken(pd.concat([left, right], ignore_index=True), places)


def match(left: Columns, right: Columns, on: Sequence[str]) -> Matched:
    """Match rows by equal keys: those of the left frame in their order, then those only right.

    Rows with equal keys are matched one by one; without keys all rows are equal.
    """
    sizes = len(left["value"]), len(right["value"])
    here, there = (np.arange(size, dtype=np.intp) for size in sizes)
    keys = [pd.concat([left[name], right[name]], ignore_index=True) for name in on]
    thing = things(keys) if keys else np.zeros(sum(sizes), dtype=np.int64)
    rows = [
        pd.DataFrame({"thing": part, "place": places}).assign(
            occurrence=lambda df: df.groupby("thing").cumcount()
        )
        for part, places in ((thing[: sizes[0]], here), (thing[sizes[0] :], there))
    ]
    joined = rows[0].merge(rows[1], how="outer", on=["thing", "occurrence"])
    one, two = (joined[f"place_{s}"].fillna(_ABSENT).to_numpy(dtype=np.intp) for s in "xy")
    order = np.argsort(np.where(one == _ABSENT, two + sizes[0], one), kind="stable")
    return Matched(one[order], two[order])


def _taken(column: pd.Series, places: Places) -> pd.Series:
    taken = pd.api.extensions.take(column.array, places, allow_fill=True)
    return pd.Series(taken, dtype=column.dtype)


def free_names(names: Sequence[str], taken: Collection[str]) -> list[str]:
    """Give names for a result that has columns of its own, as readers name such dimensions."""
    found: list[str] = []
    for name in names:
        free = name
        while free in taken or (free != name and free in names) or free in found:
            free = f"{name}_dimension" if free == name else f"{free}_"
        found.append(free)
    return found


def differences(after: pd.Series, before: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Give the difference, and its part of the size of what was before; none of zero."""
    new, old = floats(after), floats(before)
    # Infinite less infinite is not known.
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        difference = new - old
        change = np.where(old == 0, np.nan, difference / np.abs(old))
    return measures(difference), measures(change)


def floats(column: pd.Series) -> Floats:
    """Give measures as plain floats, NaN where they are missing."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def measures(values: Floats) -> pd.Series:
    """Give plain floats as measures, missing where they are NaN."""
    return pd.Series(pd.arrays.FloatingArray(values, np.isnan(values)))
