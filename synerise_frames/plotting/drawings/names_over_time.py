"""Names of all that stands over time in the axes: bars in a legend, lines at their ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.typing import ColorType

from synerise_frames.plotting.drawings import canvas, line_ends

Named = tuple[str, ColorType]

#: What matplotlib calls bars that the caller drew without a name.
_UNNAMED = re.compile(r"_container\d+")


def tell(ax: Axes, more: Sequence[Named] = ()) -> None:
    """Name the bars and lines that are drawn, and bars that are going to be.

    What is all alone has no name beside it: the subtitle tells it.
    """
    bars, lines = [*_bars(ax), *more], line_ends.written(ax)
    if len(bars) + len(lines) < 2:
        return
    if bars and (more or ax.get_legend() is None):
        canvas.legend(ax, [Patch(color=color) for _, color in bars], [name for name, _ in bars])
    if lines:
        line_ends.show(ax)
    legend = ax.get_legend()
    if legend and lines:
        # Beside the axes stand the names of lines, and bars may reach up to it.
        legend.set_loc("upper left")
        legend.set_bbox_to_anchor((0.0, 1.0))
        legend.set_frame_on(True)
        legend.get_frame().set(facecolor=ax.get_facecolor(), edgecolor="none", alpha=0.8)


def _bars(ax: Axes) -> list[Named]:
    """Give name and colour of the series whose bars are drawn in the axes."""
    drawn = [c for c in ax.containers if len(c) and not _UNNAMED.fullmatch(str(c.get_label()))]
    bars = [(str(c.get_label()), c[0].get_facecolor()[:3]) for c in drawn]
    lines = [line for line in ax.lines if line.get_gid() == "outline"]
    return [*bars, *((str(line.get_label()), line.get_color()) for line in lines)]
