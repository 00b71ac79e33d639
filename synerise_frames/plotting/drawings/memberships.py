"""Profiles against segmentations: in, not in, not said."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, Normalize

from synerise_frames.plotting.drawings import canvas, colors, repeated
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.drawings.cells import Table, paint, write
from synerise_frames.plotting.drawings.ground import behind
from synerise_frames.plotting.text import plural

_DEFAULT = "Membership"
_COLUMNS = 12
_NO, _YES, _UNKNOWN = 0.0, 1.0, 2.0
_TEXTS = {_NO: "no", _YES: "yes", _UNKNOWN: "?"}
#: What is not so is to stand back, on light and on dark; the words say the same.
_NO_FACES = {"black": "#C9CDD2", "white": "#4A4F55"}


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
    repeated.warn(df, ["profile", "segmentation_id"], "only the last of them is drawn")
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
    table = _table(cells, rows, canvas.distinct(names, keys, 18)[: len(columns)])
    ground = behind(ax)
    faces = [_NO_FACES[colors.ink(ground)], colors.MAIN]
    paint(ax, table, ListedColormap([*faces, "#FFFFFF00"]), Normalize(-0.5, 2.5), edge=1.5)
    notes = ["?: the answer does not say"] if (cells == _UNKNOWN).any() else []
    if len(rows) < len(profiles):
        notes.append(f"{len(rows)} of {plural(len(profiles), 'profile')}")
    if len(columns) < len(keys):
        notes.append(f"{len(columns)} of {plural(len(keys), 'segmentation')}")
    canvas.head(ax, df, _DEFAULT, notes, title=title)
    behind_text = [*faces, ground]
    write(
        ax, table, [[behind_text[int(state)] for state in row] for row in table.amounts], "member"
    )
    return ax


def _cells(df: pd.DataFrame, profiles: list[object], keys: list[object]) -> Floats:
    cells = np.full((len(profiles), len(keys)), _UNKNOWN)
    row = {p: i for i, p in enumerate(profiles)}
    column = {k: i for i, k in enumerate(keys)}
    member = df["member"].astype("Float64").fillna(_UNKNOWN).to_numpy(dtype=np.float64)
    at = ([row[p] for p in df["profile"]], [column[k] for k in df["segmentation_id"]])
    cells[at] = member
    return cells


def _table(cells: Floats, rows: list[object], names: list[str]) -> Table:
    """Give the cells that are shown; the counts under the columns are of all."""
    known = (cells != _UNKNOWN).sum(axis=0)
    members = (cells == _YES).sum(axis=0)
    counts = [f"{yes:,} of {of:,}" for yes, of in zip(members, known, strict=True)]
    shown = cells[: len(rows), : len(names)]
    texts = np.vectorize(_TEXTS.__getitem__, otypes=[object])(shown)
    return Table(shown, texts, [canvas.label(p, 28) for p in rows], names, counts[: len(names)])
