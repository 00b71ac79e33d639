"""Areas over time, one on the other: the upper edge is the sum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.typing import ColorType

from synerise_frames.plotting.drawings import lines, timeline
from synerise_frames.plotting.drawings.canvas import Floats
from synerise_frames.plotting.drawings.line_ends import End
from synerise_frames.plotting.drawings.timeline import Series


def draw(ax: Axes, parts: Sequence[tuple[Series, ColorType]]) -> list[End]:
    """Stack the series from the last up, so that the first is on top; give their ends.

    What a series lacks is a gap in its own area; those above stand on what is there.
    """
    x = np.unique(np.concatenate([timeline.broken(s).start for s, _ in parts]))
    base, ends = np.zeros(len(x)), []
    for series, color in reversed(parts):
        value, partial = _at(x, series)
        there = np.isfinite(value)
        top = base + np.nan_to_num(value)
        if there.any():
            _area(ax, x, base, top, there, partial, color, series.label)
            over = there & ~partial
            last = np.flatnonzero(over if over.any() else there)[-1]
            ends.append(End(series.label, float(base[last] + top[last]) / 2, color))
        base = top
    return ends[::-1]


def _at(x: Floats, series: Series) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Give the values and flags of a series at all the places of the picture."""
    value, partial = np.full(len(x), np.nan), np.zeros(len(x), dtype=np.bool_)
    at = np.searchsorted(x, series.start)
    value[at], partial[at] = series.value, series.short
    return value, partial


def _area(
    ax: Axes,
    x: Floats,
    base: Floats,
    top: Floats,
    there: np.ndarray[tuple[int], np.dtype[np.bool_]],
    partial: np.ndarray[tuple[int], np.dtype[np.bool_]],
    color: ColorType,
    name: str,
) -> None:
    """Fill one area and draw its edge, dashed and paler where a bucket is not whole."""
    edge = np.where(there, top, np.nan)
    over = there & ~partial
    ax.fill_between(x, base, top, where=over, color=color, alpha=0.5, lw=0, label=name)
    ax.plot(x, np.where(partial, np.nan, edge), color=color, linewidth=1.2, gid="edge")
    if (partial & there).any():
        touching = lines.touching(partial)
        ax.fill_between(x, base, top, where=there & touching, color=color, alpha=0.2, lw=0)
        dashed = np.where(touching, edge, np.nan)
        ax.plot(x, dashed, color=color, linewidth=1.2, linestyle=lines.DASHES, gid="partial")
    # A bucket between two gaps has no width: a thin bar shows it.
    alone = lines.alone(there)
    if alone.any():
        ax.vlines(x[alone], base[alone], top[alone], color=color, linewidth=3, gid="alone")
