"""The ledger of a bulk run: what became of the calls, a bar an analysis."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from synerise_frames.plotting.drawings import bars, canvas, colors, timeline
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.text import amount, duration, percent, plural

_DEFAULT = "Bulk run"
#: In the order that they are stacked in; what went well comes first.
_FACES = {
    "ok": colors.BEST[0],
    "not_found": colors.BEST[5],
    "invalid": colors.BEST[3],
    "forbidden": colors.BEST[4],
    "rate_limited": "#F0A07A",
    "error": colors.BEST[1],
    "skipped": colors.GREY,
}

#: Widths of bars over time, in seconds.
_WIDTHS = (0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 43_200, 86_400)


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 20,
    over_time: bool = False,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw a bar an analysis, stacked by status."""
    canvas.need(df, "analysis_id", "name", "status", "attempts")
    if over_time:
        return _over_time(df, ax, title, figsize)
    counts = pd.crosstab(df["analysis_id"], df["status"])
    ids = df.drop_duplicates("analysis_id")
    shown = ids.head(top)
    ax = canvas.axes(ax, figsize, bars.size(len(shown)))
    if df.empty:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    counts = counts.loc[list(shown["analysis_id"])]
    names = [n if pd.notna(n) else k for n, k in zip(shown["name"], counts.index, strict=True)]
    labels = canvas.distinct(names, list(counts.index))
    texts = [_told(row) for row in counts.to_dict("records")]
    whole = counts.sum(axis=1).to_numpy(dtype=np.float64)
    present = [status for status in _FACES if status in counts]
    canvas.make_room(ax, labels, _names(present))
    _legend(ax, present)
    # The texts and limits of plain bars; the parts are drawn over them.
    bars.draw(ax, labels, whole, texts, "none")
    left = np.zeros(len(counts))
    for status in present:
        part = counts[status].to_numpy(dtype=np.float64)
        ax.barh(np.arange(len(part)), part, left=left, height=0.72, color=_FACES[status])
        left += part
    canvas.head(ax, df, _DEFAULT, _notes(df, len(shown), len(ids)), title=title)
    return ax


def _legend(ax: Axes, present: list[str]) -> None:
    if len(present) > 1:
        canvas.legend(ax, [Patch(color=_FACES[status]) for status in present], _names(present))


def _names(present: list[str]) -> list[str]:
    """Give what the legend says; one status needs none."""
    return [status.replace("_", " ") for status in present] if len(present) > 1 else []


def _over_time(df: pd.DataFrame, ax: Axes | None, title: str | None, figsize: Size | None) -> Axes:
    """Draw how many answers came when, stacked by status."""
    canvas.need(df, "fetched_at")
    ax = canvas.axes(ax, figsize, (9.0, 4.0), sharing="time")
    asked = df[df["fetched_at"].notna()]
    if asked.empty:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    at = timeline.days(asked["fetched_at"]) * 86_400
    width = _width(float(at.max() - at.min()))
    first = np.floor(at.min() / width) * width
    edges = first + width * np.arange(int((at.max() - first) // width) + 2)
    base = np.zeros(len(edges) - 1)
    present = [status for status in _FACES if (asked["status"] == status).any()]
    for status in present:
        chosen = (asked["status"] == status).to_numpy(dtype=np.bool_, na_value=False)
        part = np.histogram(at[chosen], edges)[0].astype(np.float64)
        ax.bar(
            edges[:-1] / 86_400,
            part,
            width / 86_400,
            bottom=base,
            align="edge",
            color=_FACES[status],
            label=status.replace("_", " "),
            edgecolor=ax.get_facecolor(),
            linewidth=0.4,
        )
        base += part
    timeline.time_axis(ax, asked["fetched_at"].dt.tz)
    canvas.thin(ax)
    canvas.value_axis(ax, 5, whole=True)
    ax.margins(x=0, y=0.08)
    ax.set_ylabel(f"rows per {duration(width)}")
    _legend(ax, present)
    silent = len(df) - len(asked)
    untold = f"{plural(silent, 'row')} without a time" if silent else ""
    canvas.head(ax, df, _DEFAULT, [*_notes(df, 1, 1), untold], title=title)
    return ax


def _width(span: float) -> float:
    """Give the width in seconds of about forty bars: a step that clocks show."""
    return next(
        (w for w in _WIDTHS if span / w <= 40), _WIDTHS[-1] * -(-span // (40 * _WIDTHS[-1]))
    )


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
