"""Sankeys: what profiles do after, or before, an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from synerise_frames import frames
from synerise_frames.kinds.base import Kind
from synerise_frames.wire.bodies import analysis_body


class Sankeys(Kind):
    """The sankeys of a workspace: ``ws.sankeys``."""

    kind = "sankey"
    family = "sankeys"

    def calculate(self, sankey_id: str, *, strict: bool = False) -> pd.DataFrame:
        """Calculate a sankey.

        The API has no such operation; this is "Get Sankey details", then "Preview Sankey
        analysis" of what it says.

        Parameters
        ----------
        sankey_id : str
            Id of the sankey; ``find(name)`` gives it.
        strict : bool, default False
            Raise where the answer holds anything unexpected.

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
        return self._previewed(self.get(sankey_id), sankey_id, strict)

    def preview(self, analysis: Mapping[str, Any], *, strict: bool = False) -> pd.DataFrame:
        """Calculate a definition without saving it ("Preview Sankey analysis").

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes.
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
        return self._previewed(analysis, None, strict)

    def _previewed(
        self, analysis: Mapping[str, Any], sankey_id: str | None, strict: bool
    ) -> pd.DataFrame:
        answer = self._context.api.call("sankeys.preview", body=analysis_body(analysis))
        frame = frames.sankey(answer.payload, tz=self._context.tz, strict=strict)
        return self._context.stamped(frame, "sankeys.preview", answer, analysis_id=sankey_id)
