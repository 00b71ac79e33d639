"""A workspace: its kinds of analyses as sub-namespaces, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

import pandas as pd

from synerise_frames.kinds.aggregates import Aggregates
from synerise_frames.kinds.catalog import catalog
from synerise_frames.kinds.context import Context
from synerise_frames.kinds.expressions import Expressions
from synerise_frames.kinds.funnels import Funnels
from synerise_frames.kinds.histograms import Histograms
from synerise_frames.kinds.metrics import Metrics
from synerise_frames.kinds.reports import Reports
from synerise_frames.kinds.sankeys import Sankeys
from synerise_frames.kinds.segmentations import Segmentations
from synerise_frames.kinds.trends import Trends


class Workspace:
    """One workspace of the Analytics Suite; made by ``sf.connect()`` or ``sf.demo()``.

    Attributes
    ----------
    trends, histograms, funnels, reports, metrics, sankeys, segmentations, aggregates, expressions
        What can be listed and calculated, one namespace a kind.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     ws
    <Workspace demo (America/New_York)>
    """

    def __init__(self, context: Context, on_close: Callable[[], None] | None = None) -> None:
        self._context = context
        self._on_close = on_close
        self.trends = Trends(context)
        self.histograms = Histograms(context)
        self.funnels = Funnels(context)
        self.reports = Reports(context)
        self.metrics = Metrics(context)
        self.sankeys = Sankeys(context)
        self.segmentations = Segmentations(context)
        self.aggregates = Aggregates(context)
        self.expressions = Expressions(context)

    def catalog(self) -> pd.DataFrame:
        """List every analysis of every kind.

        Trends are those named with ``ws.trends.remember``: the API has no list of them.

        Returns
        -------
        DataFrame
            One row an analysis, with the columns of ``sf.schema.describe("listing")``.

        Raises
        ------
        SyneriseError
            If a list cannot be had; the class and the hint say why.
        """
        return catalog(
            self.trends,
            self.histograms,
            self.funnels,
            self.reports,
            self.metrics,
            self.sankeys,
            self.segmentations,
            self.aggregates,
            self.expressions,
        )

    def close(self) -> None:
        """Close all connections; the embedded workspace ends with it."""
        try:
            self._context.api.close()
        finally:
            if self._on_close:
                self._on_close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Workspace {self._context.alias} ({self._context.tz or 'UTC, no tz given'})>"
