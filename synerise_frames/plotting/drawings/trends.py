"""Lines over time: gaps as gaps, buckets that are not whole dashed, names at the ends of lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.typing import ColorType

from synerise_frames.plotting.drawings import (
    areas,
    canvas,
    colors,
    limits,
    line_ends,
    lines,
    named_colors,
    names_over_time,
    timeline,
)
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.drawings.line_ends import End
from synerise_frames.plotting.drawings.named_colors import Color
from synerise_frames.plotting.drawings.timeline import Rest, Series


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    area: bool = False,
    rest: Rest = None,
    color: Color = None,
    title: str | None = None,
    figsize: Size | None = None,
    keys: tuple[str, str] = ("series_id", "series"),
    default: str = "Trend",
) -> Axes:
    """Draw one line, or area, a series."""
    all_series = timeline.read(df, *keys)
    named, others = timeline.split(all_series, top, rest=rest)
    if area:
        timeline.refuse_negative(all_series, "area=True")
    ax = canvas.axes(ax, figsize, (9.0, 4.5), sharing="time")
    if not any(np.isfinite(s.value).any() for s in all_series):
        return canvas.no_data(ax, df, default, title=title)
    summed = len(all_series) - len(named) if rest and others else 0
    inks = named_colors.of([s.label for s in named], color, ax)
    colored = list(zip(named, inks, strict=True))
    grey: list[tuple[Series, ColorType]] = [(s, colors.GREY) for s in others]
    ends = areas.draw(ax, [*colored, *grey]) if area else _lines(ax, colored, grey, summed)
    timeline.time_axis(ax, timeline.zone_of(df))
    shown = [(s.start, s.end, s.value) for s in (*named, *others)]
    limits.of_lines(ax, *map(np.concatenate, zip(*shown, strict=True)), zero=area)
    canvas.thin(ax)
    canvas.value_axis(ax)
    # Of an area's parts that nobody summed only the named have a name.
    names = {s.label for s in (*named, *(others if summed else ()))}
    line_ends.write(ax, [end for end in ends if end.text in names])
    names_over_time.tell(ax)
    notes = _notes(df, all_series, len(named), summed)
    notes += ["stacked" if area and len(ends) > 1 else "", named_colors.repeated(len(named), color)]
    canvas.head(ax, df, default, notes, title=title)
    line_ends.place(ax)
    return ax


def _lines(
    ax: Axes,
    colored: list[tuple[Series, ColorType]],
    others: list[tuple[Series, ColorType]],
    summed: int,
) -> list[End]:
    """Draw the lines, those of the others below and thin; give the ends that have a name."""
    thin: dict[str, Any] = {} if summed else {"linewidth": 0.8, "alpha": 0.45}
    for parts, style in ((others, thin), (colored, {})):
        for series, ink in parts:
            whole = timeline.broken(series)
            x, y, short = whole.start, whole.value, whole.short
            lines.draw(ax, x, y, short, label=series.label, color=ink, **style)
    named = [*colored, *(others if summed else [])]
    return [End(s.label, _last(s), ink) for s, ink in named if s.there.any()]


def _notes(df: pd.DataFrame, all_series: list[Series], named: int, summed: int) -> list[str]:
    notes = [
        timeline.only_name(df, all_series),
        timeline.width_name(all_series),
        timeline.zone_name(df),
    ]
    if named < len(all_series):
        others = "the others added up" if summed else "others grey"
        done = "named"
        if named == len(all_series) - 1:
            # Asked for a sum of the others, the only one has its own name.
            others, done = "the other grey", "coloured" if summed else "named"
        notes.append(f"the largest {named} of {len(all_series)} series {done}, {others}")
    if any((s.partial & s.there).any() for s in all_series):
        notes.append("dashed: not over yet")
    cut = timeline.cut_name(all_series)
    notes.append(f"dashed: {cut}" if cut else "")
    return notes


def _last(series: Series) -> float:
    """Give the last value, of a bucket that is whole if there is one."""
    over = series.there & ~series.short
    return float(series.value[np.flatnonzero(over if over.any() else series.there)[-1]])
