"""Sankeys: what profiles do after, or before, an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from synerise_frames import frames
from synerise_frames.kinds.base import Kind
from synerise_frames.kinds.composed import as_old_as, origin_of
from synerise_frames.kinds.context import View
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import analysis_body
from synerise_frames.wire.memory import Fresh


class Sankeys(Kind):
    """The sankeys of a workspace: ``ws.sankeys``."""

    kind = "sankey"
    family = "sankeys"

    def calculate(
        self,
        sankey_id: str,
        *,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a sankey.

        The API has no such operation; this is "Get Sankey details", then "Preview Sankey
        analysis" of what it says.

        Parameters
        ----------
        sankey_id : str
            Id of the sankey; ``find(name)`` gives it.
        strict : bool, default False
            Raise where the answer holds anything unexpected.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        DataFrame
            step, value (``Int64``), source, target (``string``): a row an edge.

        Raises
        ------
        NotFound
            If there is no such sankey.
        PathNotVerified
            If the server does not know the preview's path.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     flows = ws.sankeys.calculate(ws.sankeys.find("After a campaign"))
        >>> flows.columns.tolist()
        ['step', 'source', 'target', 'value']
        """
        fresh = Fresh(max_age, refresh)
        details = self._details(sankey_id, fresh)
        frame = self._previewed(details.payload, View(sankey_id, strict=strict, fresh=fresh))
        return as_old_as(frame, frame.attrs, origin_of(details))

    def preview(
        self,
        analysis: Mapping[str, Any],
        *,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a definition without saving it ("Preview Sankey analysis").

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes.
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
        return self._previewed(analysis, View(strict=strict, fresh=Fresh(max_age, refresh)))

    def _previewed(self, analysis: Mapping[str, Any], view: View) -> pd.DataFrame:
        return self._context.frame(
            "sankeys.preview",
            lambda payload: frames.sankey(payload, strict=view.strict),
            view,
            body=analysis_body(analysis),
        )
