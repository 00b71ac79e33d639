"""Pictures of two frames against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synerise_frames.plotting.gate import draw

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def comparison(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw what ``df.synerise.compare(baseline)`` gives.

    Buckets of time are lines over the grey line of the baseline, a panel a series (the `top`
    largest); with panels the axes given back are the frame around them, and they its
    ``child_axes``. Everything else is bars, the first 20 or `top`, each with a mark where the
    baseline was and the change behind it; hours or ages of a report, or of a
    funnel's groups, stand in the order of these, all of them up to 60 rows. Otherwise as
    :func:`trend`.
    """
    return draw("comparisons", df, ax, top=top, title=title, figsize=figsize)


def changes(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 20,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw what ``sf.compare(old, new)`` gives: the `top` largest differences as bars.

    Otherwise as :func:`trend`.
    """
    return draw("changed", df, ax, top=top, title=title, figsize=figsize)
