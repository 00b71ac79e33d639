"""Horizontal bars from the top down, each with its name before and its number behind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import canvas
from synerise_frames.plotting.drawings.canvas import Floats, Size


def size(rows: int) -> Size:
    """Give the size of a figure for so many bars."""
    return 8.0, max(1.9, 1.0 + 0.36 * rows)


def draw(
    ax: Axes,
    names: Sequence[str],
    values: Floats,
    texts: Sequence[str],
    colors: str | Sequence[str],
) -> None:
    """Draw a bar a row; a missing value has none, but keeps its row and text."""
    rows = np.arange(len(names))
    lengths = np.nan_to_num(values)
    ax.barh(rows, lengths, height=0.72, color=colors, linewidth=0)
    low, high = room(ax, lengths, texts, names)
    for row, length, text in zip(rows, lengths, texts, strict=True):
        side = -1 if length < 0 else 1
        ax.annotate(
            text,
            (length, row),
            xytext=(5 * side, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            fontsize="medium",
            gid="value",
        )
    ax.set_xlim(low, high)
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.set_yticks(rows, names)
    canvas.thin(ax, grid=None)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])
    if low < 0 < high:
        ax.axvline(0, linewidth=0.6, color=rcParams["axes.edgecolor"])


def room(ax: Axes, lengths: Floats, texts: Sequence[str], names: Sequence[str]) -> Size:
    """Give limits that leave room for the texts behind the bars."""
    high, low = max(float(lengths.max()), 0.0), min(float(lengths.min()), 0.0)
    if high == low:
        high = 1.0
    width = canvas.extent(ax)[0] - (canvas.long(names) if canvas.is_ours(ax) else 0.0)
    part = min(0.4 if low < 0 else 0.6, (canvas.long(texts) + 12) / max(width, 1.0))
    if low < 0:
        extra = (high - low) * part / (1 - 2 * part)
        return low - extra, high + extra
    return low, high / (1 - part)


def beside(ax: Axes, names: Sequence[str]) -> float:
    """Give the part of the width that the names leave for what stands above the bars."""
    if not canvas.is_ours(ax):
        return 1.0
    return max(1 - canvas.long(names) / canvas.extent(ax)[0], 0.3)
