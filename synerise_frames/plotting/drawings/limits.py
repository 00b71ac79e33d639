"""Limits of axes that show what is drawn, and follow what others draw into the same axes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from synerise_frames.plotting.drawings.canvas import Floats


def from_zero(ax: Axes, x: float, high: float) -> None:
    """Let the values begin at zero, without fixing the limits: other pictures may come.

    Where the highest is zero too, the axis ends at one: matplotlib would show as much below.
    """
    # An unseen point of data: bare limits would be lost when shared axes measure theirs anew.
    point = PathPatch(Path([(x, 0.0), (x, 0.0 if high > 0 else 1.0)]), visible=False, gid="zero")
    point.sticky_edges.y.append(0.0)
    ax.add_patch(point)


def of_lines(ax: Axes, start: Floats, end: Floats, value: Floats, *, zero: bool = False) -> None:
    """Choose the limits of lines over buckets: from zero if asked, or where it flattens nothing."""
    ax.margins(x=0.01, y=0.08)
    if not np.isfinite(value).any():
        return
    low, high = float(np.nanmin(value)), float(np.nanmax(value))
    first, last = float(start.min()), float(start.max())
    if zero or 0 <= low <= high / 2 or low == high > 0:
        from_zero(ax, first, high)
    if first == last:
        # Left alone, matplotlib would show four years around the one bucket.
        widths = (end - start)[np.isfinite(end)]
        around = 2 * float(widths.max()) if len(widths) else 2.0
        ax.update_datalim([(first - around, low), (last + around, low)])
    ax.autoscale_view()


def widen(ax: Axes, low: float, high: float) -> None:
    """Show values from low to high, and what bars on the same axis show already."""
    for other in ax.get_shared_x_axes().get_siblings(ax):
        if not other.get_autoscalex_on() and any(t.get_gid() == "value" for t in other.texts):
            left, right = other.get_xlim()
            low, high = min(low, left), max(high, right)
    ax.set_xlim(low, high)
