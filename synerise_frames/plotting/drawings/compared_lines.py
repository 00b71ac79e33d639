"""A period's line over the grey line of its baseline, a panel a series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import (
    canvas,
    colors,
    limits,
    line_ends,
    lines,
    named_colors,
    names_over_time,
    panels,
    timeline,
)
from synerise_frames.plotting.drawings.fonts import widest
from synerise_frames.plotting.drawings.line_ends import End

Part = tuple[str, pd.DataFrame]

#: Column for what :func:`when` found in the whole frame.
WHEN = "_when"


def draw(ax: Axes, parts: Sequence[Part], cut: Sequence[int] = ()) -> None:
    """Draw each part over time, below one another where there are several.

    Buckets at the positions `cut` are dashed, as those that are not over.
    """
    zone = timeline.zone_of(parts[0][1])
    if len(parts) == 1:
        _pair(ax, parts[0][1], cut)
        names_over_time.tell(ax)
        timeline.time_axis(ax, zone)
        return
    height = canvas.extent(ax)[1] * panels.SHARE / len(parts)

    def fill(panel: Axes, position: int) -> None:
        _pair(panel, parts[position][1], cut, ticks=4, named=position == 0)
        if position == 0:
            line_ends.show(panel, room=ax)
            line_ends.place(panel, height)
        timeline.time_axis(panel, zone)

    panels.draw(ax, [name for name, _ in parts], fill)


def annotate(ax: Axes, notes: Sequence[str]) -> None:
    """Write a note beside the name of each panel that has room for it, once all room is taken."""
    across = canvas.extent(ax)[0]
    panels = (child for child in ax.child_axes if isinstance(child, Axes))
    for panel, note in zip(panels, notes, strict=True):
        if widest([panel.get_title(loc="left")]) + widest([note], "small") + 12 <= across:
            title = panel.set_title(note, loc="right", fontsize="small", pad=4)
            title.set(alpha=canvas.MUTED, gid="mean")
    canvas.finish(ax)


def _pair(
    ax: Axes, part: pd.DataFrame, cut: Sequence[int], ticks: int = 6, *, named: bool = True
) -> None:
    part = part.sort_values("position", kind="stable")
    x = timeline.days(part[WHEN])
    ink = {"value": named_colors.free(ax), "baseline": colors.GREY}
    value, before = canvas.numbers(part["value"]), canvas.numbers(part["baseline"])
    is_open = part["is_partial"].fillna(value=False).to_numpy(dtype=bool)
    is_cut = part["position"].isin(list(cut)).to_numpy(dtype=bool)
    # A baseline that is not over is there as far as it goes, and stands for itself.
    lines.draw(ax, x, before, is_cut, label="baseline", color=ink["baseline"], linewidth=1.6)
    lines.draw(ax, x, value, is_cut | is_open, label="value", color=ink["value"])
    both = np.isfinite(value + before)
    ax.fill_between(x, value, before, where=both, color=ink["value"], alpha=0.12, lw=0)
    canvas.thin(ax)
    canvas.value_axis(ax, ticks)
    limits.of_lines(ax, x, np.full_like(x, np.nan), np.r_[value, before])
    if named:
        known = {name: part[name].dropna() for name in ink}
        line_ends.write(ax, [End(n, float(v.iloc[-1]), ink[n]) for n, v in known.items() if len(v)])


def when(df: pd.DataFrame) -> pd.Series:
    """Give each row a place in time: its own, or that of its position, whatever series has it."""
    start, before = df["bucket_start"], df["baseline_start"]
    known = df.groupby("position", dropna=False)["bucket_start"].first()
    start = start.fillna(df["position"].map(known))
    shift = (start - before).median()
    return start.fillna(before if pd.isna(shift) else before + shift)
