"""Bars per bucket of time: side by side, stacked, or a panel a series where magnitudes differ."""

from __future__ import annotations

from datetime import tzinfo

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch

from synerise_frames.plotting.drawings import canvas, colors, timeline
from synerise_frames.plotting.drawings import panels as stack
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.drawings.timeline import Rest, Series

#: Series whose largest values differ by more than this cannot share an axis.
_APART = 20
#: Up to here every bucket is named under its bars.
_NAMED_BUCKETS = 12


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    panels: bool | None = None,
    stacked: bool = False,
    rest: Rest = None,
    title: str | None = None,
    figsize: Size | None = None,
    keys: tuple[str, str] = ("series_id", "series"),
    default: str = "Histogram",
) -> Axes:
    """Draw one bar a bucket and series."""
    found = timeline.read(df, *keys)
    named, others = timeline.split(found, top, rest=rest)
    shown = [*named, *(others if rest else [])]
    filled = [s for s in shown if s.there.any()]
    if stacked:
        timeline.refuse_negative(shown, "stacked=True")
    if panels is None:
        panels = ax is None and not stacked and _far_apart(filled)
    apart = panels and len(shown) > 1
    ax = canvas.axes(ax, figsize, (9.0, stack.height(len(shown)) if apart else 4.5))
    if not filled:
        return canvas.no_data(ax, df, default, title=title)
    zone = timeline.zone_of(df)
    ink = [colors.series(i) if i < len(named) else colors.GREY for i in range(len(shown))]
    if apart:

        def fill(panel: Axes, position: int) -> None:
            _bars(panel, [shown[position]], zone, [ink[position]], ticks=4)

        stack.draw(ax, [s.label for s in shown], fill)
    else:
        _bars(ax, shown, zone, ink, stacked=stacked)
        if len(shown) > 1:
            # A stack is read from the top down, and so is its legend.
            order = slice(None, None, -1) if stacked else slice(None)
            squares = [Patch(color=color) for color in ink[order]]
            canvas.legend(ax, squares, [s.label for s in shown[order]])
    notes = _notes(df, found, shown, "largest" if len(shown) == len(named) else "")
    canvas.head(ax, df, default, [*notes, "stacked" if stacked else ""], title=title)
    return ax


def _notes(df: pd.DataFrame, found: list[Series], shown: list[Series], cut: str) -> list[str]:
    only = found[0].label if len(found) == 1 else ""
    notes = [
        "" if only == df.attrs.get("analysis_name") else only,
        timeline.width_name(found),
        timeline.zone_name(df),
    ]
    if cut and len(shown) < len(found):
        notes.append(f"the {cut} {len(shown)} of {len(found)} series")
    if any((s.partial & s.there).any() for s in shown):
        notes.append("pale: not over yet")
    return notes


def _far_apart(filled: list[Series]) -> bool:
    peaks = [float(np.nanmax(np.abs(s.value))) for s in filled]
    peaks = [p for p in peaks if p > 0]
    return len(peaks) > 1 and max(peaks) > _APART * min(peaks)


def _bars(
    ax: Axes,
    shown: list[Series],
    zone: tzinfo | None,
    ink: list[str],
    *,
    stacked: bool = False,
    ticks: int = 6,
) -> None:
    edges = _edges(shown)
    starts = np.unique(np.concatenate([s.start for s in shown]))
    width = 0.84 if stacked else 0.84 / len(shown)
    base = np.zeros(len(starts))
    for position, series in enumerate(shown):
        # Ends as the width of the typical bucket where they are unknown.
        span = np.where(np.isfinite(series.end), series.end, series.start + edges) - series.start
        left = series.start + span * (0.08 + (0.0 if stacked else width * position))
        there = series.there
        if not there.any():
            continue
        at = np.searchsorted(starts, series.start[there])
        ax.bar(
            left[there],
            series.value[there],
            span[there] * width,
            bottom=base[at] if stacked else 0.0,
            align="edge",
            color=[to_rgba(ink[position], 0.4 if p else 1.0) for p in series.partial[there]],
            linewidth=0,
            label=series.label,
        )
        np.add.at(base, at, series.value[there])
    timeline.time_axis(ax, zone)
    canvas.thin(ax)
    canvas.value_axis(ax, ticks)
    ends = starts + edges
    ax.set_xlim(float(starts.min()) - 0.3 * edges, float(ends.max()) + 0.3 * edges)
    if len(starts) <= _NAMED_BUCKETS:
        _name_buckets(ax, starts, edges, zone)
    if any((s.value < 0).any() for s in shown):
        ax.axhline(0, linewidth=0.6, color=rcParams["axes.edgecolor"])


def _edges(shown: list[Series]) -> float:
    """Give the typical width of a bucket in days."""
    widths = np.concatenate([s.end - s.start for s in shown])
    widths = widths[np.isfinite(widths)]
    return float(np.median(widths)) if len(widths) else 1.0


def _name_buckets(ax: Axes, starts: Floats, width: float, zone: tzinfo | None) -> None:
    """Name few buckets under the middle of their bars, the year where it changes."""
    moments = timeline.moments(starts, zone)
    texts, year = [], None
    for moment in moments:
        if width < 0.9:
            text = f"{moment:%H:%M}\n{moment.day} {moment:%b}"
        elif width > 360:
            text = str(moment.year)
        else:
            text = f"{moment:%b}" if width > 27 and moment.day == 1 else f"{moment.day} {moment:%b}"
            text += "" if moment.year == year else f"\n{moment.year}"
        year = moment.year
        texts.append(text)
    ax.set_xticks(starts + width / 2, texts)
    ax.tick_params(axis="x", length=0)
