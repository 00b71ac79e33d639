"""The ledger of a bulk run: what became of the calls, a bar an analysis."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from synerise_frames.plotting.drawings import bars, canvas, colors
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.text import amount, percent, plural

_DEFAULT = "Bulk run"
#: In the order that they are stacked in; what went well comes first.
_FACES = {
    "ok": colors.SERIES[0],
    "not_found": colors.SERIES[5],
    "invalid": colors.SERIES[3],
    "forbidden": colors.SERIES[4],
    "rate_limited": "#F0A07A",
    "error": colors.SERIES[1],
    "skipped": colors.GREY,
}


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 20,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw a bar an analysis, stacked by status."""
    canvas.need(df, "analysis_id", "name", "status", "attempts")
    counts = pd.crosstab(df["analysis_id"], df["status"])
    ids = df.drop_duplicates("analysis_id")
    shown = ids.head(max(top, 1))
    ax = canvas.axes(ax, figsize, bars.size(len(shown)))
    if df.empty:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    counts = counts.loc[list(shown["analysis_id"])]
    names = [n if pd.notna(n) else k for n, k in zip(shown["name"], counts.index, strict=True)]
    labels = canvas.distinct(names, list(counts.index))
    texts = [_told(row) for row in counts.to_dict("records")]
    whole = counts.sum(axis=1).to_numpy(dtype=np.float64)
    # The texts and limits of plain bars; the parts are drawn over them.
    bars.draw(ax, labels, whole, texts, "none")
    left = np.zeros(len(counts))
    present = [status for status in _FACES if status in counts]
    for status in present:
        part = counts[status].to_numpy(dtype=np.float64)
        ax.barh(np.arange(len(part)), part, left=left, height=0.72, color=_FACES[status])
        left += part
    if len(present) > 1:
        handles = [Patch(color=_FACES[status]) for status in present]
        canvas.legend(ax, handles, [status.replace("_", " ") for status in present])
    canvas.head(ax, df, _DEFAULT, _notes(df, len(shown), len(ids)), title=title, room=0.75)
    return ax


def _told(row: Mapping[Hashable, int]) -> str:
    whole, good = sum(row.values()), row.get("ok", 0)
    return amount(whole) if good == whole else f"{amount(good)} of {amount(whole)}"


def _notes(df: pd.DataFrame, shown: int, of: int) -> list[str]:
    wrong = int((df["status"] != "ok").sum())
    notes = [f"{plural(wrong, 'row')} not ok ({percent(wrong / len(df))})" if wrong else "all ok"]
    tried = df["attempts"].dropna()
    again = int((tried > 1).sum())
    if again:
        notes.append(f"{plural(again, 'row')} after more than one try")
    if shown < of:
        notes.append(f"{shown} of {of} analyses")
    return notes
