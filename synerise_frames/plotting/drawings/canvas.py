"""What all drawings share: the axes, thin lines, compact numbers, a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch
from matplotlib.ticker import Formatter, MaxNLocator

from synerise_frames.errors import ConfigError
from synerise_frames.plotting.drawings.fonts import SIZES, points, widest
from synerise_frames.plotting.drawings.ground import MUTED
from synerise_frames.plotting.drawings.heading import finish, head, note_of
from synerise_frames.plotting.drawings.labels import distinct, label, within
from synerise_frames.plotting.drawings.room import extent, reserve
from synerise_frames.plotting.text import compact, exact, unit_of

__all__ = [
    "MUTED",
    "NICE",
    "Compact",
    "Floats",
    "Size",
    "axes",
    "bare",
    "distinct",
    "extent",
    "finish",
    "head",
    "label",
    "legend",
    "make_room",
    "names_within",
    "need",
    "no_data",
    "numbers",
    "points",
    "reserve",
    "thin",
    "value_axis",
]

Size = tuple[float, float]
Floats = npt.NDArray[np.float64]

#: Steps between ticks: these, times a power of ten.
NICE = [1, 2, 2.5, 5, 10]
#: Points between names and the axes.
_BEFORE = 6.0
#: What a picture without data is called, that every other may take the place of.
_EMPTY = "_empty"


def axes(
    ax: Axes | None, figsize: Size | None, default: Size = (8.0, 4.5), *, sharing: str = ""
) -> Axes:
    """Give the caller's axes as they are, or those of a new figure.

    Pictures of equal `sharing` may be drawn into the same axes; without one they are alone.

    Raises
    ------
    ConfigError
        If the axes hold a picture that this one cannot share them with.
    """
    if ax is None:
        # Wider margins than usual: the title starts at the very edge of what is drawn.
        margins = ConstrainedLayoutEngine(w_pad=0.16, h_pad=0.12)
        _, ax = plt.subplots(figsize=default if figsize is None else figsize, layout=margins)
    note = note_of(ax)
    if note.get_label() == _EMPTY:
        for text in [t for t in ax.texts if t.get_gid() == _EMPTY]:
            text.remove()
    elif note.get_label() and note.get_label() != f"_{sharing}":
        raise ConfigError(
            "The axes hold a picture already, which this one would cover.",
            hint="Give it axes of its own, one of plt.subplots(1, 2), or empty them: ax.clear().",
        )
    # Labels that begin so are none to ax.legend().
    note.set_label(f"_{sharing or 'alone'}")
    return ax


def need(df: pd.DataFrame, *columns: str) -> None:
    """Refuse a frame that lacks what the drawing needs.

    Raises
    ------
    ConfigError
        If a column is missing.
    """
    missing = [c for c in columns if c not in df.columns]
    if missing:
        raise ConfigError(
            f"The picture needs the columns {', '.join(missing)}, which the frame has not.",
            hint="Plot the frame as it was calculated, before it is pivoted or renamed; "
            "df.synerise.kind says what it was.",
        )


def numbers(values: pd.Series) -> Floats:
    """Give a column as floats; what is missing, infinite or no number as NaN."""
    read = pd.to_numeric(values, errors="coerce").astype("Float64")
    array = read.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(array), array, np.nan)


def no_data(ax: Axes, df: pd.DataFrame, default: str, *, title: str | None = None) -> Axes:
    """Say that there is nothing to draw."""
    if ax.has_data():
        # Beside a picture that has some, it is enough to say so.
        head(ax, df, default, ["no data"], title=title)
        return ax
    bare(ax)
    text = ax.text(0.5, 0.5, "no data", ha="center", va="center", alpha=MUTED, gid=_EMPTY)
    text.set_transform(ax.transAxes)
    note_of(ax).set_label(_EMPTY)
    head(ax, df, default, title=title)
    return ax


def bare(ax: Axes) -> None:
    """Take away spines and ticks."""
    ax.spines[:].set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])


def thin(ax: Axes, grid: Literal["x", "y"] | None = "y") -> None:
    """Leave one thin spine and a grid across the values."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set(visible=True, linewidth=0.6)
    ax.tick_params(length=0)
    ax.tick_params(axis="x", length=3, width=0.6)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(visible=True, axis=grid, linewidth=0.6, alpha=0.5)


def value_axis(ax: Axes, ticks: int = 6, *, whole: bool = False) -> None:
    """Write the numbers of the y axis compactly, unless its scale has ticks of its own."""
    if ax.get_yscale() != "linear":
        return
    ax.yaxis.set_major_locator(MaxNLocator(ticks, steps=NICE, integer=whole))
    ax.yaxis.set_major_formatter(Compact())


class Compact(Formatter):
    """Ticks as 2k, 1.5M: one unit for the axis, as many decimals as its steps need."""

    def __call__(self, x: float, pos: int | None = None) -> str:  # noqa: ARG002 - matplotlib's
        """Give the text of one tick."""
        return compact(x)

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Give the texts of all ticks."""
        ticks = np.unique(np.asarray(values, dtype=np.float64))
        if len(ticks) < 2:
            return [compact(x) for x in values]
        largest = float(np.abs(ticks).max())
        size, unit = unit_of(largest) if largest >= 10_000 else (1.0, "")
        step = float(np.diff(ticks).min())
        decimals = max(0, -math.floor(math.log10(step / size) + 1e-9))
        if decimals > 2 and size > 1:
            return [exact(x) for x in values]
        texts = [f"{x / size:,.{decimals + 1}f}".rstrip("0").rstrip(".") for x in values]
        return ["0" if t in {"0", "-0"} else t.replace("-", "\N{MINUS SIGN}") + unit for t in texts]


def names_within(ax: Axes, names: Sequence[str]) -> list[str]:
    """Make room for names before the axes; give them as long as they may be there."""
    return within(names, reserve(ax, left=widest(names) + _BEFORE).left - _BEFORE)


def make_room(ax: Axes, names: Sequence[str], legend: Sequence[str]) -> None:
    """Share the room among names before the axes and a legend behind, before either is cut."""
    reserve(ax, left=widest(names) + _BEFORE, right=_legend_width(legend) if legend else 0.0)


def _legend_width(names: Sequence[str], size: str | float | None = None) -> float:
    """Give the points that a legend takes beside the axes, its squares included."""
    size = rcParams["legend.fontsize"] if size is None else size
    return widest(names, size) + 2.9 * points(size)


def legend(ax: Axes, handles: Sequence[Patch], names: Sequence[str]) -> None:
    """Put a plain legend beside the axes, in letters so small that it is no higher than they."""
    each = 0.9 * extent(ax)[1] / max(len(names), 1)
    sizes = [rcParams["legend.fontsize"], *SIZES[1:]]
    sizes = [s for s in sizes if 1.5 * points(s) <= each] or [SIZES[-1]]
    columns = min(2, math.ceil(1.5 * points(sizes[0]) / each))
    room = reserve(ax, right=columns * _legend_width(names, sizes[0])).right / columns
    # Smaller letters before names are cut.
    size = next((s for s in sizes if _legend_width(names, s) <= room + 0.1), sizes[-1])
    room -= _legend_width([], size)
    # The names are set afterwards: matplotlib keeps back labels that begin with "_".
    box = ax.legend(
        handles,
        ["name"] * len(names),
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        handlelength=0.9,
        handleheight=0.9,
        fontsize=size,
        ncols=columns,
    )
    for text, name in zip(box.get_texts(), within(names, room, size), strict=True):
        text.set_text(name)
