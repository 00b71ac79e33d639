"""Two periods: a line over the grey line of the one before, or bars with a mark where they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from synerise_frames.plotting.drawings import (
    about,
    bars,
    canvas,
    colors,
    compared_lines,
    limits,
    line_ends,
    panels,
    timeline,
)
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.drawings.order import ranks
from synerise_frames.plotting.text import amount, day, percent, plural, window

_DEFAULT = "Comparison"
_MEASURES = {"value", "baseline", "difference", "change"}
#: Rows of hours or ages that are drawn, as in a report: others would have holes.
_WHOLE = 60
_TIMES = {"position", "bucket_start", "baseline_start", "is_partial"}


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw what was compared: buckets as lines, everything else as bars."""
    canvas.need(df, *sorted(_MEASURES))
    if set(df.columns) >= _TIMES:
        return _lines(df, ax, top, title, figsize)
    return _bars(df, ax, top, title, figsize)


def _lines(
    df: pd.DataFrame, ax: Axes | None, top: int, title: str | None, figsize: Size | None
) -> Axes:
    timeline.need_times(df, "bucket_start", "baseline_start")
    # By what a row is about, not by its label: two series may have one name.
    numbers, labels = about.groups(df, _MEASURES | _TIMES)
    size = df["value"].abs().groupby(numbers).sum()
    heaviest = size.sort_values(ascending=False, kind="stable").index[:top]
    shown = sorted(heaviest)
    df = df.assign(**{compared_lines.WHEN: compared_lines.when(df)})
    parts = [(labels[number], df[numbers == number]) for number in shown]
    height = 4.5 if len(parts) < 2 else panels.height(len(parts))
    sharing = "time" if len(parts) < 2 else ""
    ax = canvas.axes(ax, figsize, (9.0, height), sharing=sharing)
    both = np.r_[canvas.numbers(df["value"]), canvas.numbers(df["baseline"])]
    if not np.isfinite(both).any():
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    means = [_mean(part, df) for _, part in parts]
    compared_lines.draw(ax, parts, _noted(df, "cut"))
    more = "" if len(shown) == len(size) else f"the largest {len(shown)} of {len(size)} series"
    # Of a frame of one series: beside others that are not drawn it would seem to be of all.
    mean = means[0] if len(size) == 1 else ""
    _head(ax, df, [mean, _left_out(df), _dashed(df), more, _assumed(df)], title=title)
    if len(parts) < 2:
        line_ends.place(ax)
    else:
        compared_lines.annotate(ax, means)
    return ax


def _bars(
    df: pd.DataFrame, ax: Axes | None, top: int, title: str | None, figsize: Size | None
) -> Axes:
    alone, others = _one_metric(df)
    shown = _in_order(alone, top)
    ax = canvas.axes(ax, figsize, bars.size(len(shown)))
    values, before = canvas.numbers(shown["value"]), canvas.numbers(shown["baseline"])
    if not np.isfinite(np.r_[values, before]).any():
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    texts = [
        f"{amount(v)}  {change(c)}"
        for v, c in zip(values, canvas.numbers(shown["change"]), strict=True)
    ]
    names = about.names(shown, about.telling(shown, _MEASURES))
    bars.draw(ax, names, values, texts, colors.MAIN)
    _marks(ax, values, before, texts)
    more = "" if len(shown) == len(alone) else f"the first {len(shown)} of {len(alone)} rows"
    _head(ax, df, [others, "line: the baseline", more], title=title)
    return ax


def _head(ax: Axes, df: pd.DataFrame, notes: list[str], *, title: str | None) -> None:
    """Write the heading: one window against the other, then the notes."""
    noted = df.attrs.get("baseline")
    noted = noted if isinstance(noted, Mapping) else {}
    other = noted.get("analysis_name")
    name = canvas.label(other) if other and other != df.attrs.get("analysis_name") else ""
    before = " ".join(part for part in (name, window(noted.get("window")) or _span(df)) if part)
    told = f"{window(df.attrs.get('window'))} against {before}".strip() if before else ""
    plain = df.iloc[:0]
    plain.attrs = {key: value for key, value in df.attrs.items() if key != "window"}
    lasting = f"baseline: {before}" if before else ""
    canvas.head(ax, plain, _DEFAULT, [told, *notes], title=title, lasting=lasting)


def _one_metric(df: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Give the rows of a report's first metric: another may have any other unit."""
    found = about.telling(df, _MEASURES)
    if "metric" not in found or len(found) == 1:
        return df, ""
    first = df["metric"].iloc[0]
    rest = df["metric"].nunique(dropna=False) - 1
    told = f"{canvas.label(first)}, the first of {rest + 1} metrics"
    return df[df["metric"].eq(first).fillna(value=False)], told


def _in_order(df: pd.DataFrame, top: int) -> pd.DataFrame:
    """Give the rows to draw: the first ones, or all ages or incomes in the order of these."""
    of_report = [c for c in df.columns if c not in _MEASURES and c != "metric"]
    dimensions = {"report": of_report, "funnel": ["group"]}.get(str(df.attrs.get("compared")), [])
    if len(dimensions) == 1 and dimensions[0] in df and len(df) <= max(top, _WHOLE):
        numbers, members = pd.factorize(df[dimensions[0]], use_na_sentinel=False)
        order = ranks([None if pd.isna(member) else member for member in members])
        if order is not None:
            places = np.empty(len(order), dtype=np.intp)
            places[order] = np.arange(len(order))
            return df.iloc[np.argsort(places[numbers], kind="stable")]
    return df.head(max(top, 20))


def _marks(ax: Axes, values: Floats, before: Floats, texts: Sequence[str]) -> None:
    """Mark where each bar ended before, and let the texts stand behind both."""
    rows = np.flatnonzero(np.isfinite(before))
    ink = ax.xaxis.label.get_color()
    ax.vlines(before[rows], rows - 0.42, rows + 0.42, color=ink, linewidth=2.2, gid="baseline")
    ends = np.nan_to_num(values)
    further = np.isfinite(before) & (np.sign(ends) * before > np.abs(ends))
    ends = np.where(further, before, ends)
    told = [t for t in ax.texts if isinstance(t, Annotation) and t.get_gid() == "value"]
    for row, end in enumerate(bars.ends(ax, ends, texts)):
        told[row].xy = (float(end), row)
    low, high = bars.room(ax, ends, texts)
    known = before[rows]
    limits.widen(ax, min([low, *known * 1.02]), max([high, *known * 1.02]))


def change(share: float) -> str:
    """Give a change with its sign, in percent; a dash where there was nothing before."""
    if not np.isfinite(share):
        return "(–)"
    text = percent(share)
    return f"({text if share <= 0 else '+' + text})"


def _mean(part: pd.DataFrame, df: pd.DataFrame) -> str:
    """Say how the mean bucket of a series changed, over those that are whole on both sides.

    Not all of it: averages and shares add up to nothing, and no column tells what a measure is.
    Nor several series together, which may be euros and heads.
    """
    known = part["value"].notna() & part["baseline"].notna() & ~_cut(part, df)
    known &= ~part["is_partial"].fillna(value=False).astype(bool)
    before = float(part.loc[known, "baseline"].mean()) if known.any() else 0.0
    share = (float(part.loc[known, "value"].mean()) - before) / abs(before) if before else np.nan
    if not np.isfinite(share):
        return ""
    count = int(known.sum())
    of = "the buckets" if count == len(part) else f"{count:,} of {len(part):,} buckets"
    return f"mean of {of} {change(share).strip('()')}"


def _cut(part: pd.DataFrame, df: pd.DataFrame) -> pd.Series:
    """Tell which rows are pairs of buckets of which a window cuts one short."""
    both = part["bucket_start"].notna() & part["baseline_start"].notna()
    return both & part["position"].isin(_noted(df, "uneven"))


def _noted(df: pd.DataFrame, name: str) -> list[int]:
    """Give positions that are noted of a frame; whoever made it by hand may have none."""
    noted = df.attrs.get(name)
    return noted if isinstance(noted, list) else []


def _dashed(df: pd.DataFrame) -> str:
    """Say why lines are dashed."""
    why = ["not over yet"] * bool(df["is_partial"].fillna(value=False).any())
    why += ["cut by the window"] * bool(df["position"].isin(_noted(df, "cut")).any())
    return f"dashed: {', or '.join(why)}" if why else ""


def _left_out(df: pd.DataFrame) -> str:
    count = int(_cut(df, df).sum())
    return f"without {plural(count, 'pair')} of different length" if count else ""


def _assumed(df: pd.DataFrame) -> str:
    """Say so where nothing tells which bucket of its window is the first one present."""
    assumed = df.attrs.get("aligned_by") == "first bucket present"
    return "aligned by the first bucket present" if assumed else ""


def _span(df: pd.DataFrame) -> str:
    if "baseline_start" not in df or not df["baseline_start"].notna().any():
        return ""
    return f"buckets from {day(df['baseline_start'].min())}"
