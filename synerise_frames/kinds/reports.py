"""Reports: metrics by dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from synerise_frames import frames
from synerise_frames.frames.find import names_of
from synerise_frames.kinds.context import View
from synerise_frames.kinds.overridable import Overridable
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import Dates, Variables, Width, analysis_body
from synerise_frames.wire.memory import Fresh


class Reports(Overridable):
    """The reports of a workspace: ``ws.reports``."""

    kind = "report"
    family = "reports"

    def calculate(
        self,
        report_id: str,
        *,
        dates: Dates = None,
        interval: Width = None,
        filter: Mapping[str, Any] | None = None,  # noqa: A002
        variables: Variables = None,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a report.

        Without overrides: operation "Recalculate report"; with any: "Calculate report with
        override".

        Parameters
        ----------
        report_id : str
            Id of the report; ``find(name)`` gives it.
        dates : Window or dict, optional
            ``sf.last(…)`` or ``sf.between(…)``; the report's own window where left out.
        interval : str, Timedelta, Interval or dict, optional
            Passed on; what a report does with it is not documented.
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
            row (``Int64``), a ``string`` column for each dimension, metric (``string``), value
            (``Float64``): a row for each row of the report and metric.

        Raises
        ------
        NotFound
            If there is no such report.
        PathNotVerified
            If the server does not know the path, which the reference does not print.
        ShapeError
            If the answer cannot be read.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     report = ws.reports.calculate(ws.reports.find("Revenue by department and brand"))
        >>> report.columns.tolist()
        ['row', 'department', 'brand', 'metric', 'value']
        """
        filter, variables = hide(filter), hide(variables)  # noqa: A001
        view = View(report_id, dates, interval, strict, Fresh(max_age, refresh))
        plain = dates is None and interval is None and filter is None and variables is None
        if plain:
            return self._recalculated(view)
        return self._calculated(
            "reports.calculate_override", view, filter=filter, variables=variables
        )

    def create(
        self,
        analysis: Mapping[str, Any],
        *,
        allow_null: bool | None = None,
        allow_unverified: bool = False,
    ) -> str:
        """Save a new definition ("Create report analysis").

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes, or the whole of
            ``get(id)``.
        allow_null : bool, optional
            Keep groups whose dimension is null; from the whole of ``get(id)``, else as the
            server decides.
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
        return self._created(analysis, allow_unverified, allowNull=allow_null)

    def update(
        self,
        analysis_id: str,
        analysis: Mapping[str, Any],
        *,
        allow_null: bool | None = None,
        allow_unverified: bool = False,
    ) -> None:
        """Replace a definition ("Update report analysis").

        Parameters
        ----------
        analysis_id : str
            Id of the definition.
        analysis, allow_null
            As for :meth:`create`.
        allow_unverified : bool, default False
            Write although the path is not printed in the reference.

        Raises
        ------
        NotFound
            If there is no such definition.
        PathNotVerified
            If the path is a guess and `allow_unverified` is not set; nothing was sent.
        """
        analysis = hide(analysis)
        self._updated(analysis_id, analysis, allow_unverified, allowNull=allow_null)

    def preview(
        self,
        analysis: Mapping[str, Any],
        *,
        allow_null: bool = True,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a definition without saving it.

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes.
        allow_null : bool, default True
            Keep groups whose dimension is null.
        strict : bool, default False
            Raise where the answer holds anything unexpected.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        DataFrame
            The columns of :meth:`calculate`.

        Raises
        ------
        InvalidRequest
            If the server does not accept the definition.
        """
        analysis = hide(analysis)
        view = View(strict=strict, fresh=Fresh(max_age, refresh))
        return self._previewed(analysis, view, allowNull=allow_null)

    def _read(self, payload: Any, view: View) -> pd.DataFrame:
        return frames.report(payload, strict=view.strict)

    def preview_csv(
        self,
        analysis: Mapping[str, Any],
        *,
        allow_null: bool = True,
        metrics: Sequence[str] | None = None,
        dimensions: Sequence[str] | None = None,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a definition without saving it, through the API's CSV form.

        CSV does not tell numbers from texts, so dimensions that are numbers (hours, ids of
        stores) are taken for metrics unless `dimensions` names them; :meth:`preview` needs no
        such help.

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes.
        allow_null : bool, default True
            Keep groups whose dimension is null.
        metrics, dimensions : sequence of str, optional
            Titles of columns that are known to be one or the other.
        strict : bool, default False
            Raise where the answer holds anything unexpected.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        DataFrame
            The columns of :meth:`calculate`.

        Raises
        ------
        InvalidRequest
            If the server does not accept the definition.
        """
        analysis = hide(analysis)
        return self._context.frame(
            "reports.preview_csv",
            lambda text: frames.report_csv(
                text, strict=strict, metrics=metrics, dimensions=dimensions
            ),
            View(strict=strict, fresh=Fresh(max_age, refresh)),
            body=analysis_body(analysis, allowNull=allow_null),
            reading=(names_of(metrics), names_of(dimensions)),
        )
