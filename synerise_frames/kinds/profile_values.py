"""What aggregates and expressions share: one value for one profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pandas as pd

from synerise_frames import frames
from synerise_frames.kinds.checks import checked_id, checked_profile
from synerise_frames.kinds.context import View
from synerise_frames.kinds.visible import Visible
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import analysis_body, identifier_type, profile_body
from synerise_frames.wire.memory import Fresh


class ProfileValues(Visible):
    """A kind that is calculated for one profile at a time, and how its answers are read."""

    _reader: ClassVar[Callable[..., pd.DataFrame]]
    _preview_reader: ClassVar[Callable[..., pd.DataFrame]]

    def calculate(
        self,
        analysis_id: str,
        profile: str | int,
        by: str = "id",
        *,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate the value for one profile ("Calculate … for profile").

        Parameters
        ----------
        analysis_id : str
            Id of the analysis; ``find(name)`` gives it.
        profile : str or int
            Identifier of the profile.
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
            profile, client_id, analysis_id, name, result, result_type (``string``), value
            (``Float64``, the result read as a number): one row.

        Raises
        ------
        NotFound
            If there is no such analysis or profile; the message says which.
        """
        profile = hide(profile)
        profile = checked_profile(profile, by, self.family)
        analysis_id = checked_id(analysis_id, self.kind)
        with self._told_names(analysis_id):
            return self._context.frame(
                f"{self.family}.calculate",
                lambda payload: self._reader(payload, strict=strict, profile=str(profile)),
                View(analysis_id, strict=strict, fresh=Fresh(max_age, refresh)),
                path={**self._path(analysis_id), "identifierType": identifier_type(by)},
                body=profile_body(profile),
            )

    def preview(
        self,
        analysis: Mapping[str, Any],
        profile: str | int,
        by: str = "id",
        *,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a definition for one profile without saving it.

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes.
        profile : str or int
            Identifier of the profile.
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
            The columns of :meth:`calculate`.

        Raises
        ------
        InvalidRequest
            If the server does not accept the definition.
        """
        analysis, profile = hide(analysis), hide(profile)
        profile = checked_profile(profile, by, self.family)
        return self._context.frame(
            f"{self.family}.preview",
            lambda payload: self._preview_reader(payload, strict=strict, profile=str(profile)),
            View(strict=strict, fresh=Fresh(max_age, refresh)),
            path={"identifierType": identifier_type(by)},
            body=analysis_body(analysis, field=self.kind, **profile_body(profile)),
        )

    def card(
        self,
        profile: str | int,
        by: str = "id",
        *,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Give the values on a profile's card ("Get … for profile card").

        Parameters
        ----------
        profile : str or int
            Identifier of the profile.
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
            The columns of :meth:`calculate`: a row an analysis on the card.

        Raises
        ------
        NotFound
            If there is no such profile.
        """
        profile = hide(profile)
        profile = checked_profile(profile, by, self.family)
        return self._context.frame(
            f"{self.family}.card",
            lambda payload: frames.card(
                payload, strict=strict, profile=str(profile), kind=self.kind
            ),
            View(strict=strict, fresh=Fresh(max_age, refresh)),
            path={"identifierType": identifier_type(by)},
            body=profile_body(profile),
        )
