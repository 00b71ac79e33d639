"""Pictures of answers for profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synerise_frames.plotting.gate import draw

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


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
    return draw("memberships", df, ax, top=top, title=title, figsize=figsize)


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
    return draw("profile_values", df, ax, **options)


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
    return draw("profile_values", df, ax, **options)


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
    return draw("ledgers", df, ax, **options)
