"""``df.synerise``: what a frame of this library can do beyond being a DataFrame."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from synerise_frames import provenance
from synerise_frames.comparing import compare_periods
from synerise_frames.plotting import pictures
from synerise_frames.plotting.recognise import PICTURES, recognise

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Plot", "SyneriseAccessor", "register"]

NAME = "synerise"


class Plot:
    """Pictures of one frame: call it, or a method of it. Options as in ``plotting``."""

    __slots__ = ("_df",)

    def __init__(self, df: pd.DataFrame) -> None:
        self._df = df

    def __call__(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the frame as its kind is drawn; see :func:`synerise_frames.plotting.plot`."""
        return pictures.plot(self._df, ax, **options)

    def __repr__(self) -> str:
        return "<synerise plot: call it, or " + ", ".join(f".{k}()" for k in PICTURES) + ">"

    def trend(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw lines over time; see :func:`synerise_frames.plotting.trend`."""
        return pictures.trend(self._df, ax, **options)

    def histogram(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw bars per bucket; see :func:`synerise_frames.plotting.histogram`."""
        return pictures.histogram(self._df, ax, **options)

    def aggregate_history(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw an aggregate over time; see :func:`synerise_frames.plotting.aggregate_history`."""
        return pictures.aggregate_history(self._df, ax, **options)

    def funnel(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw steps and losses; see :func:`synerise_frames.plotting.funnel`."""
        return pictures.funnel(self._df, ax, **options)

    def report(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw bars or a heat map; see :func:`synerise_frames.plotting.report`."""
        return pictures.report(self._df, ax, **options)

    def metric(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Write big numbers; see :func:`synerise_frames.plotting.metric`."""
        return pictures.metric(self._df, ax, **options)

    def sankey(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw flows; see :func:`synerise_frames.plotting.sankey`."""
        return pictures.sankey(self._df, ax, **options)

    def segmentation(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw segments and shares; see :func:`synerise_frames.plotting.segmentation`."""
        return pictures.segmentation(self._df, ax, **options)

    def segment_profiles(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw profiles by segment; see :func:`synerise_frames.plotting.segment_profiles`."""
        return pictures.segment_profiles(self._df, ax, **options)

    def membership(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw a matrix of membership; see :func:`synerise_frames.plotting.membership`."""
        return pictures.membership(self._df, ax, **options)

    def aggregate(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw values over profiles; see :func:`synerise_frames.plotting.aggregate`."""
        return pictures.aggregate(self._df, ax, **options)

    def expression(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw values over profiles; see :func:`synerise_frames.plotting.expression`."""
        return pictures.expression(self._df, ax, **options)

    def ledger(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw what became of a bulk run; see :func:`synerise_frames.plotting.ledger`."""
        return pictures.ledger(self._df, ax, **options)

    def comparison(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw two periods side by side; see :func:`synerise_frames.plotting.comparison`."""
        return pictures.comparison(self._df, ax, **options)

    def changes(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw what changed; see :func:`synerise_frames.plotting.changes`."""
        return pictures.changes(self._df, ax, **options)


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
