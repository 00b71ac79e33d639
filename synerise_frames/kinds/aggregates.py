"""Aggregates: what a profile's events add up to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from synerise_frames import frames
from synerise_frames.kinds.checks import checked_id, checked_profile
from synerise_frames.kinds.context import View
from synerise_frames.kinds.mistaken import refuse_all_but_ids
from synerise_frames.kinds.profile_values import ProfileValues
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import (
    Dates,
    Variables,
    Width,
    aggregate_by,
    date_filter,
    profile_body,
    variable_list,
)
from synerise_frames.wire.memory import Fresh


class Aggregates(ProfileValues):
    """The aggregates of a workspace: ``ws.aggregates``.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     spend = ws.aggregates.calculate(ws.aggregates.find("Spend"), 1)
    >>> spend[["profile", "name", "result_type"]].values.tolist()
    [['1', 'Spend', 'number']]
    """

    kind = "aggregate"
    family = "aggregates"
    _reader = staticmethod(frames.aggregate)
    _preview_reader = staticmethod(frames.aggregate_preview)

    def create(
        self,
        analysis: Mapping[str, Any],
        *,
        is_visible_for_client_profile: bool | None = None,
        preview_default_object_id: int | None = None,
        allow_unverified: bool = False,
    ) -> str:
        """Save a new definition ("Create aggregate").

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes, or the whole of
            ``get(id)``.
        is_visible_for_client_profile : bool, optional
            Show it on profiles' cards; from the whole of ``get(id)``, else not.
        preview_default_object_id : int, optional
            As the API says.
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
        return self._created(
            analysis,
            allow_unverified,
            isVisibleForClientProfile=is_visible_for_client_profile,
            previewDefaultObjectId=preview_default_object_id,
        )

    def update(
        self,
        analysis_id: str,
        analysis: Mapping[str, Any],
        *,
        is_visible_for_client_profile: bool | None = None,
        preview_default_object_id: int | None = None,
        allow_unverified: bool = False,
    ) -> None:
        """Replace a definition ("Update aggregate").

        Parameters
        ----------
        analysis_id : str
            Id of the definition.
        analysis, is_visible_for_client_profile, preview_default_object_id
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
        self._updated(
            analysis_id,
            analysis,
            allow_unverified,
            isVisibleForClientProfile=is_visible_for_client_profile,
            previewDefaultObjectId=preview_default_object_id,
        )

    def history(
        self,
        aggregate_id: str,
        client_id: str | int,
        *,
        dates: Dates = None,
        interval: Width = "1D",
        variables: Variables = None,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate an aggregate for one profile over time.

        From the operation "Calculate aggregate for profile with period conditions".

        Parameters
        ----------
        aggregate_id : str
            Id of the aggregate; ``find(name)`` gives it.
        client_id : str or int
            The profile's id; the API takes no other identifier here.
        dates : Window or dict, optional
            ``sf.last(…)`` or ``sf.between(…)``; no date filter where left out.
        interval : str, Timedelta, Interval or dict, default "1D"
            Width of a bucket; the API requires one.
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
            aggregate_id, profile (``string``), bucket_start, bucket_end
            (``datetime64[us, tz]``), value (``Float64``), is_partial (``boolean``).

        Raises
        ------
        NotFound
            If there is no such aggregate or profile.
        """
        client_id = hide(client_id)
        client_id = checked_profile(client_id, "", self.family)
        refuse_all_but_ids(client_id)
        variables = hide(variables)
        aggregate_id = checked_id(aggregate_id, self.kind)
        client = profile_body(client_id)["identifierValue"]
        with self._told_names(aggregate_id):
            return self._context.frame(
                "aggregates.history",
                lambda payload: frames.aggregate_history(
                    payload,
                    strict=strict,
                    aggregate_id=aggregate_id,
                    profile=client,
                    **self._context.timeline(dates, interval),
                ),
                View(aggregate_id, dates, interval, strict, Fresh(max_age, refresh)),
                path={"aggregateId": aggregate_id, "clientId": client},
                body={
                    "variables": variable_list(variables),
                    "dateFilter": date_filter(dates, self._context.tz),
                    "aggregateDataBy": aggregate_by(interval),
                },
            )
