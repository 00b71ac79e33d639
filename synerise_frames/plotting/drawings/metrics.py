"""Big numbers, each under its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.comparing import compare_periods
from synerise_frames.errors import ConfigError
from synerise_frames.plotting.drawings import canvas, colors, repeated
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.drawings.fonts import SIZES, cut
from synerise_frames.plotting.drawings.fonts import width as length
from synerise_frames.plotting.text import amount, exact, percent, window

_DEFAULT = "Metrics"
_IN_A_ROW = 4
_BIGGEST = 40.0  # points
#: Points of width below which numbers stand two in a row, and that a row of them is high.
_NARROW, _LOW = 90.0, 60.0
#: Points between two numbers side by side.
_APART = 28.0


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
    repeated.warn(df, ["metric_id", "metric"], "each is drawn")
    before = _before(df, baseline)
    names = [canvas.label(m, 40) for m in df["metric"]]
    values = canvas.numbers(df["value"])
    ax = canvas.axes(ax, figsize, size(len(names)))
    if not names:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    texts = [amount(v) for v in values]
    below = rounded_away(values, texts)
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


def rounded_away(values: Floats, texts: Sequence[str]) -> list[str]:
    """Give what stands below big numbers: the exact ones, where those are rounded."""
    return [
        "" if exact(v) == t or not np.isfinite(v) else exact(v)
        for v, t in zip(values, texts, strict=True)
    ]


def size(count: int) -> Size:
    """Give the size of a figure for so many numbers."""
    columns = min(max(count, 1), _IN_A_ROW)
    rows = -(-max(count, 1) // _IN_A_ROW)
    return max(5.0, 2.6 * columns), 0.9 + 1.1 * rows


def figures(ax: Axes, names: Sequence[str], texts: Sequence[str], below: Sequence[str]) -> None:
    """Write big texts under their names, row by row; what does not fit goes below, smaller."""
    canvas.bare(ax)
    width, height = canvas.extent(ax)
    columns = min(len(names), _IN_A_ROW)
    if columns * _NARROW > width and height > _LOW * -(-len(names) // 2):
        columns = min(columns, 2)
    rows = -(-len(names) // columns)
    width, height = width / columns, height / rows
    # One number is all alone; beside others it ends well before the next one.
    width -= max(0.06 * width, min(_APART, 0.15 * width) if columns > 1 else 0.0)
    longest = max(length(t, _BIGGEST, "bold") for t in texts)
    big = min(_BIGGEST, 0.97 * width * _BIGGEST / max(longest, 1.0), 0.5 * height)
    big = max(15.0 if width > 90 else 9.0, big)
    medium = canvas.points("medium")
    for i, (name, text, note) in enumerate(zip(names, texts, below, strict=True)):
        row, column = divmod(i, columns)
        corner = (column / columns, 1 - row / rows)
        down = 0.0
        if len(names) > 1:
            _write(ax, corner, down, cut(name, width), "name", alpha=canvas.MUTED)
            down = 1.6 * medium
        short = cut(text, width, big, "bold")
        style = {"fontsize": big, "fontweight": "bold", "color": colors.MAIN}
        _write(ax, corner, down, short, "value", **style)
        rest = note if short == text else text
        down += 1.2 * big
        small = next((s for s in SIZES[1:] if length(rest, s) <= 1.03 * width), SIZES[-1])
        if short != text:
            rest = cut(rest, 1.03 * width, small)
        elif length(rest, small) > 1.03 * width:
            rest = ""  # half a number would be another one
        _write(ax, corner, down, rest, "exact", fontsize=small, alpha=canvas.MUTED)
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
