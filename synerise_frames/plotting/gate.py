"""The one door to the drawings: behind it, and only there, matplotlib is imported."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from synerise_frames.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def draw(module: str, df: pd.DataFrame, ax: Axes | None, **options: Any) -> Axes:
    """Draw `df` with ``drawings.<module>.draw``.

    Raises
    ------
    ConfigError
        If matplotlib is not installed.
    """
    try:
        import_module("matplotlib.pyplot")
    except ImportError as error:
        raise ConfigError(
            "Pictures need matplotlib, which is not installed.",
            hint='pip install "synerise-frames[plot]"',
        ) from error
    drawing = import_module(f"synerise_frames.plotting.drawings.{module}")
    axes: Axes = drawing.draw(df, ax, **options)
    return axes
