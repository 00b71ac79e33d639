"""Texts of rows, as large as the rows are high; where they are too low, some are left out."""

from __future__ import annotations

import math
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.text import Annotation

from synerise_frames.plotting.drawings.fonts import SIZES, cut, points, width
from synerise_frames.plotting.drawings.room import extent

#: Height of a line, in letters.
_LINE = 1.25
_ROWS = "rows"
#: Between the parts of what stands between two bars.
PART = " · "
#: The part of a row that is free between two bars of a funnel.
_BETWEEN = 0.44


def mark(ax: Axes) -> None:
    """Note that the axes have rows, for :func:`fit`."""
    ax.yaxis.set_gid(_ROWS)


def names(ax: Axes) -> list[str]:
    """Give the names of all rows, also those that are left out."""
    return [str(tick.label1.get_text()) for tick in ax.yaxis.get_major_ticks()]


def fit(ax: Axes) -> None:
    """Make the texts of rows fit, once it is known how high the axes are."""
    if ax.yaxis.get_gid() != _ROWS:
        return
    bottom, top = ax.get_ylim()
    row = extent(ax)[1] / abs(bottom - top)
    size, every = _chosen(row)
    if size != SIZES[0]:
        ax.tick_params(axis="y", labelsize=size)
    for i, tick in enumerate(ax.yaxis.get_major_ticks()):
        # Not taken away: rows of another picture may come below.
        tick.label1.set_visible(i % every == 0)
    _fit_values(_written(ax, "value"), row)
    _fit_drops(_written(ax, "drop"), row, extent(ax)[0])


def _fit_drops(drops: list[Annotation], row: float, across: float) -> None:
    """Say less where it would reach beyond the axes: what comes first is most telling."""
    found = next((s for s in SIZES[1:] if points(s) * _LINE <= row * _BETWEEN), None)
    size = SIZES[-1] if found is None else found
    for drop in drops:
        drop.set_visible(found is not None)
        drop.set_fontsize(size)
        room = across - float(drop.xyann[0])
        parts = drop.get_text().split(PART)
        while len(parts) > 1 and width(PART.join(parts), size) > room:
            parts.pop()
        drop.set_text(cut(PART.join(parts), room, size))


def _fit_values(values: list[Annotation], row: float) -> None:
    values = sorted(values, key=lambda text: float(text.xy[1]))
    places = [float(text.xy[1]) for text in values]
    gaps = [b - a for a, b in pairwise(places) if b > a]
    apart = row * min(gaps, default=1.0)
    lines = max((text.get_text().count("\n") + 1 for text in values), default=1)
    if lines > 1 and points(SIZES[-1]) * _LINE * lines > apart:
        for text in values:
            text.set_text(text.get_text().partition("\n")[0])
        lines = 1
    size, every = _chosen(apart / lines)
    for i, text in enumerate(values):
        text.set_visible(i % every == 0)
        if points(size) < points(text.get_fontsize()):
            text.set_fontsize(size)


def _chosen(height: float) -> tuple[str | float, int]:
    """Give the size of a line in so many points, and of how many lines one has room in it."""
    size = next((s for s in SIZES if points(s) * _LINE <= height), SIZES[-1])
    return size, max(1, math.ceil(points(size) * _LINE / height - 1e-6))


def _written(ax: Axes, gid: str) -> list[Annotation]:
    return [t for t in ax.texts if isinstance(t, Annotation) and t.get_gid() == gid]
