"""Rows of two frames brought together, those of one side included."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from synerise_frames.comparing.identity import Identity

#: Whose rows: set by the join, dropped by its callers.
SIDE = "_merge"
_ORDER = "_order"
_OCCURRENCE = "_occurrence"


def keys(left: pd.DataFrame, right: pd.DataFrame, identity: Identity) -> list[str]:
    """Give the columns that rows are matched by.

    Things that have an id and a name are matched by name where that tells them apart on both
    sides, for an analysis that was built anew has other ids; by id otherwise. Where either
    side has just one, they belong together whatever they are called.
    """
    if identity.pair is None:
        return list(identity.plain)
    both = list(identity.pair)
    if all(len(side[both].drop_duplicates()) <= 1 for side in (left, right)):
        return list(identity.plain)
    by = both[1] if all(_tells_apart(side, both) for side in (left, right)) else both[0]
    return [*identity.plain, by]


def _tells_apart(frame: pd.DataFrame, pair: list[str]) -> bool:
    things = frame[pair].drop_duplicates()
    return bool(things[pair[1]].notna().all() and things[pair[1]].is_unique)


def join(left: pd.DataFrame, right: pd.DataFrame, on: list[str], suffix: str) -> pd.DataFrame:
    """Join two frames outer: rows of the left one in their order, then those only right.

    Rows with equal keys are matched one by one. Columns of the right frame get the suffix.
    """
    numbered = [
        side.assign(
            **{
                _ORDER: range(len(side)),
                _OCCURRENCE: side.groupby(on, dropna=False).cumcount() if on else range(len(side)),
            }
        )
        for side in (left, right)
    ]
    joined = numbered[0].merge(
        numbered[1], how="outer", on=[*on, _OCCURRENCE], suffixes=("", suffix), indicator=SIDE
    )
    place = joined[_ORDER].fillna(joined[f"{_ORDER}{suffix}"] + len(left))
    ordered = joined.loc[place.sort_values(kind="stable").index].reset_index(drop=True)
    return ordered.drop(columns=[_ORDER, f"{_ORDER}{suffix}", _OCCURRENCE])


def about_rows(joined: pd.DataFrame, columns: Iterable[str], suffix: str) -> pd.DataFrame:
    """Give the columns that say what joined rows are about, from the side that has the row."""
    only_right = joined[SIDE] == "right_only"
    result = pd.DataFrame(index=joined.index)
    for column in columns:
        values, other = joined[column], f"{column}{suffix}"
        result[column] = values.mask(only_right, joined[other]) if other in joined else values
    return result


def differences(after: pd.Series, before: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Give the difference, and its part of the size of what was before; none of zero."""
    difference, size = after - before, before.abs()
    return difference, difference / size.mask((size == 0).fillna(value=False))
