"""One function per kind of frame; the accessor's methods are the same, without the frame."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.plotting.gate import draw
from synerise_frames.plotting.recognise import PICTURES, recognise

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _only_pandas(df: object) -> None:
    """Refuse the tables of other libraries in words.

    Raises
    ------
    ConfigError
        If it is no pandas DataFrame.
    """
    if not isinstance(df, pd.DataFrame):
        made = f"{type(df).__module__.partition('.')[0]}.{type(df).__name__}"
        raise ConfigError(
            f"Pictures are drawn of pandas DataFrames, and this is a {made}.",
            hint="Convert it, with .to_pandas() if it has that method.",
        )


def _draw(module: str, df: pd.DataFrame, ax: Axes | None, **options: Any) -> Axes:
    _only_pandas(df)
    return draw(module, df, ax, **options)


def trend(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    area: bool = False,
    rest: Literal["sum"] | None = None,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw lines over time, in the frame's own time zone.

    A null value or a missing bucket is a gap, the bucket that is not over yet is dashed.

    Parameters
    ----------
    df : DataFrame
        A frame with the columns of ``sf.schema.describe("trend")``.
    ax : Axes, optional
        Where to draw; a new figure if none is given.
    top : int, default 6
        How many series get a colour and a name; the others are grey, and said to be there.
    area : bool, default False
        Draw areas, stacked, in place of lines; for values that add up and are not negative.
    rest : "sum", optional
        Add the series beyond the `top` largest up to one, "12 others".
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
        If matplotlib is missing, or a column is; or if areas would have to stack values
        below zero.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> items = [{"date": "2024-03-30", "values": [7]}, {"date": "2024-03-31", "values": [5]}]
    >>> df = sf.frames.trend({"legends": ["Visits"], "items": items}, tz="Europe/Warsaw")
    >>> ax = sf.plotting.trend(df, title="Visits per day")
    >>> ax.lines[0].get_ydata().tolist()
    [7.0, 5.0]
    """
    options = {"top": top, "area": area, "rest": rest, "title": title, "figsize": figsize}
    return _draw("trends", df, ax, **options)


def histogram(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    panels: bool | None = None,
    stacked: bool = False,
    rest: Literal["sum"] | None = None,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw bars per bucket of time, series side by side or in panels.

    Parameters
    ----------
    df : DataFrame
        A frame with the columns of ``sf.schema.describe("histogram")``.
    ax : Axes, optional
        Where to draw; a new figure if none is given.
    top : int, default 6
        How many series are drawn, the largest; the picture says when there are more.
    panels : bool, optional
        Give each series a panel and scale of its own. By default so in a new figure, if
        the largest values of the series are more than 20 times apart.
    stacked : bool, default False
        Put the bars of a bucket on one another in place of side by side.
    rest : "sum", optional
        Add the series beyond the `top` largest up to one, "12 others".
    title : str, optional
        In place of the analysis's name.
    figsize : (float, float), optional
        Inches of the new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Always one. With panels it is the frame around them: they are its ``child_axes``,
        from the top down.

    Raises
    ------
    ConfigError
        If matplotlib is missing, or a column is; or if values below zero would be stacked.
    """
    options = {"top": top, "panels": panels, "stacked": stacked, "rest": rest}
    return _draw("histograms", df, ax, **options, title=title, figsize=figsize)


def aggregate_history(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw an aggregate over time: bars for one profile, lines for several.

    Takes and gives what :func:`trend` does.
    """
    return _draw("histories", df, ax, top=top, title=title, figsize=figsize)


def funnel(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    time_unit: str | None = None,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw the steps of a funnel from the top down, with counts, shares and losses.

    Groups stand side by side, the first `top` of them. ``time_unit`` ("ms", "s", "min", "h"
    or "d") adds the time from the previous step: the API sends it without a unit, so nothing
    is written as long as nobody tells. Otherwise as :func:`trend`.
    """
    options = {"top": top, "time_unit": time_unit, "title": title, "figsize": figsize}
    return _draw("funnels", df, ax, **options)


def report(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    metric: str | None = None,
    top: int = 20,
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
    top : int, default 20
        How many rows are drawn, the largest; the picture says of how many.
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
    return _draw("reports", df, ax, metric=metric, top=top, title=title, figsize=figsize)


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
    return _draw("metrics", df, ax, **options)


def sankey(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 8,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw flows between events as curved bands, a column a step.

    An event has one colour wherever it stands, a band that of its source. A column shows
    `top` nodes; where it has more, the smallest are one node, "12 others". Otherwise as
    :func:`trend`.
    """
    return _draw("sankeys", df, ax, top=top, title=title, figsize=figsize)


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
    return _draw("segments", df, ax, top=top, sort=sort, title=title, figsize=figsize)


def segment_profiles(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw how many profiles are listed in each segment. Otherwise as :func:`trend`."""
    return _draw("segment_profiles", df, ax, title=title, figsize=figsize)


def membership(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 30,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw profiles against segmentations: yes, no, or not said.

    The first `top` profiles are drawn; the counts under the columns are of all.
    Otherwise as :func:`trend`.
    """
    return _draw("memberships", df, ax, top=top, title=title, figsize=figsize)


def aggregate(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    name: str | None = None,
    top: int = 15,
    bins: int | None = None,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw how an aggregate is spread over profiles.

    Numbers become a distribution, texts a list of the most frequent; the answers for a
    single profile are written out.

    Parameters
    ----------
    df : DataFrame
        A frame with the columns of ``sf.schema.describe("aggregate")``.
    ax : Axes, optional
        Where to draw; a new figure if none is given.
    name : str, optional
        Which analysis, where the frame has several; the first if none is named.
    top : int, default 15
        How many texts are listed; the picture says of how many.
    bins : int, optional
        How many bars the distribution has.
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
        If matplotlib or a column is missing, or there is no such analysis.
    """
    options = {"name": name, "top": top, "bins": bins, "title": title, "figsize": figsize}
    return _draw("profile_values", df, ax, **options)


def expression(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    name: str | None = None,
    top: int = 15,
    bins: int | None = None,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw how an expression is spread over profiles, as :func:`aggregate` does."""
    options = {"name": name, "top": top, "bins": bins, "title": title, "figsize": figsize}
    return _draw("profile_values", df, ax, **options)


def ledger(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 20,
    over_time: bool = False,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    """Draw what became of the calls of a bulk run: a bar an analysis, by status.

    The first `top` analyses are drawn. With ``over_time=True`` the bars are spans of time:
    how many rows were asked for when, by what became of them. Otherwise as :func:`trend`.
    """
    options = {"top": top, "over_time": over_time, "title": title, "figsize": figsize}
    return _draw("ledgers", df, ax, **options)


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
    baseline was and the change behind it. Otherwise as :func:`trend`.
    """
    return _draw("comparisons", df, ax, top=top, title=title, figsize=figsize)


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
    return _draw("changed", df, ax, top=top, title=title, figsize=figsize)


_BY_KIND: Mapping[str, Callable[..., Axes]] = {
    "trend": trend,
    "histogram": histogram,
    "aggregate_history": aggregate_history,
    "funnel": funnel,
    "report": report,
    "metric": metric,
    "sankey": sankey,
    "segmentation": segmentation,
    "segment_profiles": segment_profiles,
    "membership": membership,
    "aggregate": aggregate,
    "expression": expression,
    "ledger": ledger,
    "comparison": comparison,
    "changes": changes,
}


def plot(df: pd.DataFrame, ax: Axes | None = None, **options: Any) -> Axes:
    """Draw a frame as its kind is drawn.

    Parameters
    ----------
    df : DataFrame
        Any frame of this library, also one that lost its ``attrs``.
    ax : Axes, optional
        Where to draw; a new figure if none is given.
    **options
        Those of the picture, such as ``top=`` or ``title=``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ConfigError
        If the kind is unknown or has no picture, or takes no such option.
    """
    _only_pandas(df)
    kind = recognise(df)
    if kind not in _BY_KIND:
        raise ConfigError(
            f"A frame of kind {kind!r} has no picture.",
            hint=f"Calculate one of its analyses and plot that; pictures: {', '.join(PICTURES)}.",
        )
    picture = _BY_KIND[kind]
    parameters = inspect.signature(picture).parameters.values()
    allowed = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    unknown = [name for name in options if name not in allowed]
    if unknown:
        raise ConfigError(
            f"The picture of a {kind} takes no option {unknown[0]!r}.",
            hint=f"Its options: ax, {', '.join(allowed)}.",
        )
    return picture(df, ax, **options)
