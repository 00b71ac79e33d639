"""Flows between events as curved bands, step by step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.typing import ColorType

from synerise_frames.plotting.drawings import (
    canvas,
    colors,
    flow,
    named_colors,
    node_names,
    repeated,
)
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.drawings.flow import Band, Edge, Layout
from synerise_frames.plotting.drawings.named_colors import Color
from synerise_frames.plotting.drawings.node_names import NODE
from synerise_frames.plotting.text import plural

_DEFAULT = "Flows"


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 8,
    color: Color = None,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw a band an edge."""
    canvas.need(df, "step", "source", "target", "value")
    repeated.warn(df, ["step", "source", "target"], "their flows are added up")
    edges, left_out = _edges(df)
    columns = 2 + max((e.column for e in edges), default=0)
    ax = canvas.axes(ax, figsize, (max(8.0, min(13.0, 3.6 + 2.15 * columns)), 5.2))
    if not edges:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    layout = flow.lay_out(*flow.gather(edges, max(top, 2)))
    canvas.bare(ax)
    ax.set_ylim(-0.02, 1.02)
    ink = _colors(layout, color)
    for band in layout.bands:
        ax.add_patch(_curve(band, ink[band.edge.source]))
    for node in layout.nodes.values():
        corner = (node.column - NODE / 2, node.bottom)
        ax.add_patch(
            Rectangle(corner, NODE, node.height, color=ink[node.name], linewidth=0, gid="node")
        )
    ax.set_xlim(-0.5, layout.columns - 0.5)
    ax.set_xticks(range(layout.columns), node_names.steps(ax, layout.columns))
    ax.tick_params(length=0)
    notes = [f"{plural(left_out, 'edge')} without a value not drawn"] if left_out else []
    canvas.head(ax, df, _DEFAULT, notes, title=title)
    node_names.write(ax, layout)
    canvas.finish(ax)
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


def _colors(layout: Layout, color: Color) -> dict[str, ColorType]:
    """Give an event one colour, wherever it stands; the largest events choose first."""
    sums: dict[str, float] = {}
    for node in layout.nodes.values():
        if not node.rest:
            sums[node.name] = sums.get(node.name, 0.0) + node.value
    ranked = sorted(sums, key=lambda name: (-sums[name], name))
    if color is None or isinstance(color, Mapping):
        asked = set(map(canvas.label, color or ()))
        ranked = [n for i, n in enumerate(ranked) if i < len(colors.BEST) or n in asked]
    ink = dict(zip(ranked, named_colors.of(ranked, color), strict=True))
    return {node.name: ink.get(node.name, colors.GREY) for node in layout.nodes.values()}


def _curve(band: Band, color: ColorType) -> PathPatch:
    """Give the band: along its upper edge, down, and back along the lower one."""
    x0, x1 = band.edge.column + NODE / 2, band.edge.column + 1 - NODE / 2
    middle, half = (x0 + x1) / 2, band.thickness / 2
    upper = [(x0, band.start + half), (middle, band.start + half)]
    upper += [(middle, band.end + half), (x1, band.end + half)]
    lower = [(x1, band.end - half), (middle, band.end - half)]
    lower += [(middle, band.start - half), (x0, band.start - half)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    path = Path([*upper, *lower, upper[0]], [int(code) for code in codes])
    return PathPatch(path, facecolor=color, alpha=0.42, linewidth=0, gid="band")
