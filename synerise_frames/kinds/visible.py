"""Kinds whose definitions say whether a profile's card shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.kinds.base import Kind
from synerise_frames.redact import hide


class Visible(Kind):
    """A kind that may be shown on a profile's card."""

    def create(
        self,
        analysis: Mapping[str, Any],
        *,
        is_visible_for_client_profile: bool | None = None,
        allow_unverified: bool = False,
    ) -> str:
        """Save a new definition.

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes, or the whole of
            ``get(id)``.
        is_visible_for_client_profile : bool, optional
            Show it on profiles' cards; from the whole of ``get(id)``, else not.
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
        shown = {"isVisibleForClientProfile": is_visible_for_client_profile}
        return self._created(analysis, allow_unverified, **shown)

    def update(
        self,
        analysis_id: str,
        analysis: Mapping[str, Any],
        *,
        is_visible_for_client_profile: bool | None = None,
        allow_unverified: bool = False,
    ) -> None:
        """Replace a definition.

        Parameters
        ----------
        analysis_id : str
            Id of the definition.
        analysis, is_visible_for_client_profile
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
        shown = {"isVisibleForClientProfile": is_visible_for_client_profile}
        self._updated(analysis_id, analysis, allow_unverified, **shown)
