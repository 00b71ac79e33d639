"""Finding the analysis that is meant: by id, by name, or the first that there is."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from synerise_frames.errors import NotFound, PermissionDenied
from synerise_frames.kinds.base import Kind
from synerise_frames.kinds.context import Context
from synerise_frames.kinds.mistaken import kind_of
from synerise_frames.widgets.choice import Choice


class Analyses:
    """The analyses of some kinds."""

    def __init__(self, kinds: Mapping[str, Kind], context: Context) -> None:
        self._kinds = kinds
        self._context = context

    def named(self, kind: str, analysis: str) -> Choice | None:
        """Give the analysis of that id, or the one of that name."""
        listed = self.listed(kind)
        for column in ("id", "name"):
            hits = listed[(listed[column] == analysis).fillna(False)]
            if len(hits) == 1:
                return _choice_of(kind, hits.iloc[0])
        return None

    def found(self, kind: str, analysis: str) -> Choice:
        """Give the analysis of that id or name.

        Raises
        ------
        NotFound
            If there is none, or several; the hint has close matches or their ids.
        """
        named = self.named(kind, analysis)
        if named:
            return named
        # Lists need not be complete, and of trends there is none.
        if isinstance(analysis, str) and kind_of(analysis) == "uuid":
            return Choice(kind, analysis, self._context.names.get(analysis))
        found = self._kinds[kind].find(analysis)
        return Choice(kind, found, analysis)

    def anywhere(self, analysis: str) -> Choice:
        """Give the analysis of that id or name, whatever its kind.

        Raises
        ------
        NotFound
            If no kind has it.
        """
        for kind in self._kinds:
            named = self.named(kind, analysis)
            if named:
                return named
        raise NotFound(
            f"There is no analysis {analysis!r} that can be explored.",
            hint="ws.catalog() shows all; name its kind= too for the close matches.",
        )

    def listed(self, kind: str) -> pd.DataFrame:
        """List the analyses of a kind, without those that are deleted."""
        listed = self._kinds[kind].list()
        return listed[~listed["is_deleted"].fillna(False)].reset_index(drop=True)

    def first(self) -> Choice:
        """Give the first analysis of the first kind that has one and may be listed.

        Raises
        ------
        NotFound
            If there is none.
        """
        for kind in self._kinds:
            try:
                return self.first_of(kind)
            except (NotFound, PermissionDenied):
                continue
        raise NotFound(
            "This workspace lists no analysis that can be explored.",
            hint="Name trends with ws.trends.remember(id); ws.check_permissions() says what the "
            "key may list.",
        )

    def first_of(self, kind: str) -> Choice:
        """Give the first analysis of a kind.

        Raises
        ------
        NotFound
            If there is none.
        """
        listed = self.listed(kind)
        if len(listed):
            return _choice_of(kind, listed.iloc[0])
        raise NotFound(
            f"This workspace lists no {kind}.",
            hint="The API has no list of trends: name them with ws.trends.remember(id)."
            if kind == "trend"
            else f"ws.{kind}s.create(analysis) makes one; or choose another kind.",
        )


def _choice_of(kind: str, row: pd.Series) -> Choice:
    name = row["name"]
    return Choice(kind, str(row["id"]), None if pd.isna(name) else str(name))
