"""Analyses by name or id: a name is looked up once, then its id is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pandas as pd

from synerise_frames.errors import ConfigError, DatasetError, NotFound
from synerise_frames.kinds.base import Kind
from synerise_frames.suggest import did_you_mean
from synerise_frames.syncing.recipe import DatasetSpec
from synerise_frames.workspace import Workspace


class Finder:
    """Finds the analyses of one data set; `found` is what it used.

    `same` says that the credentials are those of the last time: under others, a name that has
    another id may well be of another workspace.
    """

    def __init__(
        self,
        workspace: Workspace,
        spec: DatasetSpec,
        known: Mapping[str, str],
        *,
        same: bool = True,
    ) -> None:
        self._same = same
        self._workspace = workspace
        self._spec = spec
        self._known = dict(known)
        self.found: dict[str, str] = {}

    def id_of(self, family: str, name: str, key: str = "analysis") -> str:
        """Give the id of a name; an id is its own.

        Raises
        ------
        NotFound
            If there is none; with the line of the recipe and the close match.
        """
        # One name may be an aggregate's and an expression's.
        known = name if key == "analysis" else f"{key}: {name}"
        if _is_id(name):
            self.found[known] = name
        elif known in self._known:
            self.found[known] = self._known[known]
        else:
            self.found[known] = self._looked_up(self._kind(family), name, key)
        return self.found[known]

    def calculated(self, name: str, asked: Mapping[str, Any]) -> pd.DataFrame:
        """Calculate an analysis; one that was deleted and made again is found by its name.

        Raises
        ------
        NotFound
            If it is not there any more.
        """
        family = f"{self._spec.kind}s"
        kind: Any = self._kind(family)
        first = self.id_of(family, name)
        try:
            frame: pd.DataFrame = kind.calculate(first, refresh=True, **asked)
        except NotFound as error:
            found = None if _is_id(name) else self._looked_up(kind, name, "analysis")
            if found in (None, first):
                raise self._gone(kind, name, error) from None
            self._check_same(name, error)
            self.found[name] = str(found)
            frame = kind.calculate(found, refresh=True, **asked)
        return frame

    def forget(self) -> bool:
        """Look all names up anew; say whether there was an id that was only remembered."""
        remembered = any(self._known.get(name) == one for name, one in self.found.items())
        if remembered:
            self._check_same(self._spec.name, None)
        self._known, self.found = {}, {}
        return remembered

    def _check_same(self, name: str, error: NotFound | None) -> None:
        if not self._same:
            raise DatasetError(
                f"{self._spec.place()}: what was {name!r} at the last sync is not there, and the "
                "credentials are others: this may be another workspace.",
                code="origin",
                http_status=error.http_status if error else None,
                hint="Nothing was changed. Use the key of that workspace, or give this one "
                "another root.",
            )

    def _kind(self, family: str) -> Kind:
        kind: Kind = getattr(self._workspace, family)
        return kind

    def _looked_up(self, kind: Kind, name: str, key: str) -> str:
        try:
            return kind.find(name)
        except NotFound as error:
            # Not as an argument of the search: what is listed may be old.
            message = f"{self._spec.place(key)}: {error.message}"
            raise NotFound(message, code=error.code, hint=error.hint) from None

    def _gone(self, kind: Kind, name: str, error: NotFound) -> NotFound:
        hint = "It may have been deleted: take the data set out of the recipe; its files stay."
        try:
            listed = kind.list()
        except (NotFound, ConfigError):
            listed = pd.DataFrame({"id": pd.array([], dtype="string")})
        close = did_you_mean(name, listed["id"].dropna().astype(str)) if _is_id(name) else ""
        message = f"{self._spec.place('analysis')}: {error.message}"
        return NotFound(message, http_status=error.http_status, hint=f"{close}{hint}")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
