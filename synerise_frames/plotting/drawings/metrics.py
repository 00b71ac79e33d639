"""Big numbers, each under its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.comparing import compare_periods
from synerise_frames.errors import ConfigError
from synerise_frames.plotting.drawings import canvas, colors
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.text import amount, exact, percent, window

_DEFAULT = "Metrics"
_IN_A_ROW = 4


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    baseline: pd.DataFrame | float | None = None,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Write the value of each metric, and how it stands against the baseline."""
    canvas.need(df, "metric", "value")
    before = _before(df, baseline)
    names = [canvas.label(m, 40) for m in df["metric"]]
    values = canvas.numbers(df["value"])
    ax = canvas.axes(ax, figsize, size(len(names)))
    if not names:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    texts = [amount(v) for v in values]
    # What the big number rounds away stands below it.
    below = ["" if exact(v) == t else exact(v) for v, t in zip(values, texts, strict=True)]
    if baseline is not None:
        below = [against(v, b) for v, b in zip(values, before, strict=True)]
    figures(ax, names, texts, below)
    alone = names[0] if len(names) == 1 else _DEFAULT
    told = window(baseline.attrs.get("window")) if isinstance(baseline, pd.DataFrame) else ""
    canvas.head(ax, df, alone, [f"baseline: {told}" if told else ""], title=title)
    return ax


def _before(df: pd.DataFrame, baseline: pd.DataFrame | float | None) -> Floats:
    """Give the baseline of each metric; NaN where it has none.

    Raises
    ------
    ConfigError
        If one number is to be the baseline of several metrics, or a frame is of another kind.
    """
    if isinstance(baseline, pd.DataFrame):
        # Metrics that are only in the baseline come after those of the frame.
        both = compare_periods(df, baseline).head(len(df))
        return canvas.numbers(both["baseline"])
    if baseline is not None and len(df) > 1:
        raise ConfigError(
            f"One number cannot be the baseline of {len(df)} metrics.",
            hint="Pass the frame of metrics calculated for the other period.",
        )
    return np.full(len(df), np.nan if baseline is None else float(baseline))


def against(value: float, before: float) -> str:
    """Say how a value stands against its baseline.

    >>> against(120.0, 100.0), against(90.0, 100.0), against(5.0, 0.0)
    ('▲ +20% against 100', '▼ −10% against 100', '▲ +5 against 0')
    """
    if not (np.isfinite(value) and np.isfinite(before)):
        return "no baseline"
    if value == before:
        return f"unchanged at {amount(before)}"
    up = value > before
    moved = percent((value - before) / abs(before)) if before else amount(value - before)
    return f"{'▲ +' if up else '▼ '}{moved} against {amount(before)}"


def size(count: int) -> Size:
    """Give the size of a figure for so many numbers."""
    columns = min(max(count, 1), _IN_A_ROW)
    rows = -(-max(count, 1) // _IN_A_ROW)
    return max(5.0, 2.6 * columns), 0.9 + 1.1 * rows


def figures(ax: Axes, names: Sequence[str], texts: Sequence[str], below: Sequence[str]) -> None:
    """Write big texts under their names, row by row; what does not fit goes below, smaller."""
    canvas.bare(ax)
    columns = min(len(names), _IN_A_ROW)
    rows = -(-len(names) // columns)
    width, height = canvas.extent(ax)
    width, height = 0.94 * width / columns, height / rows
    longest = max(len(t) for t in texts)
    big = max(15.0, min(40.0, width / (0.72 * longest), 0.5 * height))
    fitting = max(4, int(width / (0.72 * big)))
    medium = canvas.points("medium")
    letters = max(8, int(width / (0.58 * medium)))
    for i, (name, text, note) in enumerate(zip(names, texts, below, strict=True)):
        row, column = divmod(i, columns)
        corner = (column / columns, 1 - row / rows)
        down = 0.0
        if len(names) > 1:
            _write(ax, corner, down, canvas.label(name, letters), "name", alpha=canvas.MUTED)
            down = 1.6 * medium
        short = canvas.label(text, fitting)
        style = {"fontsize": big, "fontweight": "bold", "color": colors.MAIN}
        _write(ax, corner, down, short, "value", **style)
        rest = note if short == text else canvas.label(text, 2 * letters)
        down += 1.2 * big
        _write(ax, corner, down, rest, "exact", fontsize="small", alpha=canvas.MUTED)
    ax.set_ylim(0, 1)


def _write(ax: Axes, corner: Size, down: float, text: str, gid: str, **style: Any) -> None:
    """Write a line so many points below a corner."""
    ax.annotate(
        text,
        corner,
        xytext=(0, -down),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="left",
        va="top",
        gid=gid,
        **style,
    )
