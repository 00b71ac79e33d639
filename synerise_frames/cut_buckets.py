"""Which buckets of time the window cut: they hold less than a whole one would."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

_Floats: TypeAlias = npt.NDArray[np.float64]

#: Widths that a calendar has, in hours: the first and the last one of each kind.
_UNITS = ((1 / 60, 1 / 60), (1, 1), (23, 25), (167, 169), (671, 745), (8_759, 8_785))
_SECOND = 1 / 3_600


def cut_by_window(start: pd.Series, end: pd.Series) -> npt.NDArray[np.bool_]:
    """Tell which buckets are the first or the last and shorter than all that stand between them.

    Nothing is told of them where those between differ, or where there is none: a bucket may
    only seem long, because the one after it is missing.
    """
    if not len(start):
        return np.zeros(0, dtype=np.bool_)
    hours = pd.DataFrame(
        {"start": start, "real": _hours(_utc(start), _utc(end)), "wall": _wall(start, end)}
    )
    found = hours.dropna().drop_duplicates().sort_values("start", kind="stable")
    both = found[["real", "wall"]].to_numpy(dtype=np.float64)
    # A day on which the clock changes is whole, by its calendar or by the hours that passed.
    least, most = (both.min(axis=1), both.max(axis=1)) if len(both) else (both, both)
    short = _short(least, most)
    places = found["start"].iloc[np.flatnonzero(short)]
    return (start.isin(places) & end.notna()).to_numpy(dtype=np.bool_)


def _short(least: _Floats, most: _Floats) -> npt.NDArray[np.bool_]:
    """Tell which widths in order of time, each between two bounds, are cut."""
    edge = np.zeros(len(least), dtype=np.bool_)
    edge[[0, -1] if len(edge) else []] = True
    if len(edge) == 2:
        edge[np.argmax(most)] = False
    whole = least[~edge]
    if not len(whole):
        return np.zeros_like(edge)
    usual = float(np.median(whole))
    slack = _slack(usual)
    few = len(whole) == 1 and not any(a - _SECOND <= usual <= b + _SECOND for a, b in _UNITS)
    if few or float(whole.max() - most[~edge].min()) > 2 * slack:
        return np.zeros_like(edge)
    edge &= most < whole.min() - slack
    return edge


def _slack(hours: float) -> float:
    """Give by how many hours whole buckets may differ."""
    if hours > 27.9 * 24:
        return 3 * 24 + 1.01
    return 1.01 if hours > 20 else _SECOND


def _wall(start: pd.Series, end: pd.Series) -> pd.Series:
    """Give the hours between what a clock on the wall shows."""
    if start.dt.tz is not None and end.dt.tz is not None:
        return _hours(
            start.dt.tz_localize(None), end.dt.tz_convert(start.dt.tz).dt.tz_localize(None)
        )
    return _hours(_utc(start), _utc(end))


def _utc(times: pd.Series) -> pd.Series:
    return times if times.dt.tz is None else times.dt.tz_convert("UTC").dt.tz_localize(None)


def _hours(start: pd.Series, end: pd.Series) -> pd.Series:
    hours: pd.Series = (end - start).dt.total_seconds() / 3_600
    return hours
