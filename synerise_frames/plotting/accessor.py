"""``df.synerise``: what a frame of this library can do beyond being a DataFrame."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import pandas as pd

from synerise_frames import provenance
from synerise_frames.comparing import compare_periods
from synerise_frames.plotting import pictures
from synerise_frames.plotting.recognise import PICTURES, recognise

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Plot", "SyneriseAccessor", "register"]

NAME = "synerise"
Options = ParamSpec("Options")


def _of_frame(
    picture: Callable[Concatenate[pd.DataFrame, Options], Axes],
) -> Callable[Concatenate[Plot, Options], Axes]:
    """Make a picture a method, with the options that the function has: ``help`` shows them."""
    name = picture.__name__

    def draw(self: Plot, /, *args: Options.args, **options: Options.kwargs) -> Axes:
        return picture(self._df, *args, **options)

    signature = inspect.signature(picture)
    _, *others = signature.parameters.values()
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    draw.__signature__ = signature.replace(parameters=[own, *others])  # type: ignore[attr-defined]
    draw.__name__, draw.__qualname__ = name, f"Plot.{name}"
    first = str(picture.__doc__).partition("\n")[0]
    draw.__doc__ = f"{first}\n\nOptions as of :func:`synerise_frames.plotting.{name}`."
    return draw


class Plot:
    """Pictures of one frame: call it, or a method of it."""

    __slots__ = ("_df",)

    def __init__(self, df: pd.DataFrame) -> None:
        self._df = df

    def __call__(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the frame as its kind is drawn; see :func:`synerise_frames.plotting.plot`."""
        return pictures.plot(self._df, ax, **options)

    def __repr__(self) -> str:
        return "<synerise plot: call it, or " + ", ".join(f".{k}()" for k in PICTURES) + ">"

    trend = _of_frame(pictures.trend)
    histogram = _of_frame(pictures.histogram)
    aggregate_history = _of_frame(pictures.aggregate_history)
    funnel = _of_frame(pictures.funnel)
    report = _of_frame(pictures.report)
    metric = _of_frame(pictures.metric)
    sankey = _of_frame(pictures.sankey)
    segmentation = _of_frame(pictures.segmentation)
    segment_profiles = _of_frame(pictures.segment_profiles)
    membership = _of_frame(pictures.membership)
    aggregate = _of_frame(pictures.aggregate)
    expression = _of_frame(pictures.expression)
    ledger = _of_frame(pictures.ledger)
    comparison = _of_frame(pictures.comparison)
    changes = _of_frame(pictures.changes)


class SyneriseAccessor:
    """What ``df.synerise`` is. It only reads the frame, and remembers nothing about it.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> df = sf.frames.metric({"result": 1234.5, "metricData": {"title": "Revenue"}})
    >>> df.synerise.kind
    'metric'
    """

    __slots__ = ("_df",)

    def __init__(self, df: pd.DataFrame) -> None:
        self._df = df

    def __repr__(self) -> str:
        public = (name for name in dir(self) if not name.startswith("_"))
        return "<synerise: " + ", ".join(f".{name}" for name in public) + ">"

    @property
    def kind(self) -> str:
        """Kind of the frame, from its ``attrs`` or else its columns.

        Raises
        ------
        ConfigError
            If neither tells.
        """
        return recognise(self._df)

    @property
    def plot(self) -> Plot:
        """Pictures: ``df.synerise.plot()``, or by name, ``df.synerise.plot.trend()``."""
        return Plot(self._df)

    def compare(self, baseline: pd.DataFrame) -> pd.DataFrame:
        """Put the frame beside another of its kind: this period and the one before, say.

        Parameters
        ----------
        baseline : DataFrame
            The other frame, as it was calculated.

        Returns
        -------
        DataFrame
            What a row is about, then value, baseline, difference, change; see
            :func:`synerise_frames.comparing.compare_periods`.

        Raises
        ------
        ConfigError
            If the kinds, the dimensions or the widths of buckets differ.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> old = sf.frames.metric({"result": 80, "metricData": {"title": "Revenue"}})
        >>> new = sf.frames.metric({"result": 100, "metricData": {"title": "Revenue"}})
        >>> new.synerise.compare(old)["difference"].tolist()
        [20.0]
        """
        return compare_periods(self._df, baseline)

    def explain(self) -> str:
        """Say where the frame comes from; see :func:`synerise_frames.provenance.explain`."""
        return provenance.explain(self._df)

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write the frame to one Parquet file.

        Parameters
        ----------
        path : str or path-like
            File to write; its folder has to exist. The file appears whole or not at all.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        ConfigError
            If the file cannot be written.
        """
        # pyarrow's Parquet part takes 15 ms to import: only who writes pays for it.
        parquet = import_module("synerise_frames.export.parquet")
        written: Path = parquet.to_parquet(self._df, path)
        return written


def register() -> None:
    """Make ``df.synerise`` available; again is no harm (pandas would warn)."""
    if getattr(pd.DataFrame, NAME, None) is not SyneriseAccessor:
        pd.api.extensions.register_dataframe_accessor(NAME)(SyneriseAccessor)
