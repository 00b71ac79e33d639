"""Segmentations: groups of profiles, their sizes, and who is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from synerise_frames import frames
from synerise_frames.errors import ConfigError, ShapeError
from synerise_frames.kinds.checks import checked_id, checked_ids, checked_profile
from synerise_frames.kinds.composed import as_old_as
from synerise_frames.kinds.context import View
from synerise_frames.kinds.visible import Visible
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import (
    Variables,
    analysis_body,
    identifier_type,
    profile_body,
    variable_list,
)
from synerise_frames.wire.memory import Fresh
from synerise_frames.wire.operations import operation


class Segmentations(Visible):
    """The segmentations of a workspace: ``ws.segmentations``."""

    kind = "segmentation"
    family = "segmentations"

    def calculate(
        self,
        segmentation_id: str,
        *,
        variables: Variables = None,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a segmentation (operation "Calculate dynamic segmentation").

        Parameters
        ----------
        segmentation_id : str
            Id of the segmentation; ``find(name)`` gives it.
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
            segment_id, segment (``string``), value (``Int64``), share (``Float64``): a row a
            segment. ``attrs`` has total_contacts and excluded_contacts.

        Raises
        ------
        NotFound
            If there is no such segmentation.
        PathNotVerified
            If the server does not know the path, which the reference does not print.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     rhythm = ws.segmentations.calculate(ws.segmentations.find("Buying rhythm"))
        >>> rhythm["segment"].tolist()
        ['Champions', 'Regulars', 'Occasional', 'Rare']
        """
        variables = hide(variables)
        segmentation_id = checked_id(segmentation_id, self.kind)
        view = View(segmentation_id, strict=strict, fresh=Fresh(max_age, refresh))
        with self._told_names(segmentation_id):
            return self._context.frame(
                "segmentations.calculate",
                lambda payload: frames.segmentation(payload, strict=strict),
                view,
                path=self._path(segmentation_id),
                body={"variables": variable_list(variables)},
            )

    def preview(
        self,
        analysis: Mapping[str, Any],
        *,
        allow_null: bool = True,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a definition without saving it ("Preview segmentation").

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes.
        allow_null : bool, default True
            Passed on: null values can be included in the results.
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
            "segmentations.preview",
            lambda payload: frames.segmentation(payload, strict=strict),
            View(strict=strict, fresh=Fresh(max_age, refresh)),
            body=analysis_body(analysis, allowNull=allow_null),
        )

    def profiles(
        self,
        analysis: Mapping[str, Any],
        *,
        allow_null: bool = True,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """List the profiles in each segment ("Preview profiles in segmentation").

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]``.
        allow_null : bool, default True
            Passed on: null values can be included in the results.
        strict : bool, default False
            Raise where the answer holds anything unexpected.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        DataFrame
            segment (``Int64``, position from 0), profile_id, uuid, email, custom_id
            (``string``), then further attributes as they come.

        Raises
        ------
        InvalidRequest
            If the server does not accept the definition.
        """
        analysis = hide(analysis)
        return self._context.frame(
            "segmentations.profiles",
            lambda payload: frames.segment_profiles(payload, strict=strict),
            View(strict=strict, fresh=Fresh(max_age, refresh)),
            body=analysis_body(analysis, allowNull=allow_null),
        )

    def check(
        self,
        profile: str | int,
        segmentation_ids: Sequence[str],
        by: str = "id",
        *,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Check whether a profile is in segmentations ("Check if profile in segmentations").

        Parameters
        ----------
        profile : str or int
            Identifier of the profile.
        segmentation_ids : sequence of str
            Any number of ids; the API takes 10 a request, so they go in batches.
        by : {"id", "uuid", "email", "custom_identify"}, default "id"
            What `profile` is.
        strict : bool, default False
            Raise where the answer holds anything unexpected.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        DataFrame
            profile, segmentation_id, segmentation (``string``), member (``boolean``, missing
            where the answer is silent): a row an id, in the order asked,
            each id once.

        Raises
        ------
        NotFound
            If there is no such profile.
        """
        profile = hide(profile)
        profile = checked_profile(profile, by, self.family)
        asked = [*dict.fromkeys(checked_ids(segmentation_ids, self.kind))]
        limits = operation("segmentations.check").limits
        size = (limits.items if limits else None) or len(asked)
        view = View(strict=strict, fresh=Fresh(max_age, refresh))
        read = [
            self._checked(profile, identifier_type(by), asked[i : i + size], view)
            for i in range(0, len(asked), size)
        ]
        if not read:
            return frames.membership([], profile=str(profile))
        frame = pd.concat(read, ignore_index=True)
        frame.attrs = read[0].attrs
        return as_old_as(frame, *(part.attrs for part in read))

    def _checked(
        self, profile: str | int, identifier: str, asked: Sequence[str], view: View
    ) -> pd.DataFrame:
        """Check one batch."""
        names = {one: name for one in asked if (name := self._context.names.get(one))}
        return self._context.frame(
            "segmentations.check",
            lambda payload: frames.membership(
                payload,
                strict=view.strict,
                profile=str(profile),
                asked=asked,
                names=names,
            ),
            view,
            path={"identifierType": identifier},
            body=profile_body(profile, segmentationIds=asked),
            reading=names,
        )

    def first_match(
        self, profile: str | int, candidates: Sequence[Mapping[str, Any]], by: str = "id"
    ) -> str | None:
        """Give the id of the first candidate that matches a profile.

        Parameters
        ----------
        profile : str or int
            Identifier of the profile.
        candidates : sequence of dict
            Objects to check in order. Their inner form is not in the reference; the demo
            workspace takes ``{"id": …, "segmentationIds": […]}``.
        by : {"id", "uuid", "email", "custom_identify"}, default "id"
            What `profile` is.

        Returns
        -------
        str or None
            The candidate's ``id``, or ``None`` where nothing matches.

        Raises
        ------
        NotFound
            If there is no such profile.
        """
        profile, candidates = hide(profile), hide(candidates)
        profile = checked_profile(profile, by, self.family)
        if not all(isinstance(candidate, Mapping) for candidate in candidates):
            raise ConfigError(
                "Candidates of first_match are objects, not ids.",
                hint='Write {"id": "any-id", "segmentationIds": [...]}; check() takes plain ids.',
            )
        answer = self._context.api.call(
            "segmentations.first_match",
            path={"identifierType": identifier_type(by)},
            body=profile_body(profile, segmentations=[dict(c) for c in candidates]),
        )
        if answer.payload is not None and not isinstance(answer.payload, str):
            raise ShapeError(
                f"First match: {type(answer.payload).__name__} where an id or null was expected.",
                hint="ws.segmentations.check(...) tells membership one by one.",
            )
        return answer.payload or None

    def card(
        self,
        profile: str | int,
        by: str = "id",
        *,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Give the segmentations on a profile's card ("Get segmentations for profile card").

        Parameters
        ----------
        profile : str or int
            Who.
        by : {"id", "uuid", "email", "custom_identify"}, default "id"
            What `profile` is.
        strict : bool, default False
            Raise where the answer holds anything unexpected.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        DataFrame
            The columns of :meth:`check`.

        Raises
        ------
        NotFound
            If there is no such profile.
        """
        profile = hide(profile)
        profile = checked_profile(profile, by, self.family)
        return self._context.frame(
            "segmentations.card",
            lambda payload: frames.membership(payload, strict=strict, profile=str(profile)),
            View(strict=strict, fresh=Fresh(max_age, refresh)),
            path={"identifierType": identifier_type(by)},
            body=profile_body(profile),
        )
