"""A period's line over the grey line of its baseline, a panel a series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import (
    canvas,
    colors,
    limits,
    line_ends,
    names_over_time,
    panels,
    timeline,
)
from synerise_frames.plotting.drawings.canvas import Floats
from synerise_frames.plotting.drawings.fonts import widest
from synerise_frames.plotting.drawings.line_ends import End

Part = tuple[str, pd.DataFrame]
Flags = npt.NDArray[np.bool_]

_COLORS = {"value": colors.MAIN, "baseline": colors.GREY}


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
    x = _when(part)
    value, before = canvas.numbers(part["value"]), canvas.numbers(part["baseline"])
    is_open = part["is_partial"].fillna(value=False).to_numpy(dtype=bool)
    is_cut = part["position"].isin(list(cut)).to_numpy(dtype=bool)
    # A baseline that is not over is there as far as it goes, and stands for itself.
    _line(ax, x, before, is_cut, label="baseline", color=colors.GREY, linewidth=1.6)
    _line(ax, x, value, is_cut | is_open, label="value", color=colors.MAIN, linewidth=1.8)
    ax.fill_between(
        x, value, before, where=np.isfinite(value + before), color=colors.MAIN, alpha=0.12, lw=0
    )
    canvas.thin(ax)
    canvas.value_axis(ax, ticks)
    limits.of_lines(ax, x, np.full_like(x, np.nan), np.r_[value, before])
    if named:
        known = {name: part[name].dropna() for name in _COLORS}
        line_ends.write(
            ax, [End(n, float(v.iloc[-1]), _COLORS[n]) for n, v in known.items() if len(v)]
        )


def _line(ax: Axes, x: Floats, y: Floats, short: Flags, *, label: str, **style: Any) -> None:
    """Draw a line, dashed from and to the buckets that hold less than a whole one would."""
    solid = np.where(short, np.nan, y)
    ax.plot(x, solid, label=label, marker=_dots(solid), **style)
    if (short & np.isfinite(y)).any():
        touching = short | np.r_[short[1:], False] | np.r_[False, short[:-1]]
        dashed = np.where(touching, y, np.nan)
        ax.plot(x, dashed, linestyle=(0, (2, 1.6)), gid="partial", **style)


def _dots(values: Floats) -> str:
    """Give the marker for values that are all alone: they have no line."""
    there = np.isfinite(values)
    return "o" if there.sum() and not (there[1:] & there[:-1]).any() else ""


def _when(part: pd.DataFrame) -> Floats:
    """Give each row a place in time: its own, or where its baseline would be by now."""
    start, before = part["bucket_start"], part["baseline_start"]
    moved = before + (start - before).median() if before.notna().any() else start
    if not start.notna().any():
        moved = before
    return timeline.days(start.fillna(moved))
