"""What changed between two pulls: the largest differences as bars to either side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import about, bars, canvas, colors
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.drawings.comparisons import change
from synerise_frames.plotting.text import amount, plural

_DEFAULT = "Changes"
_MEASURES = {"status", "old", "new", "difference", "change"}


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 20,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw the differences, in the order of the frame; what is new or gone counts whole."""
    canvas.need(df, "status", "old", "new", "difference", "change")
    df = df.reset_index(drop=True)
    weight = df["difference"].fillna(df["new"]).fillna(-df["old"])
    largest = weight.abs().sort_values(ascending=False, kind="stable").index[:top]
    shown = df.loc[df.index.isin(largest)]
    ax = canvas.axes(ax, figsize, bars.size(len(shown)))
    if df.empty:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    lengths = canvas.numbers(weight[shown.index])
    names = about.names(shown, about.telling(shown, _told(df)))
    ink = [colors.MAIN if up >= 0 else colors.series(1) for up in np.nan_to_num(lengths)]
    bars.draw(ax, names, lengths, [_text(*row) for row in _rows(shown)], ink)
    canvas.head(ax, df, _DEFAULT, _notes(df, len(shown)), title=title)
    return ax


def _told(df: pd.DataFrame) -> set[str]:
    """Give the columns that say what happened; a report's dimensions may have any other name."""
    if df.attrs.get("compared") == "report":
        return _MEASURES
    return _MEASURES | {"was_partial", "bucket_end", "old_result", "new_result"}


def _rows(df: pd.DataFrame) -> list[tuple[str, float, float, float]]:
    read = (canvas.numbers(df[name]) for name in ("new", "difference", "change"))
    return list(zip(df["status"].astype(str), *read, strict=True))


def _text(status: str, new: float, difference: float, share: float) -> str:
    if status != "changed":
        return f"{status}  {amount(new)}" if status == "new" else status
    if not np.isfinite(difference):
        return "changed"
    sign = "+" if difference > 0 else ""
    return f"{sign}{amount(difference)}  {change(share)}"


def _notes(df: pd.DataFrame, shown: int) -> list[str]:
    counts = df["status"].value_counts()
    told = [f"{counts[s]:,} {s}" for s in ("changed", "new", "gone") if s in counts]
    same = df.attrs.get("unchanged")
    told += [f"{same:,} unchanged"] if isinstance(same, int) else []
    more = "" if shown == len(df) else f"the largest {shown} of {plural(len(df), 'difference')}"
    return [", ".join(told), more]
