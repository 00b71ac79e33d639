"""What all drawings share: the axes, their heading, thin lines, compact numbers."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch
from matplotlib.ticker import Formatter, MaxNLocator

from synerise_frames.errors import ConfigError
from synerise_frames.plotting.drawings.fonts import drawable, dress
from synerise_frames.plotting.drawings.ground import follow
from synerise_frames.plotting.text import compact, exact, plural, shorten, unit_of, window

Size = tuple[float, float]
Floats = npt.NDArray[np.float64]

#: Steps between ticks: these, times a power of ten.
NICE = [1, 2, 2.5, 5, 10]
#: Strength of what explains the picture, against what it shows.
MUTED = 0.68


def axes(ax: Axes | None, figsize: Size | None, default: Size = (8.0, 4.5)) -> Axes:
    """Give the caller's axes as they are, or those of a new figure."""
    if ax is None:
        # Wider margins than usual: the title starts at the very edge of what is drawn.
        margins = ConstrainedLayoutEngine(w_pad=0.16, h_pad=0.12)
        _, ax = plt.subplots(figsize=figsize or default, layout=margins)
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


def label(value: object, width: int = 32) -> str:
    """Give a name as it can be drawn."""
    return drawable(shorten(value, width))


def distinct(names: Sequence[object], ids: Sequence[object], width: int = 32) -> list[str]:
    """Give names as labels; equal ones are told apart by their ids, else by position."""
    labels = [label(name, width) for name in names]
    clashing = {text for text in labels if labels.count(text) > 1}
    labels = [
        f"{label(name, width - 10)} ({label(key, 9)})" if text in clashing else text
        for text, name, key in zip(labels, names, ids, strict=True)
    ]
    seen: dict[str, int] = {}
    for position, text in enumerate(labels):
        seen[text] = seen.get(text, 0) + 1
        if seen[text] > 1:
            labels[position] = f"{text} #{seen[text]}"
    return labels


def points(size: str | float) -> float:
    """Give a relative font size in points, under the style in effect."""
    return FontProperties(size=size).get_size_in_points()


def extent(ax: Axes) -> Size:
    """Give width and height in points that the axes are going to have, about.

    In a figure of our own they have all of it, what stands around them included.
    """
    figure = ax.figure
    point = figure.dpi / 72
    if isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine) and len(figure.axes) == 1:
        return float(figure.bbox.width / point - 24), float(figure.bbox.height / point - 80)
    box = ax.get_window_extent()
    return float(box.width / point), float(box.height / point)


def is_ours(ax: Axes) -> bool:
    """Tell whether what stands around the axes takes room from them."""
    return ax.figure.get_layout_engine() is not None


def long(texts: Sequence[str], size: str | float = "medium") -> float:
    """Give about the length in points of the longest line of the texts."""
    # A letter is about 0.58 times as wide as the font is high.
    return (
        max((len(t) for text in texts for t in text.split("\n")), default=0) * 0.58 * points(size)
    )


def head(
    ax: Axes,
    df: pd.DataFrame,
    default: str,
    notes: Iterable[str] = (),
    *,
    title: str | None = None,
    room: float = 1.0,
) -> None:
    """Write title and subtitle, flush left, and make all texts drawable.

    `room` is the part of the axes' width that the layout is going to leave.
    """
    width = extent(ax)[0] * room
    name = title or df.attrs.get("analysis_name") or default
    size, small = points(rcParams["axes.titlesize"]), points("small")
    parts = [*notes, _infinite(df), window(df.attrs.get("window")), _freshness(df)]
    # A letter is about half as wide as it is high.
    lines = _fit([drawable(p) for p in parts if p], int(width / (small * 0.52)))
    ax.set_title(
        label(name, max(24, int(width / (size * 0.58)))),
        loc="left",
        fontweight="bold",
        pad=10 + 1.3 * small * len(lines),
    )
    if lines:
        note = ax.annotate(
            "\n".join(lines),
            (0, 1),
            xytext=(0, 8),
            xycoords="axes fraction",
            textcoords="offset points",
            va="bottom",
            fontsize="small",
            linespacing=1.3,
            alpha=MUTED,
            gid="subtitle",
        )
        note.set_in_layout(False)  # the title's pad holds its place
    dress(ax)
    follow(ax)


def _fit(parts: list[str], width: int) -> list[str]:
    """Set parts side by side while they fit; a part is broken only if it alone is too long."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + 3 + len(part) <= width:
            lines[-1] += f" · {part}"
        else:
            lines += textwrap.wrap(part, max(width, 20))
    return lines


def _infinite(df: pd.DataFrame) -> str:
    """Say what no picture can show."""
    if "value" not in df or not pd.api.types.is_numeric_dtype(df["value"]):
        return ""
    read = df["value"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    count = int(np.isinf(read).sum())
    return f"{plural(count, 'infinite value')} left out" if count else ""


def _freshness(df: pd.DataFrame) -> str:
    source, fetched = df.attrs.get("source"), df.attrs.get("fetched_at")
    return f"{source} copy of {str(fetched)[:16]}" if source in {"stale", "offline"} else ""


def no_data(ax: Axes, df: pd.DataFrame, default: str, *, title: str | None = None) -> Axes:
    """Say that there is nothing to draw."""
    bare(ax)
    ax.text(0.5, 0.5, "no data", transform=ax.transAxes, ha="center", va="center", alpha=MUTED)
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
    ax.spines["bottom"].set_linewidth(0.6)
    ax.tick_params(length=0)
    ax.tick_params(axis="x", length=3, width=0.6)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(visible=True, axis=grid, linewidth=0.6, alpha=0.5)


def value_axis(ax: Axes, ticks: int = 6, *, whole: bool = False) -> None:
    """Write the numbers of the y axis compactly."""
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


def legend(ax: Axes, handles: Sequence[Patch], names: Sequence[str]) -> None:
    """Put a plain legend beside the axes."""
    # The names are set afterwards: matplotlib keeps back labels that begin with "_".
    box = ax.legend(
        handles,
        ["name"] * len(names),
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        handlelength=0.9,
        handleheight=0.9,
    )
    for text, name in zip(box.get_texts(), names, strict=True):
        text.set_text(name)
