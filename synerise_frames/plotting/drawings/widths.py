"""How wide buckets of time are, what that is called, and which of them the window cut."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from synerise_frames.plotting.drawings.canvas import Floats

#: Widths that a calendar has, in hours: the first and the last one of each kind.
_UNITS = ((1 / 60, 1 / 60), (1, 1), (23, 25), (167, 169), (671, 745), (8_759, 8_785))
_SECOND = 1 / 3_600


def name(hours: Floats) -> str:
    """Say how wide buckets of so many hours are: ``per day``; empty where they differ.

    >>> name(np.array([24.0, 23.0, 24.0])), name(np.array([744.0, 672.0])), name(np.array([1, 9]))
    ('per day', 'per month', '')
    """
    if not len(hours):
        return ""
    typical, differ = float(np.median(hours)), float(np.ptp(hours))
    # Where the clock changes, a day or a week is an hour shorter or longer.
    if differ <= 2.02:
        return _name(typical)
    if 27.9 * 24 < typical < 31.1 * 24 and differ < 100:
        return "per month"
    return "per year" if 8_700 < typical < 8_800 and differ < 30 else ""


def _name(hours: float) -> str:
    days = round(hours / 24)
    if days and abs(hours - 24 * days) <= 1.01:
        return {1: "per day", 7: "per week", 365: "per year"}.get(days, f"per {days} days")
    if hours >= 0.999:
        return "per hour" if round(hours, 3) == 1 else f"per {hours:.3g} hours"
    minutes = hours * 60
    return "per minute" if round(minutes, 3) == 1 else f"per {minutes:.3g} minutes"


def noun(name: str) -> str:
    """Give what a bucket of that width is called.

    >>> noun("per week"), noun("per 5 days"), noun("")
    ('week', 'bucket', 'bucket')
    """
    word = name.removeprefix("per ")
    return word if word.isalpha() else "bucket"


def cut(start: pd.Series, end: pd.Series) -> npt.NDArray[np.bool_]:
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


def _short(least: Floats, most: Floats) -> npt.NDArray[np.bool_]:
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
