"""How many profiles were listed in each segment."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.plotting.drawings import bars, canvas, colors
from synerise_frames.plotting.drawings.canvas import Size
from synerise_frames.plotting.text import exact, plural

_DEFAULT = "Profiles by segment"


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw a bar a segment; one that no profile fell into has an empty one."""
    canvas.need(df, "segment")
    places = df["segment"].dropna().astype("int64")
    # Segments keep their number: an empty one between two others is a row as well.
    counts = np.bincount(places) if len(places) else np.zeros(0)
    ax = canvas.axes(ax, figsize, bars.size(len(counts)), sharing="rows")
    if not len(counts):
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    names = [f"Segment {place}" for place in range(len(counts))]
    values = counts.astype(np.float64)
    bars.draw(ax, names, values, [exact(v) for v in values], colors.MAIN)
    canvas.head(ax, df, _DEFAULT, [plural(len(df), "profile")], title=title)
    return ax
