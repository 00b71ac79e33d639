"""Names of the nodes of a sankey, as many and as large as there is room for."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib.patheffects as effects
from matplotlib import rcParams
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import canvas
from synerise_frames.plotting.drawings.flow import Layout, Node
from synerise_frames.plotting.drawings.fonts import SIZES, cut, points, widest, width
from synerise_frames.plotting.drawings.spread import spread
from synerise_frames.plotting.text import amount

#: Width of a node; columns are 1 apart.
NODE = 0.045
#: Points between a node and its name, and from a name to what comes next.
_GAP, _AFTER = 6.0, 4.0
#: The part of the width that the names of an outer column have at most.
_OUTER = 0.27
_LINE = 1.3


@dataclass(frozen=True)
class _Names:
    """What is written at the nodes, and the room it takes."""

    size: str | float
    texts: dict[tuple[int, str], str]
    left: float
    right: float
    step: float  #: between two columns, in points


def write(ax: Axes, layout: Layout) -> None:
    """Name the nodes beside them: outside at both ends, on the bands between.

    The limits are set so that the axes hold the outer names too, whatever layout the
    figure has. Of nodes that are too close the smallest have no name.
    """
    size = canvas.extent(ax)
    found = [_fit(layout, each, size) for each in SIZES]
    names = max(found, key=lambda n: (sum(map(_letters, n.texts.values())), points(n.size)))
    last = layout.columns - 1
    ax.set_xlim(-NODE / 2 - names.left / names.step, last + NODE / 2 + names.right / names.step)
    line = points(names.size) * _LINE / size[1]
    for position in range(layout.columns):
        nodes = [n for n in layout.column(position) if (position, n.name) in names.texts][::-1]
        wanted = [node.bottom + node.height / 2 for node in nodes]
        placed = spread(wanted, line, line / 2, 1 - line / 2)
        side = -1 if position == 0 else 1
        for node, want, place in zip(nodes, wanted, placed, strict=True):
            text = ax.annotate(
                names.texts[position, node.name],
                (position + side * NODE / 2, want),
                xytext=(_GAP * side, (place - want) * size[1] / 1.04),
                textcoords="offset points",
                ha="right" if side < 0 else "left",
                va="center",
                color=rcParams["text.color"],
                fontsize=names.size,
                annotation_clip=False,
                gid="node name",
            )
            if 0 < position < last:
                ground = effects.withStroke(linewidth=2.5, foreground=ax.get_facecolor())
                text.set_path_effects([ground])


def steps(ax: Axes, columns: int) -> list[str]:
    """Give what the columns are called, shorter where they are close."""
    room = canvas.extent(ax)[0] * (1 - _OUTER) / columns
    for names in (
        ["Start", *(f"Step {i}" for i in range(1, columns))],
        ["Start", *(str(i) for i in range(1, columns))],
    ):
        if widest(names) + _AFTER <= room:
            return names
    return ["Start", *[""] * (columns - 2), str(columns - 1)] if columns > 2 else ["", ""]


def _letters(text: str) -> int:
    return len(text) - text.count("…")


def _fit(layout: Layout, size: str | float, extent: canvas.Size) -> _Names:
    """Find the texts of a font size."""
    across, down = extent
    last = layout.columns - 1
    rows = max(1, int(down / (points(size) * _LINE)))
    shown = {i: layout.column(i)[:rows] for i in range(layout.columns)}
    outer = _OUTER * across - _GAP - _AFTER
    texts = {(i, n.name): _text(n, size, outer) for i in (0, last) for n in shown[i]}
    left, right = (
        max(width(texts[i, n.name], size) for n in shown[i]) + _GAP + 2 for i in (0, last)
    )
    step = max((across - left - right) / (last + NODE), 1.0)
    room = step * (1 - NODE) - _GAP - _AFTER
    texts |= {(i, n.name): _text(n, size, room) for i in range(1, last) for n in shown[i]}
    return _Names(size, {key: text for key, text in texts.items() if text}, left, right, step)


def _text(node: Node, size: str | float, room: float) -> str:
    """Give name and value of a node; without room for both the value; without room nothing."""
    number = amount(node.value)
    name = cut(node.name, room - width(f"  {number}", size), size)
    # A few letters would say less than the colour, which is that of the event.
    if name == node.name or len(name) >= 5:
        full = f"{name}  {number}"
        if width(full, size) <= room:
            return full
    return number if width(number, size) <= room else ""
