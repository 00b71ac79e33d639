"""Trends: occurrences of events over time."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from synerise_frames import frames
from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import ConfigError, NotFound, SyneriseWarning
from synerise_frames.kinds.checks import checked_id
from synerise_frames.kinds.composed import as_old_as, origin_of
from synerise_frames.kinds.context import Context, View
from synerise_frames.kinds.overridable import Overridable
from synerise_frames.kinds.showing import listed_names
from synerise_frames.kinds.zones import warn_of_zone
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import Dates, Variables, Width
from synerise_frames.wire.memory import Answer, Fresh


class Trends(Overridable):
    """The trends of a workspace: ``ws.trends``."""

    kind = "trend"
    family = "trends"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._remembered: dict[str, None] = {}  # a dict keeps the order

    def calculate(
        self,
        trend_id: str,
        *,
        dates: Dates = None,
        interval: Width = None,
        filter: Mapping[str, Any] | None = None,  # noqa: A002
        variables: Variables = None,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a trend (operation "Calculate trend with parameter override").

        Parameters
        ----------
        trend_id : str
            Id of the trend; ``find(name)`` gives it.
        dates : Window or dict, optional
            ``sf.last(…)`` or ``sf.between(…)``; the trend's own window where left out.
        interval : str, Timedelta, Interval or dict, optional
            Width of a bucket: ``"1D"``, ``"1h"``, ``"7D"``, ``"1M"``.
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
            If there is no such trend.
        PathNotVerified
            If the server does not know the path, which the reference does not print.
        ShapeError
            If the answer cannot be read.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     trend = ws.trends.find("Baskets per day")
        ...     len(ws.trends.calculate(trend, dates=sf.last(7, "days"), interval="1D"))
        7
        """
        filter, variables = hide(filter), hide(variables)  # noqa: A001
        view = View(trend_id, dates, interval, strict, Fresh(max_age, refresh))
        return self._calculated("trends.calculate", view, filter=filter, variables=variables)

    def _read(self, payload: Any, view: View) -> pd.DataFrame:
        known = self._context.timeline(view.dates, view.interval)
        return warn_of_zone(frames.trend(payload, strict=view.strict, **known), known)

    def create(self, analysis: Mapping[str, Any], *, allow_unverified: bool = False) -> str:
        """Save a new definition, and remember it: the API has no list of trends.

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes, or the whole of
            ``get(id)``.
        allow_unverified : bool, default False
            Write although the path is not printed in the reference.

        Returns
        -------
        str
            The new definition's id.

        Raises
        ------
        PathNotVerified
            If the path is a guess and `allow_unverified` is not set; nothing was sent.
        InvalidRequest
            If the server does not accept the definition.
        """
        analysis = hide(analysis)
        trend_id = super().create(analysis, allow_unverified=allow_unverified)
        self.remember(trend_id)
        return trend_id

    def delete(self, analysis_id: str) -> None:
        """Delete a definition, and forget it.

        Parameters
        ----------
        analysis_id : str
            Its id; ``find(name)`` gives it.

        Raises
        ------
        NotFound
            If there is no such trend.
        """
        super().delete(analysis_id)
        self._remembered.pop(checked_id(analysis_id, self.kind), None)

    def remember(self, *trend_ids: str) -> None:
        """Tell the workspace which trends there are.

        The API has no list of trends, so :meth:`list`, :meth:`find` and ``ws.catalog()`` know
        those that you name here (an id is in the address of the trend in the web application).
        ``sf.demo()`` has named its own.

        Parameters
        ----------
        *trend_ids : str
            Ids of trends.
        """
        for trend_id in trend_ids:
            self._remembered.setdefault(checked_id(trend_id, self.kind))

    def forget(self, *trend_ids: str) -> None:
        """Undo :meth:`remember`.

        Parameters
        ----------
        *trend_ids : str
            Ids of trends.
        """
        for trend_id in trend_ids:
            self._remembered.pop(checked_id(trend_id, self.kind), None)

    def _there(self, fresh: Fresh) -> Sequence[Answer]:
        """Get the details of all that were named and are there."""
        there = []
        for trend_id in tuple(self._remembered):
            try:
                there.append(self._details(trend_id, fresh))
            except NotFound:
                warnings.warn(
                    f"The trend {trend_id!r} is not there; ws.trends.forget({trend_id!r}) "
                    "leaves it out without a warning.",
                    SyneriseWarning,
                    stacklevel=depth_of_caller(),
                )
        return there

    def list(
        self,
        search: str | None = None,
        *,
        max_age: float | None = None,
        refresh: bool = False,
        **query: str | int | Iterable[str],
    ) -> pd.DataFrame:
        """List the trends that were named with :meth:`remember`, from their details.

        The API has no list of trends; no list of *all* trends can be had. Other parameters
        of lists than `search` do not exist here.

        Parameters
        ----------
        search : str, optional
            Text to look for in the names, upper or lower case.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.
        **query : str, int or list of str
            Refused.

        Returns
        -------
        DataFrame
            One row a trend, with the columns of ``sf.schema.describe("listing")``.

        Raises
        ------
        ConfigError
            If a query parameter is given, or `search` is no text.

        Warns
        -----
        SyneriseWarning
            If a remembered trend is not there any more; it is left out.
        """
        if query:
            raise ConfigError(
                f"Trends cannot be listed by {', '.join(query)}.",
                hint="The API has no list of trends; only search= works, on those remembered.",
            )
        if not isinstance(search, str | None):
            raise ConfigError(f"search={search!r} is no text.", hint="Give a part of a name.")
        there = self._there(Fresh(max_age, refresh))
        rows = [details.payload for details in there]
        if search is not None:
            rows = [row for row in rows if search.lower() in str(row.get("name")).lower()]
        # The definition itself is no part of a list's row.
        rows = [{k: v for k, v in row.items() if k != "analysis"} for row in rows]
        frame = frames.listing(rows, tz=self._context.tz, kind=self.kind)
        frame.attrs["complete"] = False
        if search is None:
            self._listed = listed_names(frame)
        if there:
            self._context.stamped(frame, "trends.get", there[0])
        return as_old_as(frame, *map(origin_of, there))

    def _close(self, name: str, listed: pd.DataFrame) -> str:
        if listed.empty:
            return (
                "The API has no list of trends: name them with ws.trends.remember(id), "
                "or use the id from the trend's address in the web application."
            )
        return super()._close(name, listed)
