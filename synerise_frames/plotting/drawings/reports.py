"""One dimension as bars, two as a heat map, more as bars with joined names."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, PowerNorm

from synerise_frames.errors import ConfigError
from synerise_frames.plotting.drawings import bars, canvas, colors
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.text import amount, plural, shorten
from synerise_frames.schema.recognise import dimensions

Places = npt.NDArray[np.intp]

_DEFAULT = "Report"
_COLUMNS = 12


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    metric: str | None = None,
    top: int = 20,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw one metric of a report."""
    canvas.need(df, "row", "metric", "value")
    if df.empty:
        return canvas.no_data(canvas.axes(ax, figsize), df, _DEFAULT, title=title)
    part, notes = _choose(df, metric)
    part = part.assign(value=canvas.numbers(part["value"]))
    names = list(dimensions(df))
    if len(names) == 2 and not part.duplicated(names).any():
        return _heat(part, names, ax, top, notes, title, figsize)
    return _bars(part, names, ax, top, notes, title, figsize)


def _choose(df: pd.DataFrame, metric: str | None) -> tuple[pd.DataFrame, list[str]]:
    present = list(dict.fromkeys(shorten(m, 1000) for m in df["metric"]))
    chosen = present[0] if metric is None else metric
    if chosen not in present:
        raise ConfigError(
            f"The report has no metric {chosen!r}.", hint=f"Its metrics: {', '.join(present)}."
        )
    part = df[[shorten(m, 1000) == chosen for m in df["metric"]]]
    more = f"metric 1 of {len(present)}" if len(present) > 1 and metric is None else ""
    return part, [canvas.label(chosen), more]


def _bars(
    part: pd.DataFrame,
    names: list[str],
    ax: Axes | None,
    top: int,
    notes: list[str],
    title: str | None,
    figsize: Size | None,
) -> Axes:
    order = part.sort_values("value", ascending=False, na_position="last", kind="stable")
    shown = order.head(top)
    ax = canvas.axes(ax, figsize, bars.size(len(shown)))
    width = max(14, 44 // max(len(names), 1))
    labels = [
        " · ".join(canvas.label(v, width) for v in row)
        for row in shown[names].itertuples(index=False, name=None)
    ]
    values = shown["value"].to_numpy(dtype=np.float64)
    bars.draw(ax, labels or ["all"], values, [amount(v) for v in values], colors.MAIN)
    by = "by " + ", ".join(canvas.label(n) for n in names) if names else ""
    notes = [f"{notes[0]} {by}".strip(), *notes[1:], _cut(len(shown), len(order), "row")]
    canvas.head(ax, part, _DEFAULT, notes, title=title, room=0.75)
    return ax


def _cut(shown: int, of: int, noun: str) -> str:
    return f"{shown} of {plural(of, noun)}" if shown < of else ""


def _heat(
    part: pd.DataFrame,
    names: list[str],
    ax: Axes | None,
    top: int,
    notes: list[str],
    title: str | None,
    figsize: Size | None,
) -> Axes:
    # The dimension with more members goes down the side, where there is room for names.
    down, across = sorted(names, key=lambda n: -part[n].nunique(dropna=False))
    cells, rows, columns = _matrix(part, down, across)
    filled = np.flatnonzero(np.isfinite(cells[:top]).any(axis=0))[:_COLUMNS]
    filled = filled if len(filled) else np.arange(1)
    notes = [
        f"{notes[0]} by {canvas.label(down)} and {canvas.label(across)}",
        *notes[1:],
        _cut(min(top, len(rows)), len(rows), "row"),
        _cut(len(filled), len(columns), "column"),
    ]
    kept = np.arange(len(rows))[:top]
    # The largest are chosen, but hours and weekdays are read in their own order.
    kept, filled = _in_order(kept, rows), _in_order(filled, columns)
    cells = cells[np.ix_(kept, filled)]
    rows, columns = [rows[i] for i in kept], [columns[i] for i in filled]
    size = (max(8.0, 3.0 + 0.8 * len(columns)), max(2.8, 1.3 + 0.36 * len(rows)))
    ax = canvas.axes(ax, figsize, size)
    notes.append(_paint(ax, cells))
    ax.set_yticks(np.arange(len(rows)), [canvas.label(v, 28) for v in rows])
    letter = 0.58 * canvas.points("medium")
    width = max(3, int(0.75 * canvas.extent(ax)[0] / len(columns) / letter) - 1)
    ax.set_xticks(np.arange(len(columns)), [canvas.label(v, width) for v in columns])
    canvas.head(ax, part, _DEFAULT, notes, title=title, room=0.75)
    return ax


def _matrix(
    part: pd.DataFrame, down: str, across: str
) -> tuple[Floats, list[object], list[object]]:
    """Give the values as cells, with the members of both dimensions, the largest sums first."""
    # A missing member is a group like others.
    at = {n: [None if pd.isna(v) else v for v in part[n]] for n in (down, across)}
    rows, columns = _by_size(at[down], part["value"]), _by_size(at[across], part["value"])
    row = {member: i for i, member in enumerate(rows)}
    column = {member: i for i, member in enumerate(columns)}
    cells = np.full((len(rows), len(columns)), np.nan)
    for r, c, value in zip(at[down], at[across], part["value"], strict=True):
        cells[row[r], column[c]] = value
    return cells, rows, columns


def _by_size(members: list[object], values: pd.Series) -> list[object]:
    sums: dict[object, float] = dict.fromkeys(members, 0.0)
    for member, value in zip(members, np.nan_to_num(values), strict=True):
        sums[member] += float(value)
    return sorted(sums, key=lambda member: -sums[member])


def _in_order(chosen: Places, members: list[object]) -> Places:
    """Sort the chosen places by their members, if these are all numbers."""
    read = pd.to_numeric(pd.Series([members[i] for i in chosen], dtype="object"), errors="coerce")
    return chosen if read.isna().any() else chosen[np.argsort(read.to_numpy(), kind="stable")]


def _paint(ax: Axes, cells: Floats) -> str:
    """Colour the cells and write their values; say how the colours are scaled."""
    there = cells[np.isfinite(cells)]
    low, high = (float(there.min()), float(there.max())) if len(there) else (0.0, 1.0)
    note = ""
    norm: Normalize
    if low < 0:
        reach = max(-low, high)
        norm, scale = Normalize(-reach, reach), colors.diverging()
    elif len(there) and high > 10 * float(np.median(there)):
        # One giant would leave all others equally pale.
        norm, scale = PowerNorm(0.5, 0, high), colors.sequential()
        note = "colour by square root"
    else:
        norm, scale = Normalize(0, high or 1.0), colors.sequential()
    grid_x, grid_y = np.arange(cells.shape[1] + 1) - 0.5, np.arange(cells.shape[0] + 1) - 0.5
    ax.pcolormesh(
        grid_x,
        grid_y,
        np.ma.masked_invalid(cells),
        cmap=scale,
        norm=norm,
        edgecolors=ax.get_facecolor(),
        linewidth=1.2,
    )
    for row, column in np.argwhere(np.isfinite(cells)):
        value = cells[row, column]
        ax.text(
            column,
            row,
            amount(value),
            ha="center",
            va="center",
            color=colors.ink(scale(norm(value))),
            gid="cell",
        )
    ax.set_ylim(cells.shape[0] - 0.5, -0.5)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    return note
