"""One dimension as bars, two as a heat map, more as bars with joined names."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize, PowerNorm

from synerise_frames.errors import ConfigError
from synerise_frames.plotting.drawings import bars, canvas, colors, repeated
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.drawings.cells import Table, paint, write
from synerise_frames.plotting.drawings.order import ranks
from synerise_frames.plotting.text import amount, out_of, shorten
from synerise_frames.schema.recognise import dimensions

_DEFAULT = "Report"
#: Rows and columns that are drawn, and rows of hours or ages, which would have holes.
_ROWS, _COLUMNS, _WHOLE = 20, 12, 60


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    metric: str | None = None,
    top: int | None = None,
    sort: bool | None = None,
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
    if part["row"].duplicated().any():  # within one pull, rows may have equal names
        repeated.warn(part, ["metric", *(names or ["row"])], "each is drawn")
    if len(names) == 2 and not part.duplicated(names).any():
        return _heat(part, names, ax, top or _ROWS, notes, title, figsize)
    return _bars(part, names, ax, top, sort, notes, title, figsize)


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
    top: int | None,
    sort: bool | None,
    notes: list[str],
    title: str | None,
    figsize: Size | None,
) -> Axes:
    shown = _in_order(part, names, top, sort)
    ax = canvas.axes(ax, figsize, bars.size(len(shown)), sharing="rows")
    width = max(14, 44 // max(len(names), 1))
    labels = [
        " · ".join(canvas.label(v, width) for v in row)
        for row in shown[names].itertuples(index=False, name=None)
    ]
    values = shown["value"].to_numpy(dtype=np.float64)
    bars.draw(ax, labels or ["all"], values, [amount(v) for v in values], colors.MAIN)
    by = "by " + ", ".join(canvas.label(n) for n in names) if names else ""
    notes = [f"{notes[0]} {by}".strip(), *notes[1:], out_of(len(shown), len(part), "row")]
    canvas.head(ax, part, _DEFAULT, notes, title=title)
    return ax


def _in_order(
    part: pd.DataFrame, names: list[str], top: int | None, sort: bool | None
) -> pd.DataFrame:
    """Give the rows to draw: the largest first, or all hours or ages in the order of these."""
    if sort is None and len(names) == 1 and len(part) <= (top or _WHOLE):
        order = ranks(list(part[names[0]]))
        if order is not None:
            return part.iloc[order]
    if sort is not False:
        part = part.sort_values("value", ascending=False, na_position="last", kind="stable")
    return part.head(top or _ROWS)


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
    kept, filled, ordered = _choose_cells(cells, rows, columns, top)
    notes = [
        f"{notes[0]} by {canvas.label(down)} and {canvas.label(across)}",
        *notes[1:],
        out_of(len(kept), len(rows), "row"),
        out_of(len(filled), len(columns), "column"),
    ]
    cells = cells[np.ix_(kept, filled)]
    scale, norm, note = _scale(cells)
    table = Table(
        cells,
        np.vectorize(lambda v: amount(v) if np.isfinite(v) else "", otypes=[object])(cells),
        [canvas.label(rows[i], 28) for i in kept],
        [canvas.label(columns[i], 24) for i in filled],
        ordered=ordered,
    )
    size = (
        min(13.0, max(8.0, 3.0 + 0.8 * len(filled))),
        min(13.0, max(2.8, 1.3 + 0.36 * len(kept))),
    )
    ax = canvas.axes(ax, figsize, size)
    paint(ax, table, scale, norm, edge=1.2)
    canvas.head(ax, part, _DEFAULT, [*notes, note], title=title)
    write(ax, table, scale(norm(np.ma.masked_invalid(cells))), "cell")
    return ax


def _choose_cells(
    cells: Floats, rows: list[object], columns: list[object], top: int
) -> tuple[list[int], list[int], bool]:
    """Choose rows and columns: all of what has an order, as of hours; else the largest.

    Also tell whether the columns have one.
    """
    kept = ranks(rows) or list(range(len(rows)))[:top]
    filled = ranks(columns)
    if filled:
        return kept, filled, True
    there = np.flatnonzero(np.isfinite(cells[kept]).any(axis=0))[:_COLUMNS]
    return kept, [int(i) for i in there] or [0], False


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


def _scale(cells: Floats) -> tuple[Colormap, Normalize, str]:
    """Give colours and their scale; say how they are scaled if it is unusual."""
    there = cells[np.isfinite(cells)]
    low, high = (float(there.min()), float(there.max())) if len(there) else (0.0, 1.0)
    if low < 0:
        reach = max(-low, high)
        return colors.diverging(), Normalize(-reach, reach), ""
    if len(there) and high > 10 * float(np.median(there)):
        # One giant would leave all others equally pale.
        return colors.sequential(), PowerNorm(0.5, 0, high), "colour by square root"
    return colors.sequential(), Normalize(0, high or 1.0), ""
