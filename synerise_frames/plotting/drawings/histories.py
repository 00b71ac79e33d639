"""An aggregate of a profile over time: bars for one, lines for several."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import canvas, histograms, trends
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.drawings.named_colors import Color

_PREFIX = "profile "


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    color: Color = None,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw the history of one profile as bars, of several as lines."""
    canvas.need(df, "aggregate_id", "profile")
    several = len(df[["aggregate_id", "profile"]].drop_duplicates()) > 1
    named = df.assign(profile=_PREFIX + df["profile"].astype("string"))
    drawing = trends.draw if several else histograms.draw
    return drawing(
        named,
        ax,
        top=top,
        color=_prefixed(color),
        title=title,
        figsize=figsize,
        keys=("aggregate_id", "profile"),
        default="Aggregate over time",
    )


def _prefixed(color: Color) -> Color:
    """Let profiles have the names that they have in the picture."""
    if not isinstance(color, Mapping):
        return color
    return {f"{_PREFIX}{profile}": each for profile, each in color.items()}
