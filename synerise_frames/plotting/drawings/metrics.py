"""Big numbers, each under its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import canvas, colors
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.text import amount, exact

_DEFAULT = "Metrics"
_IN_A_ROW = 4


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Write the value of each metric."""
    canvas.need(df, "metric", "value")
    names = [canvas.label(m, 40) for m in df["metric"]]
    values = canvas.numbers(df["value"])
    ax = canvas.axes(ax, figsize, size(len(names)))
    if not names:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    texts = [amount(v) for v in values]
    # What the big number rounds away stands below it.
    below = ["" if exact(v) == t else exact(v) for v, t in zip(values, texts, strict=True)]
    figures(ax, names, texts, below)
    alone = names[0] if len(names) == 1 else _DEFAULT
    canvas.head(ax, df, alone, title=title)
    return ax


def size(count: int) -> Size:
    """Give the size of a figure for so many numbers."""
    columns = min(max(count, 1), _IN_A_ROW)
    rows = -(-max(count, 1) // _IN_A_ROW)
    return max(4.5, 2.6 * columns), 1.0 + 1.5 * rows


def figures(ax: Axes, names: Sequence[str], texts: Sequence[str], below: Sequence[str]) -> None:
    """Write big texts under their names, row by row."""
    canvas.bare(ax)
    columns = min(len(names), _IN_A_ROW)
    rows = -(-len(names) // columns)
    width, height = (side / n for side, n in zip(canvas.extent(ax), (columns, rows), strict=True))
    longest = max(len(t) for t in texts)
    big = max(8.0, min(40.0, 0.9 * width / (0.62 * longest), 0.42 * height))
    letters = max(8, int(width / (canvas.points("medium") * 0.58)))
    for i, (name, text, note) in enumerate(zip(names, texts, below, strict=True)):
        row, column = divmod(i, columns)
        x, top = column / columns, 1 - row / rows
        middle = top - 0.52 / rows
        shared: dict[str, Any] = {"transform": ax.transAxes, "ha": "left"}
        if len(names) > 1:
            short = canvas.label(name, letters)
            ax.text(x, top - 0.08 / rows, short, va="top", alpha=canvas.MUTED, gid="name", **shared)
        ax.text(
            x,
            middle,
            text,
            va="center",
            fontsize=big,
            fontweight="bold",
            color=colors.MAIN,
            gid="value",
            **shared,
        )
        low = top - 0.86 / rows
        ax.text(
            x, low, note, va="center", fontsize="small", alpha=canvas.MUTED, gid="exact", **shared
        )
