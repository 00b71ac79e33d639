"""Room for what stands around axes, so that nothing is cut off at the figure's edge.

A layout engine makes this room itself. In a figure without one the axes are made smaller
within their place, as they are drawn: so it holds for any size that the figure gets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

#: The part of their place that axes keep, across and down, whatever stands around them.
_KEPT = (0.45, 0.38)
#: Where an engine arranges several axes, they get less than their share: names differ in length.
_TOGETHER = 0.85
#: Points that are left free at the figure's edge, and that a layout engine leaves there.
_EDGE = (4.0, 12.0)
_EPS = 1e-6


class Sides(NamedTuple):
    """Points on each side."""

    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    def union(self, other: Sides) -> Sides:
        """Give the larger of each."""
        return Sides(*map(max, self, other))


#: What stands on one side takes no more than this part of the place.
_MOST = Sides(left=0.42, right=0.36, top=0.5, bottom=0.4)


@dataclass(eq=False)
class Room:
    """A locator of axes: their place in the figure without what stands around them."""

    owner: Any  #: Axes; matplotlib does not say so of what its locators get
    need: Sides = field(default_factory=Sides)

    def __call__(self, ax: object, renderer: object) -> Bbox:  # noqa: ARG002 - matplotlib's
        """Give the place of the axes."""
        owner = self.owner
        place: Bbox = owner.get_position(original=True).frozen()
        for other in _others(owner):
            # What lies on the axes, as ax.twinx() does, has to stay there.
            if other.get_axes_locator() is None and _same(other, owner, "xy"):
                other.set_axes_locator(self)
        if owner.figure.get_layout_engine() is not None:
            return place
        outer, wanted = slot(owner), granted(owner, _shared(owner))
        x, y = _point(owner)
        return Bbox.from_extents(
            max(place.x0, outer.x0 + wanted.left * x),
            max(place.y0, outer.y0 + wanted.bottom * y),
            min(place.x1, outer.x1 - wanted.right * x),
            min(place.y1, outer.y1 - wanted.top * y),
        )

    def get_subplotspec(self) -> Any:
        """Give the place in the grid: ``tight_layout`` asks the locator for it."""
        return self.owner.get_subplotspec()


def reserve(ax: Axes, **sides: float) -> Sides:
    """Keep so many points free on the sides of the axes; give what they get there."""
    room = _room(ax)
    if room is not None:
        room.need = room.need.union(Sides(**sides))
        ax.apply_aspect(room(ax, None))
    return granted(ax, Sides(**sides) if room is None else room.need)


def granted(ax: Axes, need: Sides) -> Sides:
    """Give as much of the room as leaves the axes their part, less on both sides alike."""
    width, height = _points_of(slot(ax), *_point(ax))
    sizes = (width, width, height, height)
    need = Sides(*(min(n, m * size) for n, m, size in zip(need, _MOST, sizes, strict=True)))
    across = min(1.0, (1 - _KEPT[0]) * width / max(need.left + need.right, _EPS))
    down = min(1.0, (1 - _KEPT[1]) * height / max(need.top + need.bottom, _EPS))
    return Sides(need.left * across, need.right * across, need.top * down, need.bottom * down)


def extent(ax: Axes) -> tuple[float, float]:
    """Give width and height in points that the axes have, or that a layout is going to leave."""
    x, y = _point(ax)
    if ax.figure.get_layout_engine() is None:
        box = ax.get_position()
        return float(box.width / x), float(box.height / y)
    taken = granted(ax, _shared(ax))
    width, height = _points_of(slot(ax), x, y)
    sure = _TOGETHER if _others(ax) else 1.0
    width -= taken.left + taken.right
    return width * sure, (height - taken.top - taken.bottom) * sure


def heading_width(ax: Axes) -> float:
    """Give the points from the left edge of the axes to the end of their place."""
    width = extent(ax)[0]
    # An engine gives what is free beside the axes to others that need it more.
    loose = ax.figure.get_layout_engine() is not None and _others(ax)
    return width if loose else width + granted(ax, _shared(ax)).right


def slot(ax: Axes) -> Bbox:
    """Give the part of the figure that is for these axes: half the way to their neighbours."""
    box = ax.get_position(original=True)
    engine = ax.figure.get_layout_engine() is not None
    x, y = (_EDGE[engine] * part for part in _point(ax))
    x0, y0, x1, y1 = x, y, 1.0 - x, 1.0 - y
    for other in _others(ax):
        near = other.get_position(original=True)
        if near.y0 < box.y1 - _EPS and near.y1 > box.y0 + _EPS:
            if near.x1 <= box.x0 + _EPS:
                x0 = max(x0, (near.x1 + box.x0) / 2 + x / 2)
            elif near.x0 >= box.x1 - _EPS:
                x1 = min(x1, (near.x0 + box.x1) / 2 - x / 2)
        if near.x0 < box.x1 - _EPS and near.x1 > box.x0 + _EPS:
            if near.y1 <= box.y0 + _EPS:
                y0 = max(y0, (near.y1 + box.y0) / 2 + y / 2)
            elif near.y0 >= box.y1 - _EPS:
                y1 = min(y1, (near.y0 + box.y1) / 2 - y / 2)
    return Bbox.from_extents(x0, y0, x1, y1)


def _room(ax: Axes) -> Room | None:
    """Give the room of the axes, a new one if they have none; None where others place them."""
    locator: Any = ax.get_axes_locator()
    if locator is None:
        locator = Room(ax)
        ax.set_axes_locator(locator)
    return locator if isinstance(locator, Room) else None


def _shared(ax: Axes) -> Sides:
    """Give the room that the axes need to stay in line with those they share an axis with."""
    own: Any = ax.get_axes_locator()
    need = own.need if isinstance(own, Room) else Sides()
    for other in _others(ax):
        room: Any = other.get_axes_locator()
        if not isinstance(room, Room):
            continue
        if _same(ax, other, "x") and ax.get_shared_x_axes().joined(ax, other):
            need = need.union(Sides(left=room.need.left, right=room.need.right))
        if _same(ax, other, "y") and ax.get_shared_y_axes().joined(ax, other):
            need = need.union(Sides(top=room.need.top, bottom=room.need.bottom))
    return need


def _others(ax: Axes) -> list[Axes]:
    return [other for other in ax.figure.axes if other is not ax]


def _same(one: Axes, other: Axes, along: str) -> bool:
    """Tell whether two axes have the same place in the figure, across or down."""
    a, b = one.get_position(original=True), other.get_position(original=True)
    edges = [f"{letter}{end}" for letter in along for end in (0, 1)]
    return all(abs(getattr(a, edge) - getattr(b, edge)) < _EPS for edge in edges)


def _point(ax: Axes) -> tuple[float, float]:
    """Give a point as parts of the figure's width and height."""
    figure = ax.figure
    pixels = figure.dpi / 72
    return float(pixels / figure.bbox.width), float(pixels / figure.bbox.height)


def _points_of(box: Bbox, x: float, y: float) -> tuple[float, float]:
    return float(box.width / x), float(box.height / y)
