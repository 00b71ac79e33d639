"""Histograms: several metrics side by side over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from synerise_frames import frames
from synerise_frames.kinds.context import View
from synerise_frames.kinds.overridable import Overridable
from synerise_frames.kinds.zones import warn_of_zone
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import Dates, Variables, Width
from synerise_frames.wire.memory import Fresh


class Histograms(Overridable):
    """The histograms of a workspace: ``ws.histograms``."""

    kind = "histogram"
    family = "histograms"

    def calculate(
        self,
        histogram_id: str,
        *,
        dates: Dates = None,
        interval: Width = None,
        filter: Mapping[str, Any] | None = None,  # noqa: A002
        variables: Variables = None,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a histogram (operation "Calculate histogram with parameter override").

        Parameters
        ----------
        histogram_id : str
            Id of the histogram; ``find(name)`` gives it.
        dates : Window or dict, optional
            ``sf.last(…)`` or ``sf.between(…)``; the histogram's own window where left out.
        interval : str, Timedelta, Interval or dict, optional
            Width of a bucket. A "month" is 30 days here, says the vendor.
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
            series_id, series (``string``), bucket_start, bucket_end (``datetime64[us, tz]``),
            value (``Float64``), is_partial (``boolean``): a row a bucket and series.

        Raises
        ------
        NotFound
            If there is no such histogram.
        PathNotVerified
            If the server does not know the path, which the reference does not print.
        ShapeError
            If the answer cannot be read.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     weeks = ws.histograms.calculate(ws.histograms.find("Revenue and baskets per week"))
        >>> weeks["series"].unique().tolist()
        ['Revenue', 'Baskets']
        """
        filter, variables = hide(filter), hide(variables)  # noqa: A001
        view = View(histogram_id, dates, interval, strict, Fresh(max_age, refresh))
        return self._calculated("histograms.calculate", view, filter=filter, variables=variables)

    def _read(self, payload: Any, view: View) -> pd.DataFrame:
        known = self._context.timeline(view.dates, view.interval)
        return warn_of_zone(frames.histogram(payload, strict=view.strict, **known), known)
