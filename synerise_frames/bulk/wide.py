"""From the ledger to a row a profile: a column an analysis, typed by what came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import tzinfo

import pandas as pd

# Aware times in the forms of ISO 8601 that JSON has.
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_WHOLE = re.compile(r"-?\d{1,20}")
_INT64 = range(-(2**63), 2**63)
_ID = 8
_YEARS = (2, 9998)


def widen(
    ledger: pd.DataFrame,
    analyses: Sequence[tuple[str, str]],
    known: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Give a row an input, in order.

    Parameters
    ----------
    ledger : DataFrame
        A row an input and analysis.
    analyses : sequence of tuple
        Kind and id of the analyses of an input.
    known : mapping, optional
        Names by id, for analyses of which nothing was fetched.
    """
    width = len(analyses)
    profiles = ledger["profile"].iloc[::width].reset_index(drop=True)
    parts = [ledger.iloc[i::width].reset_index(drop=True) for i in range(width)]
    names = _names(parts, analyses, known or {})
    zone = ledger["fetched_at"].dt.tz
    columns = {name: _typed(part, zone) for name, part in zip(names, parts, strict=True)}
    frame = pd.DataFrame({"profile": profiles, **columns})
    frame.attrs = {}
    return frame


def _names(
    parts: Sequence[pd.DataFrame], analyses: Sequence[tuple[str, str]], known: Mapping[str, str]
) -> list[str]:
    """Name the columns: collisions get the start of their ids, or all of them."""
    names = []
    for part, (_, one) in zip(parts, analyses, strict=True):
        told = part["name"].dropna()
        names.append(str(told.iloc[0]) if len(told) else known.get(one, one))
    for length in (_ID, None):
        count = Counter([*names, "profile"])
        names = [
            f"{name} ({one[:length]})" if count[name] > 1 else name
            for name, (_, one) in zip(names, analyses, strict=True)
        ]
    count = Counter(names)
    kinds = [kind for kind, _ in analyses]
    return [f"{n} {k}" if count[n] > 1 else n for n, k in zip(names, kinds, strict=True)]


def _typed(part: pd.DataFrame, zone: tzinfo) -> pd.Series:
    """Give results the narrowest dtype that holds all of them."""
    results = part["result"].where(part["status"] == "ok")
    types = set(part["result_type"].where(results.notna()).dropna())
    present = results.dropna()
    if types == {"boolean"}:
        return results.map({"true": True, "false": False}).astype("boolean")
    if types == {"number"}:
        if present.str.fullmatch(_WHOLE).all() and all(map(_INT64.__contains__, map(int, present))):
            return results.astype("Int64")
        # Whole numbers that no column holds have no value; as text they are still there.
        if part["value"].where(results.notna()).notna().sum() == len(present):
            return part["value"].where(results.notna())
    if types == {"string"} and len(present) and present.str.fullmatch(_TIME).all():
        times = pd.to_datetime(results, utc=True, format="ISO8601", errors="coerce")
        # What only looks like a time, or is at the end of all calendars, leaves all as text.
        if times.dt.year.between(*_YEARS).sum() == len(present):
            return times.dt.as_unit("us").dt.tz_convert(zone)
    return results
