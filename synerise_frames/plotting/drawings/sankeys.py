"""Flows between events as curved bands, step by step."""

from __future__ import annotations

import matplotlib.patheffects as effects
import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from synerise_frames.plotting.drawings import canvas, colors, flow
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.drawings.flow import Band, Edge, Layout
from synerise_frames.plotting.drawings.spread import spread
from synerise_frames.plotting.text import amount, plural

_DEFAULT = "Flows"
_NODE = 0.045  # width of a node; columns are 1 apart


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 8,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw a band an edge."""
    canvas.need(df, "step", "source", "target", "value")
    edges, left_out = _edges(df)
    columns = 2 + max((e.column for e in edges), default=0)
    ax = canvas.axes(ax, figsize, (max(8.0, min(13.0, 3.6 + 2.15 * columns)), 5.2))
    if not edges:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    layout = flow.lay_out(*flow.gather(edges, max(top, 2)))
    canvas.bare(ax)
    ax.set_ylim(-0.02, 1.02)
    color = _colors(layout)
    for band in layout.bands:
        ax.add_patch(_curve(band, color[band.edge.source]))
    for node in layout.nodes.values():
        corner = (node.column - _NODE / 2, node.bottom)
        ax.add_patch(
            Rectangle(corner, _NODE, node.height, color=color[node.name], linewidth=0, gid="node")
        )
    _label(ax, layout)
    steps = ["Start", *(f"Step {i}" for i in range(1, layout.columns))]
    ax.set_xticks(range(layout.columns), steps)
    ax.tick_params(length=0)
    notes = [f"{plural(left_out, 'edge')} without a value not drawn"] if left_out else []
    canvas.head(ax, df, _DEFAULT, notes, title=title)
    return ax


def _edges(df: pd.DataFrame) -> tuple[list[Edge], int]:
    values = canvas.numbers(df["value"])
    # Without steps, or with odd ones, what comes first is the first column.
    steps = df["step"].astype("Int64").fillna(1).to_numpy(dtype=np.int64)
    column = {step: i for i, step in enumerate(sorted(set(steps)))}
    drawn = [
        Edge(column[step], canvas.label(source, 26), canvas.label(target, 26), float(value))
        for step, source, target, value in zip(
            steps, df["source"], df["target"], values, strict=True
        )
        if value > 0
    ]
    return drawn, int((~(values >= 0)).sum())


def _colors(layout: Layout) -> dict[str, str]:
    """Give an event one colour, wherever it stands; the largest events choose first."""
    sums: dict[str, float] = {}
    for node in layout.nodes.values():
        if not node.rest:
            sums[node.name] = sums.get(node.name, 0.0) + node.value
    ranked = sorted(sums, key=lambda name: (-sums[name], name))
    color = dict(zip(ranked, colors.SERIES, strict=False))
    return {node.name: color.get(node.name, colors.GREY) for node in layout.nodes.values()}


def _curve(band: Band, color: str) -> PathPatch:
    """Give the band: along its upper edge, down, and back along the lower one."""
    x0, x1 = band.edge.column + _NODE / 2, band.edge.column + 1 - _NODE / 2
    middle, half = (x0 + x1) / 2, band.thickness / 2
    upper = [(x0, band.start + half), (middle, band.start + half)]
    upper += [(middle, band.end + half), (x1, band.end + half)]
    lower = [(x1, band.end - half), (middle, band.end - half)]
    lower += [(middle, band.start - half), (x0, band.start - half)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    path = Path([*upper, *lower, upper[0]], [int(code) for code in codes])
    return PathPatch(path, facecolor=color, alpha=0.42, linewidth=0, gid="band")


def _label(ax: Axes, layout: Layout) -> None:
    """Name the nodes beside them: outside at both ends, on the bands between."""
    width, height = canvas.extent(ax)
    last = layout.columns - 1
    texts = _texts(layout, width)
    # The axes hold the outer names too, whatever layout the caller's figure has.
    left = canvas.long([texts[0, n.name] for n in layout.column(0)]) + 8
    right = canvas.long([texts[last, n.name] for n in layout.column(last)]) + 8
    step = (width - left - right) / last
    ax.set_xlim(-_NODE / 2 - left / step, last + _NODE / 2 + right / step)
    line = canvas.points("medium") * 1.3 / height
    halo: list[effects.AbstractPathEffect] = [
        effects.withStroke(linewidth=2.5, foreground=ax.get_facecolor())
    ]
    for position in range(layout.columns):
        nodes = layout.column(position)[::-1]
        wanted = [node.bottom + node.height / 2 for node in nodes]
        placed = spread(wanted, line, line / 2, 1 - line / 2)
        side = -1 if position == 0 else 1
        for node, want, place in zip(nodes, wanted, placed, strict=True):
            text = ax.annotate(
                texts[position, node.name],
                (position + side * _NODE / 2, want),
                xytext=(6 * side, (place - want) * height / 1.04),
                textcoords="offset points",
                ha="right" if side < 0 else "left",
                va="center",
                color=rcParams["text.color"],
                annotation_clip=False,
                gid="node name",
            )
            if 0 < position < last:
                text.set_path_effects(halo)


def _texts(layout: Layout, width: float) -> dict[tuple[int, str], str]:
    """Give name and value of the nodes, as long as the columns have room for."""
    letter = 0.58 * canvas.points("medium")
    last = layout.columns - 1
    outer = int(0.27 * width / letter)
    ends = [n for n in layout.nodes.values() if n.column in {0, last}]
    taken = min(outer, max(len(n.name) + len(amount(n.value)) + 4 for n in ends))
    inner = int((width / letter - 2 * taken) / last * (1 - _NODE)) - 1
    texts = {}
    for key, node in layout.nodes.items():
        number = amount(node.value)
        room = (outer if node.column in {0, last} else inner) - len(number) - 2
        # A few letters would say less than the colour, which is that of the event.
        texts[key] = f"{canvas.label(node.name, room)}  {number}" if room >= 5 else number
    return texts
