"""Metrics: one figure for the whole workspace."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from synerise_frames import frames
from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import ShapeError, SyneriseWarning
from synerise_frames.kinds.context import View
from synerise_frames.kinds.overridable import Overridable
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import Dates, Variables, Width
from synerise_frames.wire.memory import Fresh


class Metrics(Overridable):
    """The metrics of a workspace: ``ws.metrics``."""

    kind = "metric"
    family = "metrics"

    def calculate(
        self,
        metric_id: str,
        *,
        dates: Dates = None,
        interval: Width = None,
        filter: Mapping[str, Any] | None = None,  # noqa: A002
        variables: Variables = None,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a metric.

        Without overrides: operation "Calculate metric"; with `variables` alone: "Calculate
        dynamic metric"; with others: "Calculate metric with parameter override".

        Parameters
        ----------
        metric_id : str
            Id of the metric; ``find(name)`` gives it.
        dates : Window or dict, optional
            ``sf.last(…)`` or ``sf.between(…)``; the metric's own window where left out.
        interval : str, Timedelta, Interval or dict, optional
            Passed on with a warning: a metric is one figure, whatever the interval.
        filter : dict, optional
            Limits the profiles; opaque, taken from an existing definition. ``{}`` is no filter.
        variables : dict or list, optional
            Values of dynamic keys.
        strict : bool, default False
            Raise where the answer holds anything unexpected.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        DataFrame
            metric_id, metric (``string``), value (``Float64``): one row.

        Raises
        ------
        NotFound
            If there is no such metric.
        PathNotVerified
            If the server does not know the path, which the reference does not print.
        ShapeError
            If the answer cannot be read.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     baskets = ws.metrics.calculate(ws.metrics.find("Baskets"))
        >>> int(baskets["value"].item())
        155848
        """
        filter, variables = hide(filter), hide(variables)  # noqa: A001
        if interval is not None:
            warnings.warn(
                "A metric is one figure: interval= is passed on, but there are no buckets in its "
                "answer. For values in time calculate a trend or a histogram.",
                SyneriseWarning,
                stacklevel=depth_of_caller(),
            )
        view = View(metric_id, dates, interval, strict, Fresh(max_age, refresh))
        if dates is None and interval is None and filter is None:
            if variables is None:
                return self._recalculated(view)
            return self._dynamic(view, variables)
        return self._calculated(
            "metrics.calculate_override", view, filter=filter, variables=variables
        )

    def _read(self, payload: Any, view: View) -> pd.DataFrame:
        return frames.metric(
            payload,
            strict=view.strict,
            metric_id=view.analysis_id,
            name=self._context.names.get(view.analysis_id or ""),
        )

    def histogram_metrics(self) -> pd.DataFrame:
        """List the metrics that histograms can use ("Get metrics usable in histograms").

        Returns
        -------
        DataFrame
            The columns of ``sf.schema.describe("listing")``, then what else is sent.
        """
        return self._available("metrics.histogram_metrics")

    def recommendation_metrics(self) -> pd.DataFrame:
        """List the metrics that recommendations can use ("Check available metrics").

        Returns
        -------
        DataFrame
            The columns of ``sf.schema.describe("listing")``, then what else is sent.
        """
        return self._available("metrics.recommendation_metrics")

    def recommendation_metric_ids(self) -> Sequence[str]:
        """List the ids of metrics that recommendations can use.

        Returns
        -------
        list of str
            From the operation "Retrieve IDs of available metrics (recommendations)".
        """
        answer = self._context.api.call("metrics.recommendation_metric_ids")
        if not isinstance(answer.payload, list):
            raise ShapeError(
                "Recommendation metrics: the answer is no list of ids.",
                hint="Check host= and paths=.",
            )
        return [str(metric_id) for metric_id in answer.payload]

    def _available(self, operation: str) -> pd.DataFrame:
        answer = self._context.api.call(operation)
        frame = frames.listing(answer.payload, tz=self._context.tz, kind=self.kind)
        return self._context.stamped(frame, operation, answer)
