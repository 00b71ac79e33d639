"""Tables of coloured cells, with names and texts as large as there is room for, or without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.typing import ColorType

from synerise_frames.plotting.drawings import canvas, colors
from synerise_frames.plotting.drawings.canvas import Floats
from synerise_frames.plotting.drawings.fonts import SIZES, cut, points, widest
from synerise_frames.plotting.drawings.labels import within

#: Height of a line, and the narrowest cells that have an edge.
_LINE, _EDGED = 1.2, 7.0
#: Rows that have their names at first.
_NAMED = 150
#: Letters of a column's name that are to be left, or it is turned upright.
_LETTERS = 6


@dataclass(frozen=True)
class Table:
    """What is to be drawn."""

    amounts: Floats
    texts: npt.NDArray[np.object_]  #: of the cells; empty for none
    rows: Sequence[str]
    columns: Sequence[str]
    counts: Sequence[str] = ()  #: written under the columns' names
    ordered: bool = False  #: the columns are, so that a few of their names tell the others


def paint(ax: Axes, table: Table, scale: Colormap, norm: Normalize, *, edge: float) -> None:
    """Colour the cells and name rows and columns; `write` follows when the room is made."""
    rows, columns = table.amounts.shape
    names = canvas.names_within(ax, table.rows)
    width, height = canvas.extent(ax)
    ax.pcolormesh(
        np.arange(columns + 1) - 0.5,
        np.arange(rows + 1) - 0.5,
        np.ma.masked_invalid(table.amounts),
        cmap=scale,
        norm=norm,
        edgecolors=ax.get_facecolor(),
        linewidth=edge if min(width / columns, height / rows) > _EDGED else 0.0,
    )
    # Of thousands of rows nobody could read all names, and matplotlib would measure them.
    step = 1 + rows // _NAMED
    ax.set_yticks(np.arange(rows)[::step], names[::step])
    _name_columns(ax, table, width / columns)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.set_xlim(-0.5, columns - 0.5)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.grid(visible=False)


def write(ax: Axes, table: Table, ground: Sequence[Sequence[ColorType]], gid: str) -> None:
    """Write into the cells if there is room; of names of rows that are too close every other."""
    rows, columns = table.amounts.shape
    width, height = canvas.extent(ax)
    width, height = width / columns, height / rows
    line = next((s for s in SIZES if points(s) * _LINE <= height), SIZES[-1])
    ax.tick_params(axis="y", labelsize=line)
    places = ax.get_yticks()
    apart = height * (places[1] - places[0]) if len(places) > 1 else height
    every = int(np.ceil(points(line) * _LINE / apart))
    if every > 1:
        names = [label.get_text() for label in ax.get_yticklabels()]
        ax.set_yticks(places[::every], names[::every])
    texts = [text for text in table.texts.ravel() if text]
    size = next((s for s in SIZES if _fits(texts, s, width, height)), None)
    for (row, column), text in np.ndenumerate(table.texts) if size else ():
        if text:
            ax.text(
                column,
                row,
                text,
                ha="center",
                va="center",
                fontsize=size,
                color=colors.ink(ground[row][column]),
                gid=gid,
            )
    canvas.finish(ax)


def _fits(texts: Sequence[str], size: str | float, width: float, height: float) -> bool:
    return points(size) * _LINE <= height and widest(texts, size) + 4 <= width


def _name_columns(ax: Axes, table: Table, room: float) -> None:
    """Name the columns: whole, cut, every other one, or upright."""
    names, counts = list(table.columns), list(table.counts)
    places = np.arange(len(names))
    if table.ordered and widest(names) + 5 > room:
        every = int(np.ceil((widest(names) + 5) / room))
        names, places = names[::every], places[::every]
    elif widest([*names, *counts]) + 5 > room:
        if room > max(_LETTERS * 0.6 * points("medium"), widest(counts) + 5):
            names = within(names, room - 5)
        else:
            behind = widest([f"  {count}" for count in counts])
            room = canvas.reserve(ax, bottom=widest(names) + behind + 6).bottom - 6
            names = _joined([cut(name, room - behind) for name in names], counts, "  ")
            counts = []
            ax.tick_params(axis="x", labelrotation=90)
    ax.set_xticks(places, _joined(names, counts, "\n"))


def _joined(names: list[str], counts: list[str], between: str) -> list[str]:
    if not counts:
        return names
    return [f"{name}{between}{count}" for name, count in zip(names, counts, strict=True)]
