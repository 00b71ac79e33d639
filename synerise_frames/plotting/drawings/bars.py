"""Horizontal bars from the top down, each with its name before and its number behind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import canvas, limits, row_texts
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.drawings.fonts import SIZES, widest

#: The part of the width that texts may take on both sides of bars to either side.
_BOTH = 0.3


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
    """Draw a bar a row; a missing value has none, but keeps its row and text.

    Where the axes have rows already, as of another picture, these go below them.
    """
    above = sum(text.get_gid() == "value" for text in ax.texts)
    before = row_texts.names(ax) if above else []
    rows = np.arange(above, above + len(names))
    lengths = np.nan_to_num(values)
    names = canvas.names_within(ax, names)
    ax.barh(rows, lengths, height=0.72, color=colors, linewidth=0)
    low, high = room(ax, lengths, texts)
    size = text_size(ax, texts)
    for row, length, text in zip(rows, ends(ax, lengths, texts), texts, strict=True):
        side = -1 if length < 0 else 1
        ax.annotate(
            text,
            (length, row),
            xytext=(5 * side, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            fontsize=size,
            gid="value",
        )
    limits.widen(ax, low, high)
    ax.set_ylim(above + len(names) - 0.45, -0.55)
    ax.set_yticks(np.arange(above + len(names)), [*before, *names])
    row_texts.mark(ax)
    canvas.thin(ax, grid=None)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])
    if low < 0 < high:
        ax.axvline(0, linewidth=0.6, color=rcParams["axes.edgecolor"])


def room(ax: Axes, lengths: Floats, texts: Sequence[str]) -> Size:
    """Give limits that leave room for the texts behind the bars."""
    high, low = max(float(lengths.max()), 0.0), min(float(lengths.min()), 0.0)
    if high == low:
        high = 1.0
    part = min(0.75, _wanted(ax, texts))
    if low < 0 and part <= _BOTH:
        extra = (high - low) * part / (1 - 2 * part)
        return low - extra, high + extra
    return low, low + (high - low) / (1 - part)


def ends(ax: Axes, lengths: Floats, texts: Sequence[str]) -> Floats:
    """Give where texts stand: behind all bars, or right of zero where only one side has room."""
    return lengths if _wanted(ax, texts) <= _BOTH else np.maximum(lengths, 0.0)


def _wanted(ax: Axes, texts: Sequence[str]) -> float:
    """Give the part of the width that texts take on one side."""
    return (widest(texts, text_size(ax, texts)) + 12) / max(canvas.extent(ax)[0], 1.0)


def text_size(ax: Axes, texts: Sequence[str]) -> str | float:
    """Give the size of the texts behind the bars: smaller where they would leave no bars."""
    most = 0.6 * canvas.extent(ax)[0]
    return next((size for size in SIZES if widest(texts, size) + 12 <= most), SIZES[-1])
