"""Names for the rows of comparisons: what tells them apart, and nothing else."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from synerise_frames.periods import at_start
from synerise_frames.plotting.drawings import canvas

_IDS = {"series_id", "metric_id", "segment_id", "analysis_id", "aggregate_id"}


def telling(df: pd.DataFrame, measures: Collection[str]) -> list[str]:
    """Give the columns beside the measures that say what a row is about."""
    names = [str(c) for c in df.columns if c not in measures]
    shown = names
    if df.attrs.get("compared") != "report":  # dimensions may have any name
        shown = [n for n in names if n not in _IDS] or names
        if {"step", "name"} <= set(shown):  # a step is known by its name
            shown.remove("step")
    # What is the same, or missing, in every row tells nothing.
    return [n for n in shown if len(df[n].drop_duplicates()) > 1] or shown[-1:]


def groups(df: pd.DataFrame, measures: Collection[str]) -> tuple[pd.Series, list[str]]:
    """Give each row the number of what it is about, and each number a name."""
    columns = [c for c in df.columns if c not in measures]
    numbers = df.groupby(columns, dropna=False, sort=False).ngroup()
    first = df[~numbers.duplicated()]
    called = names(first, telling(df, measures))
    known = [c for c in columns if c in _IDS]
    return numbers, canvas.distinct(called, list(first[known[0]]) if known else called, 40)


def names(df: pd.DataFrame, columns: Collection[str], width: int = 40) -> list[str]:
    """Give each row a name of its cells; moments without what is always zero."""
    if not columns:
        return [""] * len(df)
    texts = [_texts(df[c], width // len(columns)) for c in columns]
    return [" · ".join(row) for row in zip(*texts, strict=True)]


def _texts(values: pd.Series, width: int) -> list[str]:
    if not pd.api.types.is_datetime64_any_dtype(values):
        return [canvas.label(v, width) for v in values]
    known = pd.DatetimeIndex(values.dropna())
    days = bool(at_start(known).all())
    form = "%d %b %Y" if days else "%d %b %Y %H:%M"
    return [canvas.label(None if pd.isna(v) else v.strftime(form).lstrip("0")) for v in values]
