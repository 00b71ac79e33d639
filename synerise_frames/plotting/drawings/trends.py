"""Lines over time: gaps as gaps, the unfinished bucket dashed, names at the ends of lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import canvas, colors, timeline
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.drawings.spread import spread
from synerise_frames.plotting.drawings.timeline import Series


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    title: str | None = None,
    figsize: Size | None = None,
    keys: tuple[str, str] = ("series_id", "series"),
    default: str = "Trend",
) -> Axes:
    """Draw one line a series."""
    all_series = timeline.read(df, *keys)
    ax = canvas.axes(ax, figsize, (9.0, 4.5))
    if not any(np.isfinite(s.value).any() for s in all_series):
        return canvas.no_data(ax, df, default, title=title)
    named = sorted(all_series, key=lambda s: -s.weight)[: max(top, 1)]
    named = [s for s in all_series if any(s is n for n in named)]
    for series in all_series:
        if not any(series is n for n in named):
            _line(ax, series, colors.GREY, 0.8, 0.45)
    for position, series in enumerate(named):
        _line(ax, series, colors.series(position), 1.8, 1.0)
    timeline.time_axis(ax, timeline.zone_of(df))
    _limits(ax, all_series)
    canvas.thin(ax)
    canvas.value_axis(ax)
    if len(all_series) > 1:
        _end_labels(ax, named)
    canvas.head(ax, df, default, _notes(df, all_series, named), title=title)
    return ax


def _notes(df: pd.DataFrame, all_series: list[Series], named: list[Series]) -> list[str]:
    only = all_series[0].label if len(all_series) == 1 else ""
    notes = [
        "" if only == df.attrs.get("analysis_name") else only,
        timeline.width_name(all_series),
        timeline.zone_name(df),
    ]
    if len(named) < len(all_series):
        notes.append(f"the largest {len(named)} of {len(all_series)} series named, others grey")
    if any((s.partial & np.isfinite(s.value)).any() for s in all_series):
        notes.append("dashed: not over yet")
    return notes


def _line(ax: Axes, series: Series, color: str, width: float, alpha: float) -> None:
    x, y, partial = _broken(series)
    style: dict[str, Any] = {"color": color, "linewidth": width, "alpha": alpha}
    solid = np.where(partial, np.nan, y)
    ax.plot(x, solid, label=series.label, solid_capstyle="round", **style)
    # A value between two gaps has no line: a dot shows it.
    there = np.isfinite(y)
    alone = there & ~np.r_[False, there[:-1]] & ~np.r_[there[1:], False]
    dots = alone & ~partial
    if dots.any():
        ax.plot(x[dots], y[dots], "o", markersize=2 + 2 * width, gid="alone", **style)
    open_ends = partial & there
    if not open_ends.any():
        return
    touching = open_ends | np.r_[open_ends[1:], False] | np.r_[False, open_ends[:-1]]
    dashed = np.where(touching, y, np.nan)
    ax.plot(x, dashed, linestyle=(0, (2, 1.6)), gid="partial", **style)
    ends: dict[str, Any] = {
        "markerfacecolor": "none",
        "markersize": 2 + 2 * width,
        "gid": "partial end",
    }
    ax.plot(x[open_ends], y[open_ends], "o", **style, **ends)


def _broken(series: Series) -> tuple[Floats, Floats, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Put a gap where a bucket is missing: it is not known, so no line may cross it."""
    second = 1 / 86_400
    gaps = np.flatnonzero(series.start[1:] > series.end[:-1] + second) + 1
    return (
        np.insert(series.start, gaps, series.end[gaps - 1]),
        np.insert(series.value, gaps, np.nan),
        np.insert(series.partial, gaps, False),
    )


def _limits(ax: Axes, all_series: list[Series]) -> None:
    ax.margins(x=0.01, y=0.08)
    values = np.concatenate([s.value for s in all_series])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    # From zero, unless that would flatten what there is to see.
    if 0 <= low <= high / 2 or low == high > 0:
        ax.set_ylim(bottom=0)
    starts = np.concatenate([s.start for s in all_series])
    first, last = float(starts.min()), float(starts.max())
    if first == last:
        # Left alone, matplotlib would show four years around the one bucket.
        widths = np.concatenate([s.end - s.start for s in all_series])
        known = widths[np.isfinite(widths)]
        width = float(known.max()) if len(known) else 1.0
        ax.set_xlim(first - 2 * width, last + 2 * width)


def _end_labels(ax: Axes, named: list[Series]) -> None:
    """Name each line at the right edge, beside its last value, without collisions."""
    # From the last, so that of equal ones the first comes out on top.
    ends = [(s.label, _last(s)) for s in reversed(named) if np.isfinite(s.value).any()]
    height = canvas.extent(ax)[1]
    low, high = ax.get_ylim()
    wanted = [(value - low) / (high - low) * height for _, value in ends]
    placed = spread(wanted, canvas.points("medium") * 1.35, 0.0, height)
    color = {s.label: colors.series(position) for position, s in enumerate(named)}
    for (text, value), want, place in zip(ends, wanted, placed, strict=True):
        ax.annotate(
            text,
            (1, value),
            xytext=(16, place - want),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": color[text],
                "linewidth": 1.8,
                "shrinkA": 2,
                "shrinkB": 3,
                "relpos": (0, 0.5),
            },
            gid="series name",
        )


def _last(series: Series) -> float:
    """Give the last value, of a bucket that is over if there is one."""
    there = np.isfinite(series.value)
    over = there & ~series.partial
    return float(series.value[np.flatnonzero(over if over.any() else there)[-1]])
