"""Bars of buckets of time; outlines of steps where bars would be too thin to be seen."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.typing import ColorType

from synerise_frames.plotting.drawings import canvas, limits, timeline
from synerise_frames.plotting.drawings.canvas import Floats
from synerise_frames.plotting.drawings.fonts import width as length
from synerise_frames.plotting.drawings.timeline import Series

#: Up to here every bucket is named under its bars.
_NAMED_BUCKETS = 12
#: Points that a bucket needs for a gap to the next one, and a bar to be seen.
_GAP, _SEEN = 5.0, 1.0


def draw(
    ax: Axes,
    shown: list[Series],
    zone: tzinfo | None,
    ink: list[ColorType],
    *,
    across: float,
    stacked: bool = False,
    ticks: int = 6,
) -> None:
    """Draw the series, side by side or stacked, into axes that are so many points wide."""
    used = ax.has_data()
    edges = _edges(shown)
    starts = np.unique(np.concatenate([s.start for s in shown]))
    ends = starts + edges
    first, last = float(starts.min()) - 0.3 * edges, float(ends.max()) + 0.3 * edges
    bucket = across * edges / (last - first)
    whole = 0.84 if bucket >= _GAP else 1.0
    beside = 1 if stacked else len(shown)
    base, spans = np.zeros(len(starts)), np.zeros(len(starts))
    for position, (series, color) in enumerate(zip(shown, ink, strict=True)):
        # Ends as the width of the typical bucket where they are unknown.
        span = np.where(np.isfinite(series.end), series.end, series.start + edges) - series.start
        at = np.searchsorted(starts, series.start)
        spans[at] = np.maximum(spans[at], span)
        if not series.there.any():
            continue
        if beside > 1 and bucket * whole / beside < _SEEN:
            _outline(ax, series, span, color)
            continue
        left = (1 - whole) / 2 + (0.0 if stacked else whole / beside * position)
        low = base[at] if stacked else np.zeros(len(at))
        _bars(ax, series, series.start + span * left, span * whole / beside, low, color)
        np.add.at(base, at, np.nan_to_num(series.value))
    timeline.time_axis(ax, zone, across)
    canvas.thin(ax)
    canvas.value_axis(ax, ticks)
    # Not fixed: what else is drawn in the axes moves the limits.
    ax.margins(x=0)
    ax.update_datalim([(first, 0.0), (last, 0.0)])
    below = any((s.value < 0).any() for s in shown)
    if not below:
        limits.from_zero(ax, first, max(float(s.value[s.there].max(initial=0.0)) for s in shown))
    ax.autoscale_view()
    if len(starts) <= _NAMED_BUCKETS and not used:
        _name_buckets(ax, starts, starts + spans / 2, edges, zone, bucket / edges)
    if below:
        ax.axhline(0, linewidth=0.6, color=rcParams["axes.edgecolor"])


def _bars(
    ax: Axes, series: Series, left: Floats, width: Floats, base: Floats, color: ColorType
) -> None:
    there = series.there
    ax.bar(
        left[there],
        series.value[there],
        width[there],
        bottom=base[there],
        align="edge",
        color=[to_rgba(color, 0.4 if p else 1.0) for p in series.short[there]],
        linewidth=0,
        label=series.label,
    )


def _outline(ax: Axes, series: Series, span: Floats, color: ColorType) -> None:
    """Draw the upper edges of the bars that would be there, with gaps where there are none."""
    known = timeline.broken(series)
    style: dict[str, Any] = {"color": color, "linewidth": 1.2, "drawstyle": "steps-post"}
    # The last step reaches to the end of its bucket.
    x = np.r_[known.start, known.start[-1] + span[-1]]
    y, partial = np.r_[known.value, known.value[-1]], np.r_[known.short, known.short[-1]]
    ax.plot(x, np.where(partial, np.nan, y), label=series.label, gid="outline", **style)
    if (partial & np.isfinite(y)).any():
        ax.plot(x, np.where(partial, y, np.nan), alpha=0.4, gid="partial", **style)


def _edges(shown: list[Series]) -> float:
    """Give the typical width of a bucket in days."""
    widths = np.concatenate([s.end - s.start for s in shown])
    widths = widths[np.isfinite(widths)]
    return float(np.median(widths)) if len(widths) else 1.0


def _name_buckets(
    ax: Axes, starts: Floats, middles: Floats, width: float, zone: tzinfo | None, day: float
) -> None:
    """Name few buckets under the middle of their bars, the year where it changes.

    Where names, with so many points a day, are too long to be side by side, only every other
    one or less is there.
    """
    longest = max(map(length, _bucket_names(starts, width, zone))) + 3
    every = 1
    while (np.diff(middles[::every]) * day < longest).any():
        every += 1
    ax.set_xticks(middles[::every], _bucket_names(starts[::every], width, zone))
    ax.tick_params(axis="x", length=0)


def _bucket_names(starts: Floats, width: float, zone: tzinfo | None) -> list[str]:
    texts, year = [], None
    for moment in timeline.moments(starts, zone):
        if width < 0.9:
            text = f"{moment:%H:%M}\n{moment.day} {moment:%b}"
        elif width > 360:
            text = str(moment.year)
        else:
            text = f"{moment:%b}" if width > 27 and moment.day == 1 else f"{moment.day} {moment:%b}"
            text += "" if moment.year == year else f"\n{moment.year}"
        year = moment.year
        texts.append(text)
    return texts
