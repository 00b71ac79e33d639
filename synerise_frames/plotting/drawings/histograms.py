"""Bars per bucket of time: side by side, stacked, or a panel a series where magnitudes differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import (
    bucket_bars,
    canvas,
    colors,
    named_colors,
    names_over_time,
    timeline,
)
from synerise_frames.plotting.drawings import panels as stack
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.drawings.named_colors import Color
from synerise_frames.plotting.drawings.timeline import Rest, Series

#: Series whose largest values differ by more than this cannot share an axis.
_APART = 20
_KEYS = ("series_id", "series")


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    panels: bool | None = None,
    stacked: bool = False,
    rest: Rest = None,
    color: Color = None,
    title: str | None = None,
    figsize: Size | None = None,
    keys: tuple[str, str] = _KEYS,
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
        panels = ax is None and not stacked and _apart(shown)
    apart = panels and len(shown) > 1
    size = (9.0, stack.height(len(shown)) if apart else 4.5)
    ax = canvas.axes(ax, figsize, size, sharing="" if apart else "time")
    if not filled:
        return canvas.no_data(ax, df, default, title=title)
    zone = timeline.zone_of(df)
    ink = named_colors.of([s.label for s in named], color, ax)
    ink += [colors.GREY] * (len(shown) - len(named))
    if apart:

        def fill(panel: Axes, position: int) -> None:
            one = [shown[position]], zone, [ink[position]]
            bucket_bars.draw(panel, *one, across=canvas.extent(ax)[0], ticks=4)

        stack.draw(ax, [s.label for s in shown], fill)
    else:
        # A stack is read from the top down, and so is its legend.
        order = slice(None, None, -1) if stacked else slice(None)
        pairs = zip(shown[order], ink[order], strict=True)
        names_over_time.tell(ax, [(s.label, each) for s, each in pairs])
        bucket_bars.draw(ax, shown, zone, ink, across=canvas.extent(ax)[0], stacked=stacked)
    notes = _notes(df, found, shown, "largest" if len(shown) == len(named) else "")
    notes += ["stacked" if stacked else "", named_colors.repeated(len(named), color)]
    canvas.head(ax, df, default, notes, title=title)
    return ax


def _notes(df: pd.DataFrame, found: list[Series], shown: list[Series], cut: str) -> list[str]:
    notes = [
        timeline.only_name(df, found),
        timeline.width_name(found),
        timeline.zone_name(df),
    ]
    if cut and len(shown) < len(found):
        notes.append(f"the {cut} {len(shown)} of {len(found)} series")
    if any((s.partial & s.there).any() for s in shown):
        notes.append("pale: not over yet")
    cut = timeline.cut_name(shown)
    notes.append(f"pale: {cut}" if cut else "")
    return notes


def far_apart(df: pd.DataFrame, top: int = 6) -> int:
    """Count the panels that a histogram should have; 0 if its series can share an axis."""
    shown, _ = timeline.split(timeline.read(df, *_KEYS), top, rest=None)
    return len(shown) if _apart(shown) else 0


def _apart(shown: list[Series]) -> bool:
    peaks = [float(np.nanmax(np.abs(s.value))) for s in shown if s.there.any()]
    peaks = [p for p in peaks if p > 0]
    return len(peaks) > 1 and max(peaks) > _APART * min(peaks)
