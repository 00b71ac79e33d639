"""Texts and thin lines that read on whatever stands behind them: the caller's axes may be dark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.typing import ColorType

from synerise_frames.plotting.drawings.colors import contrast, ink

#: Strength of what explains the picture, against what it shows.
MUTED = 0.68
#: Least contrast of a text with its ground, and of a line.
_TEXT, _LINE = 3.0, 1.6
#: Texts that stand beside the axes, though they are its own.
_BESIDE = {"subtitle", "series name"}
#: Texts that stand on a colour of the drawing, which chose theirs.
_ON_COLOUR = {"cell", "member"}


def behind(ax: Axes) -> ColorType:
    """Give the colour that stands behind what is drawn in the axes."""
    return _solid(ax.get_facecolor(), _solid(ax.figure.get_facecolor(), "white"))


def follow(ax: Axes, outer: ColorType | None = None) -> None:
    """Turn what the style gives no chance on these grounds black or white.

    Only what has the style's own colour is turned; under a fitting style nothing is.
    """
    around = outer or _solid(ax.figure.get_facecolor(), "white")
    inside = _solid(ax.get_facecolor(), around)
    for child in ax.child_axes:
        # A panel would come with the style's ground, a white hole in dark axes.
        child.set_facecolor("none")
        if isinstance(child, Axes):
            follow(child, inside)
    panels = {id(a) for child in ax.child_axes for a in child.findobj()}
    outside = {id(a) for part in (ax.xaxis, ax.yaxis) for a in part.findobj()}
    outside |= {id(a) for a in _legend(ax)} | {id(ax.title), id(ax._left_title)}  # type: ignore[attr-defined]
    for text in ax.findobj(Text):
        if not isinstance(text, Text) or id(text) in panels or text.get_gid() in _ON_COLOUR:
            continue
        beside = id(text) in outside or text.get_gid() in _BESIDE
        _turn(text, around if beside else inside)
    for line in ax.lines:
        _turn_line(line, inside)
    _turn_frame(ax, inside, around)


def _turn_frame(ax: Axes, inside: ColorType, around: ColorType) -> None:
    """Turn spines, ticks and what is written at the ticks."""
    for spine in ax.spines.values():
        if contrast(spine.get_edgecolor(), inside) < _LINE:
            spine.set_edgecolor(ink(inside))
    for axis, which in ((ax.xaxis, "x"), (ax.yaxis, "y")):
        if contrast(_style(f"{which}tick.color"), around) < _LINE:
            axis.set_tick_params(color=ink(around))
        if contrast(_label_color(which), around) < _TEXT:
            # Ticks are made again when drawn: their colour has to be known to the axis.
            axis.set_tick_params(labelcolor=ink(around))


def _style(name: str) -> ColorType:
    return cast("Mapping[str, ColorType]", rcParams)[name]


def _label_color(which: str) -> ColorType:
    color = _style(f"{which}tick.labelcolor")
    return _style(f"{which}tick.color") if color == "inherit" else color


def _legend(ax: Axes) -> list[Artist]:
    legend = ax.get_legend()
    return [] if legend is None else legend.findobj()


def _solid(color: ColorType, behind: ColorType) -> ColorType:
    """Give the colour that is seen: what stands behind, where it is transparent."""
    return behind if to_rgba(color)[3] < 0.5 else color


def _turn(text: Text, ground: ColorType) -> None:
    if _is_style(text.get_color()) and contrast(text.get_color(), ground) < _TEXT:
        text.set_color(ink(ground))


def _turn_line(line: Line2D, ground: ColorType) -> None:
    if _is_style(line.get_color()) and contrast(line.get_color(), ground) < _LINE:
        line.set_color(ink(ground))


def _is_style(color: ColorType) -> bool:
    names = ("text.color", "axes.labelcolor", "xtick.color", "ytick.color", "axes.edgecolor")
    return to_rgba(color) in {to_rgba(_style(name)) for name in names}
