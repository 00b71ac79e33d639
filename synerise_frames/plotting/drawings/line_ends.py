"""Names of lines at the right edge, beside their last values, without collisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.text import Annotation
from matplotlib.typing import ColorType

from synerise_frames.plotting.drawings import canvas
from synerise_frames.plotting.drawings.fonts import widest
from synerise_frames.plotting.drawings.labels import within
from synerise_frames.plotting.drawings.spread import spread

_GID = "series name"
#: Points between the axes and the names: the ends of the lines lead there.
_LEAD = 16.0


@dataclass(frozen=True)
class End:
    """Where the name of a series belongs at the right edge."""

    text: str
    value: float
    color: ColorType


class _Name(Annotation):
    """A name that finds its place when it is drawn: the scale may have become another."""

    def update_positions(self, renderer: RendererBase) -> None:
        """Stand apart from the other names of the axes, on the scale that they have by now."""
        if isinstance(self.axes, Axes):
            place(self.axes, self.axes.bbox.height * 72 / self.axes.figure.dpi)
        super().update_positions(renderer)


def write(ax: Axes, ends: Sequence[End]) -> None:
    """Write the names, to be seen when there is more than one: :func:`show`."""
    # From the last, so that of equal ones the first comes out on top.
    for end in reversed(ends):
        name = _Name(
            end.text,
            (1, end.value),
            xytext=(_LEAD, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
            clip_on=False,
            arrowprops={
                "arrowstyle": "-",
                "color": end.color,
                "linewidth": 1.8,
                "shrinkA": 2,
                "shrinkB": 3,
                "relpos": (0, 0.5),
            },
            gid=_GID,
            visible=False,
        )
        # It gets its own one when it is drawn. Until then a layout would take its place for data,
        # leave it out where a logarithmic scale has no such value, and make no room for it.
        name.set_transform(ax.transAxes)
        ax.add_artist(name)


def show(ax: Axes, room: Axes | None = None) -> None:
    """Show the names of the lines in the axes, as long as there is room beside those or `room`."""
    texts = written(ax)
    names = [text.get_text() for text in texts]
    beside = canvas.reserve(room or ax, right=widest(names) + _LEAD).right - _LEAD
    for text, name in zip(texts, within(names, beside), strict=True):
        text.set(text=name, visible=True)


def place(ax: Axes, height: float | None = None) -> None:
    """Move the names apart, once it is known how many points high the axes are."""
    texts = written(ax)
    height = canvas.extent(ax)[1] if height is None else height
    to_axes = ax.transData + ax.transAxes.inverted()
    wanted = [float(to_axes.transform((0.0, float(text.xy[1])))[1]) * height for text in texts]
    # A value that the scale does not have, such as zero on a logarithmic one, is below all.
    wanted = [want if np.isfinite(want) else 0.0 for want in wanted]
    placed = spread(wanted, canvas.points("medium") * 1.35, 0.0, height)
    for text, want, place in zip(texts, wanted, placed, strict=True):
        text.set_position((_LEAD, place - want))
        if text.arrow_patch is not None:
            # Nothing leads to a value that is far outside, as zero is on a logarithmic scale.
            text.arrow_patch.set_visible(-height <= want <= 2 * height)


def written(ax: Axes) -> list[Annotation]:
    """Give the names of the lines in the axes."""
    return [t for t in ax.texts if isinstance(t, Annotation) and t.get_gid() == _GID]
