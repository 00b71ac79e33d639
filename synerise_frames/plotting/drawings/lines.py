"""Lines over time: solid between whole buckets, dashed to those that hold less; no value unseen."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.typing import ColorType

from synerise_frames.plotting.drawings.canvas import Floats

Flags = npt.NDArray[np.bool_]

DASHES = (0, (2, 1.6))


def draw(
    ax: Axes, x: Floats, y: Floats, short: Flags, *, label: str, color: ColorType, **style: Any
) -> None:
    """Draw a line; `short` are the buckets that hold less than a whole one would."""
    style = {"color": color, "linewidth": 1.8, **style}
    size = 2 + 2 * style["linewidth"]
    ax.plot(x, np.where(short, np.nan, y), label=label, solid_capstyle="round", **style)
    # A value between two gaps has no line: a dot shows it.
    there = np.isfinite(y)
    dots = alone(there) & ~short
    if dots.any():
        ax.plot(x[dots], y[dots], "o", markersize=size, gid="alone", **style)
    ends = short & there
    if ends.any():
        dashed = np.where(touching(ends), y, np.nan)
        ax.plot(x, dashed, linestyle=DASHES, gid="partial", **style)
        style |= {"markerfacecolor": "none", "markersize": size, "gid": "partial end"}
        ax.plot(x[ends], y[ends], "o", **style)


def touching(short: Flags) -> Flags:
    """Give the places from and to which a line is dashed: the short buckets and those beside."""
    found: Flags = short | np.r_[short[1:], False] | np.r_[False, short[:-1]]
    return found


def alone(there: Flags) -> Flags:
    """Give the values that stand between two gaps."""
    found: Flags = there & ~np.r_[False, there[:-1]] & ~np.r_[there[1:], False]
    return found
