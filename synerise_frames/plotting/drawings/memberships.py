"""Profiles against segmentations: in, not in, not said."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from synerise_frames.plotting.drawings import canvas, colors
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.text import plural

_DEFAULT = "Membership"
_COLUMNS = 12
_NO, _YES, _UNKNOWN = 0.0, 1.0, 2.0
_TEXTS = {_NO: "no", _YES: "yes", _UNKNOWN: "?"}
# Pale enough for both grounds; the words say the same.
_FACES = ("#C9CDD2", colors.MAIN, "#FFFFFF00")


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 30,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw a cell a profile and segmentation."""
    canvas.need(df, "profile", "segmentation_id", "segmentation", "member")
    profiles = list(dict.fromkeys(df["profile"]))
    ids = df.drop_duplicates("segmentation_id")
    keys = list(ids["segmentation_id"])
    names = [n if pd.notna(n) else k for n, k in zip(ids["segmentation"], keys, strict=True)]
    rows, columns = profiles[:top], keys[:_COLUMNS]
    size = (max(5.0, min(11.0, 2.2 + 1.3 * len(columns))), max(2.8, 1.6 + 0.3 * len(rows)))
    ax = canvas.axes(ax, figsize, size)
    if df.empty:
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    cells = _cells(df, profiles, keys)
    _paint(ax, cells[: len(rows), : len(columns)])
    _name(ax, rows, canvas.distinct(names, keys, 18)[: len(columns)], cells)
    notes = ["?: the answer does not say"] if (cells == _UNKNOWN).any() else []
    if len(rows) < len(profiles):
        notes.append(f"{len(rows)} of {plural(len(profiles), 'profile')}")
    if len(columns) < len(keys):
        notes.append(f"{len(columns)} of {plural(len(keys), 'segmentation')}")
    canvas.head(ax, df, _DEFAULT, notes, title=title, room=0.75)
    return ax


def _cells(df: pd.DataFrame, profiles: list[object], keys: list[object]) -> Floats:
    cells = np.full((len(profiles), len(keys)), _UNKNOWN)
    row = {p: i for i, p in enumerate(profiles)}
    column = {k: i for i, k in enumerate(keys)}
    member = df["member"].astype("Float64").fillna(_UNKNOWN).to_numpy(dtype=np.float64)
    at = ([row[p] for p in df["profile"]], [column[k] for k in df["segmentation_id"]])
    cells[at] = member
    return cells


def _paint(ax: Axes, cells: Floats) -> None:
    grid_x, grid_y = np.arange(cells.shape[1] + 1) - 0.5, np.arange(cells.shape[0] + 1) - 0.5
    ax.pcolormesh(
        grid_x,
        grid_y,
        cells,
        cmap=ListedColormap(_FACES),
        vmin=-0.5,
        vmax=2.5,
        edgecolors=ax.get_facecolor(),
        linewidth=1.5,
    )
    for (row, column), state in np.ndenumerate(cells):
        face = ax.get_facecolor() if state == _UNKNOWN else _FACES[int(state)]
        ax.text(
            column,
            row,
            _TEXTS[float(state)],
            ha="center",
            va="center",
            fontsize="small",
            gid="member",
            color=colors.ink(face),
        )
    ax.set_ylim(cells.shape[0] - 0.5, -0.5)
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)


def _name(ax: Axes, rows: list[object], names: list[str], cells: Floats) -> None:
    known = (cells != _UNKNOWN).sum(axis=0)
    members = (cells == _YES).sum(axis=0)
    heads = [
        f"{name}\n{yes:,} of {of:,}"
        for name, yes, of in zip(names, members[: len(names)], known[: len(names)], strict=True)
    ]
    ax.set_xticks(np.arange(len(names)), heads)
    ax.set_yticks(np.arange(len(rows)), [canvas.label(p, 28) for p in rows])
    ax.tick_params(length=0)
