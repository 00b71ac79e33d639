"""Funnels: how far profiles come, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from synerise_frames import frames
from synerise_frames.kinds.context import View
from synerise_frames.kinds.overridable import Overridable
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import Dates, Variables, Width
from synerise_frames.wire.memory import Fresh


class Funnels(Overridable):
    """The funnels of a workspace: ``ws.funnels``."""

    kind = "funnel"
    family = "funnels"

    def calculate(
        self,
        funnel_id: str,
        *,
        dates: Dates = None,
        interval: Width = None,
        filter: Mapping[str, Any] | None = None,  # noqa: A002
        variables: Variables = None,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a funnel (operation "Recalculate funnel with parameter override").

        Parameters
        ----------
        funnel_id : str
            Id of the funnel; ``find(name)`` gives it.
        dates : Window or dict, optional
            ``sf.last(…)`` or ``sf.between(…)``; the funnel's own window where left out.
        interval : str, Timedelta, Interval or dict, optional
            Passed on; what a funnel does with it is not documented.
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
            group, name (``string``), step, value (``Int64``), share_of_first, share_of_previous,
            time_from_previous (``Float64``, as sent, no unit): a row a step and group.

        Raises
        ------
        NotFound
            If there is no such funnel.
        PathNotVerified
            If the server does not know the path, which the reference does not print.
        ShapeError
            If the answer cannot be read.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     funnel = ws.funnels.calculate(ws.funnels.find("Campaign to coupon to basket"))
        >>> funnel["step"].tolist()
        [1, 2, 3]
        """
        filter, variables = hide(filter), hide(variables)  # noqa: A001
        view = View(funnel_id, dates, interval, strict, Fresh(max_age, refresh))
        return self._calculated("funnels.calculate", view, filter=filter, variables=variables)

    def _read(self, payload: Any, view: View) -> pd.DataFrame:
        return frames.funnel(payload, strict=view.strict)
