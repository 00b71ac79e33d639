"""An aggregate or expression over profiles: a distribution, a top list, or one answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from synerise_frames.errors import ConfigError
from synerise_frames.plotting.drawings import bars, canvas, colors, metrics
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.text import amount, percent, plural, shorten

_DEFAULT = "Profile values"
#: Whole numbers that are no further apart than this are counted one by one.
_SHORT = 30
#: Points of width that bars have at least to be told apart by lines.
_LINED = 5


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    name: str | None = None,
    top: int = 15,
    bins: int | None = None,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw how the values of one analysis are spread over the profiles."""
    canvas.need(df, "profile", "name", "result", "value")
    if df.empty:
        return canvas.no_data(canvas.axes(ax, figsize), df, _DEFAULT, title=title)
    if name is None and len(df["profile"].unique()) == 1:
        return _answers(df, ax, title, figsize)
    part, notes = _choose(df, name)
    default = canvas.label(part["name"].iloc[0]) if len(part) else _DEFAULT
    values = canvas.numbers(part["value"])
    numeric = np.isfinite(values)
    answered = part["result"].notna().to_numpy(dtype=np.bool_) | numeric
    silent = int((~answered).sum())
    if numeric.sum() * 2 > answered.sum():
        odd = int((answered & ~numeric).sum())
        notes += [f"{plural(odd, 'answer')} without a number"] if odd else []
        ax = canvas.axes(ax, figsize, sharing="numbers")
        _distribution(ax, values[numeric], bins, default)
        notes.insert(0, plural(int(numeric.sum()), "profile"))
    else:
        counts = part["result"].value_counts()
        ax = canvas.axes(ax, figsize, bars.size(min(top, len(counts))), sharing="rows")
        if counts.empty:
            return canvas.no_data(ax, df, default, title=title)
        _top_list(ax, counts, top)
        notes.insert(0, plural(int(counts.sum()), "profile"))
        if len(counts) > top:
            notes.append(f"{top} of {plural(len(counts), 'answer')}")
    if silent:
        notes.append(f"{silent:,} without an answer")
    canvas.head(ax, df, default, notes, title=title)
    return ax


def _answers(df: pd.DataFrame, ax: Axes | None, title: str | None, figsize: Size | None) -> Axes:
    """Write the answers for one profile."""
    values = canvas.numbers(df["value"])
    texts = [
        amount(v) if np.isfinite(v) else ("–" if pd.isna(r) else canvas.label(r, 60))
        for v, r in zip(values, df["result"], strict=True)
    ]
    names = [canvas.label(n, 40) for n in df["name"]]
    ax = canvas.axes(ax, figsize, metrics.size(len(df)))
    metrics.figures(ax, names, texts, metrics.rounded_away(values, texts))
    notes = [f"profile {canvas.label(df['profile'].iloc[0])}"]
    canvas.head(ax, df, names[0] if len(df) == 1 else _DEFAULT, notes, title=title)
    return ax


def _choose(df: pd.DataFrame, name: str | None) -> tuple[pd.DataFrame, list[str]]:
    names = [shorten(n, 1000) for n in df["name"]]
    present = list(dict.fromkeys(names))
    chosen = present[0] if name is None else name
    if chosen not in present:
        raise ConfigError(
            f"The frame has no analysis {chosen!r}.", hint=f"Its analyses: {', '.join(present)}."
        )
    note = [f"1 of {len(present)} analyses"] if name is None and len(present) > 1 else []
    return df[[n == chosen for n in names]], note


def _edges(values: Floats, bins: int | None) -> Floats:
    """Give edges at round numbers; whole numbers in a short range have a bar each."""
    low, high = float(values.min()), float(values.max())
    whole = bool((values == np.round(values)).all())
    if bins is not None:
        return np.histogram_bin_edges(values, bins)
    if whole and high - low <= _SHORT:
        return np.arange(low - 0.5, high + 1.0)
    if low == high:
        return np.array([low - 0.5, low + 0.5])
    wanted = int(min(60.0, max(8.0, 2 * len(values) ** 0.5)))
    ticks = MaxNLocator(wanted, steps=canvas.NICE, integer=whole).tick_values(low, high)
    return np.asarray(ticks, dtype=np.float64)


def _distribution(ax: Axes, values: Floats, bins: int | None, name: str) -> None:
    """Draw how many have what; others that are there already shine through."""
    before = sum(text.get_gid() == "median" for text in ax.texts)
    edges = _edges(values, bins)
    counts, edges = np.histogram(values, edges)
    ax.bar(
        edges[:-1],
        counts,
        np.diff(edges),
        align="edge",
        color=colors.series(before),
        alpha=0.6 if before else None,
        edgecolor=ax.get_facecolor(),
        # Between narrow bars lines would take more room than these.
        linewidth=0.6 if canvas.extent(ax)[0] > _LINED * len(counts) else 0.0,
        label=name,
    )
    canvas.thin(ax)
    canvas.value_axis(ax, 5, whole=True)
    whole = bool((values == np.round(values)).all())
    ticks = max(2, min(8, int(canvas.extent(ax)[0] / (3.6 * canvas.points("medium")))))
    ax.xaxis.set_major_locator(MaxNLocator(ticks, steps=canvas.NICE, integer=whole))
    ax.xaxis.set_major_formatter(canvas.Compact())
    ax.set_ylabel("profiles")
    middle = float(np.median(values))
    ax.axvline(middle, color=rcParams["text.color"], linewidth=1.0, linestyle=(0, (4, 3)))
    ax.margins(y=0.12 + 0.08 * before)
    ax.annotate(
        f"{name}: median {amount(middle)}" if before else f"median {amount(middle)}",
        (middle, 1),
        xytext=(5, -2 - 1.3 * canvas.points("medium") * before),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        va="top",
        gid="median",
    )


def _top_list(ax: Axes, counts: pd.Series, top: int) -> None:
    shown = counts.head(top)
    values = shown.to_numpy(dtype=np.float64)
    total = float(counts.sum())
    texts = [f"{amount(v)}  ({percent(v / total)})" for v in values]
    labels = canvas.distinct(list(shown.index), [""] * len(shown), 40)
    bars.draw(ax, labels, values, texts, colors.MAIN)
