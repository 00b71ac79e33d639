"""Pictures of buckets of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from synerise_frames.plotting.gate import draw

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from synerise_frames.plotting.drawings.named_colors import Color


def trend(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    area: bool = False,
    rest: Literal["sum"] | None = None,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
    color: Color = None,
) -> Axes:
    """Draw lines over time, in the frame's own time zone.

    A null value or a missing bucket is a gap. Dashed is the bucket that is not over yet, and a
    first or last one that the window cut: shorter than those between.

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
    color : color, list or mapping, optional
        Colours in place of those that the names have in every picture: one for all, a list
        in the order of the frame, or a mapping such as ``{"Visits": "red"}``.

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
    options = {"top": top, "area": area, "rest": rest, "color": color}
    return draw("trends", df, ax, **options, title=title, figsize=figsize)


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
    color: Color = None,
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
    color : color, list or mapping, optional
        As of :func:`trend`.

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
    return draw("histograms", df, ax, **options, color=color, title=title, figsize=figsize)


def aggregate_history(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    title: str | None = None,
    figsize: tuple[float, float] | None = None,
    color: Color = None,
) -> Axes:
    """Draw an aggregate over time: bars for one profile, lines for several.

    Takes and gives what :func:`trend` does.
    """
    return draw("histories", df, ax, top=top, color=color, title=title, figsize=figsize)
