"""What aggregates and expressions share: one value for one profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pandas as pd

from synerise_frames import frames
from synerise_frames.kinds.base import checked_id
from synerise_frames.kinds.visible import Visible
from synerise_frames.wire.bodies import analysis_body, identifier_type, profile_body


class ProfileValues(Visible):
    """A kind that is calculated for one profile at a time, and how its answers are read."""

    _reader: ClassVar[Callable[..., pd.DataFrame]]
    _preview_reader: ClassVar[Callable[..., pd.DataFrame]]

    def calculate(
        self, analysis_id: str, profile: str | int, by: str = "id", *, strict: bool = False
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
        analysis_id = checked_id(analysis_id, self.kind)
        operation = f"{self.family}.calculate"
        answer = self._context.api.call(
            operation,
            path={f"{self.kind}Id": analysis_id, "identifierType": identifier_type(by)},
            body=profile_body(profile),
        )
        frame = self._reader(answer.payload, strict=strict, profile=str(profile))
        return self._context.stamped(frame, operation, answer, analysis_id=analysis_id)

    def preview(
        self,
        analysis: Mapping[str, Any],
        profile: str | int,
        by: str = "id",
        *,
        strict: bool = False,
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

        Returns
        -------
        DataFrame
            The columns of :meth:`calculate`.

        Raises
        ------
        InvalidRequest
            If the server does not accept the definition.
        """
        operation = f"{self.family}.preview"
        body = analysis_body(analysis, field=self.kind, **profile_body(profile))
        path = {"identifierType": identifier_type(by)}
        answer = self._context.api.call(operation, path=path, body=body)
        frame = self._preview_reader(answer.payload, strict=strict, profile=str(profile))
        return self._context.stamped(frame, operation, answer)

    def card(self, profile: str | int, by: str = "id", *, strict: bool = False) -> pd.DataFrame:
        """Give the values on a profile's card ("Get … for profile card").

        Parameters
        ----------
        profile : str or int
            Identifier of the profile.
        by : {"id", "uuid", "email", "custom_identify"}, default "id"
            What `profile` is.
        strict : bool, default False
            Raise where the answer holds anything unexpected.

        Returns
        -------
        DataFrame
            The columns of :meth:`calculate`: a row an analysis on the card.

        Raises
        ------
        NotFound
            If there is no such profile.
        """
        operation = f"{self.family}.card"
        path = {"identifierType": identifier_type(by)}
        answer = self._context.api.call(operation, path=path, body=profile_body(profile))
        frame = frames.card(answer.payload, strict=strict, profile=str(profile), kind=self.kind)
        return self._context.stamped(frame, operation, answer)
