"""The picture of any frame: one function per kind, and the one that finds it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.plotting.breakdowns import (
    funnel,
    metric,
    report,
    sankey,
    segment_profiles,
    segmentation,
)
from synerise_frames.plotting.gate import only_pandas
from synerise_frames.plotting.of_profiles import aggregate, expression, ledger, membership
from synerise_frames.plotting.of_two import changes, comparison
from synerise_frames.plotting.over_time import aggregate_history, histogram, trend
from synerise_frames.plotting.recognise import PICTURES, recognise

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "aggregate",
    "aggregate_history",
    "changes",
    "comparison",
    "expression",
    "funnel",
    "histogram",
    "ledger",
    "membership",
    "metric",
    "plot",
    "report",
    "sankey",
    "segment_profiles",
    "segmentation",
    "trend",
]

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
    only_pandas(df)
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
