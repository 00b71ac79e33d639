"""Names for the rows of comparisons: what tells them apart, and nothing else."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from synerise_frames.plotting.drawings import canvas

_IDS = {"series_id", "metric_id", "segment_id", "analysis_id", "aggregate_id"}


def telling(df: pd.DataFrame, measures: Collection[str]) -> list[str]:
    """Give the columns beside the measures that say what a row is about."""
    names = [str(c) for c in df.columns if c not in measures]
    shown = [n for n in names if n not in _IDS] or names
    if {"step", "name"} <= set(shown):  # a step is known by its name
        shown.remove("step")
    # What is the same, or missing, in every row tells nothing.
    return [n for n in shown if len(df[n].drop_duplicates()) > 1] or shown[-1:]


def names(df: pd.DataFrame, columns: Collection[str], width: int = 40) -> list[str]:
    """Give each row a name of its cells; moments without what is always zero."""
    if not columns:
        return [""] * len(df)
    texts = [_texts(df[c], width // len(columns)) for c in columns]
    return [" · ".join(row) for row in zip(*texts, strict=True)]


def _texts(values: pd.Series, width: int) -> list[str]:
    if not pd.api.types.is_datetime64_any_dtype(values):
        return [canvas.label(v, width) for v in values]
    known = values.dropna()
    days = bool((known == known.dt.normalize()).all())
    form = "%d %b %Y" if days else "%d %b %Y %H:%M"
    return [canvas.label(None if pd.isna(v) else v.strftime(form).lstrip("0")) for v in values]
