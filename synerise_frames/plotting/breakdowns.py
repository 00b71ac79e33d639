"""Pictures of what there is in all: steps, rows, numbers, flows, segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synerise_frames.plotting.gate import draw

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from synerise_frames.plotting.drawings.named_colors import Color


def funnel(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    time_unit: str | None = None,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
    color: Color = None,
) -> Axes:
    """Draw the steps of a funnel from the top down, with counts, shares and losses.

    Groups stand side by side, the `top` largest of them. ``time_unit`` ("ms", "s", "min", "h"
    or "d") adds the time from the previous step: the API sends it without a unit, so nothing
    is written as long as nobody tells. Otherwise as :func:`trend`.
    """
    options = {"top": top, "time_unit": time_unit, "color": color}
    return draw("funnels", df, ax, **options, title=title, figsize=figsize)


def report(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    metric: str | None = None,
    top: int | None = None,
    sort: bool | None = None,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw one metric of a report: bars, or a heat map where it has two dimensions.

    Parameters
    ----------
    df : DataFrame
        A report: ``row``, its dimensions, ``metric``, ``value``, in this order.
    ax : Axes, optional
        Where to draw; a new figure if none is given.
    metric : str, optional
        Which metric; the first if none is named.
    top : int, optional
        How many rows are drawn, the largest; the picture says of how many. By default 20, or
        up to 60 bars that have an order of their own.
    sort : bool, optional
        Draw bars from the largest down (True) or in the order of the report (False). By
        default hours, dates, weekdays, ages and the like stand in their own order if all of
        them are drawn, and everything else from the largest down.
    title : str, optional
        In place of the analysis's name.
    figsize : (float, float), optional
        Inches of the new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ConfigError
        If matplotlib or a column is missing, or there is no such metric.
    """
    options = {"metric": metric, "sort": sort, "title": title, "figsize": figsize}
    return draw("reports", df, ax, **options, **({} if top is None else {"top": top}))


def metric(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    baseline: pd.DataFrame | float | None = None,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Write metrics as big numbers, several in a row, each with its comparison.

    `baseline` is the frame of the same metrics for another period, or the number that a
    single metric is measured against. Otherwise as :func:`trend`.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> df = sf.frames.metric({"result": 120, "metricData": {"title": "Buyers"}})
    >>> ax = sf.plotting.metric(df, baseline=100)
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "exact"]
    ['▲ +20% against 100']
    """
    options = {"baseline": baseline, "title": title, "figsize": figsize}
    return draw("metrics", df, ax, **options)


def sankey(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 8,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
    color: Color = None,
) -> Axes:
    """Draw flows between events as curved bands, a column a step.

    An event has one colour wherever it stands, a band that of its source. A column shows
    `top` nodes; where it has more, the smallest are one node, "12 others". Otherwise as
    :func:`trend`.
    """
    return draw("sankeys", df, ax, top=top, color=color, title=title, figsize=figsize)


def segmentation(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 20,
    sort: bool = True,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw segments as bars with their shares, the largest first.

    ``sort=False`` keeps the order of the definition. Otherwise as :func:`trend`.
    """
    return draw("segments", df, ax, top=top, sort=sort, title=title, figsize=figsize)


def segment_profiles(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw how many profiles are listed in each segment. Otherwise as :func:`trend`."""
    return draw("segment_profiles", df, ax, title=title, figsize=figsize)
