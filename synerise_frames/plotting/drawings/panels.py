"""A panel a series, one below the other, over one axis of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import canvas

#: The part of the height that panels have together; the rest is between them.
SHARE = 0.80


def height(count: int) -> float:
    """Give the inches of a figure for so many panels."""
    return 1.2 + 1.9 * count


def draw(ax: Axes, names: Sequence[str], fill: Callable[[Axes, int], None]) -> None:
    """Divide the axes into named panels; `fill` draws the one at a position, from the top."""
    canvas.bare(ax)
    count = len(names)
    share, gap = SHARE / count, (1 - SHARE) / count
    first: Axes | None = None
    for position, name in enumerate(names):
        bottom = (count - 1 - position) * (share + gap)
        panel = ax.inset_axes((0.0, bottom, 1.0, share), sharex=first)
        first = first or panel
        fill(panel, position)
        panel.set_title(name, loc="left", fontsize="medium", pad=4)
        panel.tick_params(labelbottom=position == count - 1)
        if position < count - 1:
            panel.xaxis.get_offset_text().set_visible(False)
    ax.set_gid("panels")
