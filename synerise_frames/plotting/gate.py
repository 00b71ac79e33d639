"""The one door to the drawings: behind it, and only there, matplotlib is imported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.extras import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(module: str, df: pd.DataFrame, ax: Axes | None, **options: Any) -> Axes:
    """Draw `df` with ``drawings.<module>.draw``.

    Raises
    ------
    ConfigError
        If `df` is no DataFrame, matplotlib is not installed, or an option is none.
    """
    only_pandas(df)
    require("plot", "matplotlib")
    try:
        import_module("matplotlib.pyplot")
    except ImportError as error:
        raise ConfigError(
            f"matplotlib is installed, but cannot be loaded: {error}.",
            hint='pip install --upgrade "synerise-frames[plot]"',
        ) from error
    _check(ax, options)
    drawing = import_module(f"synerise_frames.plotting.drawings.{module}")
    axes: Axes = drawing.draw(df, ax, **options)
    return axes


def only_pandas(df: object) -> None:
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


def _check(ax: object, options: dict[str, Any]) -> None:
    axes = import_module("matplotlib.axes").Axes
    if ax is not None and (not isinstance(ax, axes) or getattr(ax, "name", "") != "rectilinear"):
        raise ConfigError(
            f"ax= is a {type(ax).__name__}, not flat Axes.",
            hint="Give one of them: ax=figure.subplots(), or axs[0] of plt.subplots(1, 2).",
        )
    _check_size(options.get("figsize"))
    top = options.get("top", 1)
    if isinstance(top, bool) or not isinstance(top, SupportsIndex) or top.__index__() < 1:
        raise ConfigError(f"top={top!r} is none.", hint="Give a whole number of 1 or more.")


def _check_size(size: object) -> None:
    """Refuse what is no size of a figure.

    Raises
    ------
    ConfigError
        If it is not two numbers above zero.
    """
    if size is None:
        return
    pair = list(size) if isinstance(size, Sequence | np.ndarray) else []
    numbers = [x for x in pair if isinstance(x, int | float | np.integer | np.floating)]
    if len(pair) != 2 or len(numbers) != 2 or not all(0 < x < math.inf for x in numbers):
        raise ConfigError(
            f"figsize={size!r} is no size of a figure.",
            hint="Give its width and height in inches, such as figsize=(9, 4.5).",
        )
