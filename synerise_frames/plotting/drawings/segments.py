"""Segments as bars, with their shares."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import bars, canvas, colors, repeated
from synerise_frames.plotting.drawings.canvas import Floats, Size, numbers
from synerise_frames.plotting.text import amount, out_of, percent, plural

_DEFAULT = "Segmentation"


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 20,
    sort: bool = True,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw a bar a segment."""
    canvas.need(df, "segment", "value", "share")
    repeated.warn(df, ["segment_id", "segment"], "each is drawn")
    value = numbers(df["value"])
    order = df.assign(value=value, share=_shares(df, value))
    if sort:
        order = order.sort_values("value", ascending=False, na_position="last", kind="stable")
    shown = order.head(top)
    ax = canvas.axes(ax, figsize, bars.size(len(shown)), sharing="rows")
    if df.empty:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    ids = shown["segment_id"] if "segment_id" in shown else shown["segment"]
    labels = canvas.distinct(list(shown["segment"]), list(ids))
    values = shown["value"].to_numpy(dtype=np.float64)
    texts = [f"{amount(v)}  ({percent(s)})" for v, s in zip(values, shown["share"], strict=True)]
    bars.draw(ax, labels, values, texts, colors.MAIN)
    notes = [*_totals(df, value), out_of(len(shown), len(order), "segment")]
    canvas.head(ax, df, _DEFAULT, notes, title=title)
    return ax


def _shares(df: pd.DataFrame, value: Floats) -> Floats:
    """Give shares of the profiles that the heading names, or of all segments if it names none.

    The frame's own are of the sum of all segments: a person in two of them is there twice.
    """
    total, excluded = df.attrs.get("total_contacts"), df.attrs.get("excluded_contacts")
    if not isinstance(total, int) or total <= 0 or np.nansum(value) == total - (excluded or 0):
        return numbers(df["share"])
    # A total that is less than a part of it is of something else.
    return np.where(value <= total, value / total, np.nan)


def _totals(df: pd.DataFrame, value: Floats) -> list[str]:
    notes = []
    for key, text in (("total_contacts", "in all"), ("excluded_contacts", "excluded")):
        count = df.attrs.get(key)
        if isinstance(count, int) and (count or key == "total_contacts"):
            notes.append(f"{plural(count, 'profile')} {text}")
    total = df.attrs.get("total_contacts")
    if isinstance(total, int) and np.nansum(value) > total > 0:
        notes.append("segments overlap: shares are of all profiles")
    return notes
