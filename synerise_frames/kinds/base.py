"""The verbs that all kinds of analyses share: list, get, find."""

from __future__ import annotations

import reprlib
from difflib import get_close_matches
from numbers import Integral
from typing import Any, ClassVar

import pandas as pd

from synerise_frames import frames
from synerise_frames.errors import ConfigError, NotFound, ShapeError
from synerise_frames.kinds.context import Context
from synerise_frames.wire.operations import operation
from synerise_frames.wire.pages import pages


def checked_id(value: object, what: str) -> str:
    """Check that an id is non-empty text (numbers are taken as text).

    Raises
    ------
    ConfigError
        If it is not.
    """
    if isinstance(value, bool) or not isinstance(value, str | Integral) or not str(value).strip():
        raise ConfigError(
            f"{reprlib.repr(value)} is no {what} id.",
            hint=f"ws.{what}s.find(name) gives the id of a name.",
        )
    return str(value).strip()


def _check_query(key: str, query: dict[str, str]) -> None:
    """Refuse what a list does not take; pages are turned here."""
    known = set(operation(key).query) - {"page"}
    strange = sorted(set(query) - known)
    if strange:
        raise ConfigError(
            f"{key} takes no {', '.join(strange)}.", hint=f"It takes {', '.join(sorted(known))}."
        )


class Kind:
    """One kind of analysis in one workspace.

    ``kind`` is its name in frames, ``family`` the name of its group of operations.
    """

    kind: ClassVar[str]
    family: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self._context = context

    def __repr__(self) -> str:
        return f"<{self.family} of {self._context.alias}>"

    def list(self, search: str | None = None, **query: str) -> pd.DataFrame:
        """List the definitions of this kind, all pages.

        Parameters
        ----------
        search : str, optional
            Text to look for in the names; the server decides how.
        **query : str
            Further query parameters of the list operation, such as ``sortBy="name:asc"``.

        Returns
        -------
        DataFrame
            One row a definition, with the columns of ``sf.schema.describe("listing")``.

        Raises
        ------
        SyneriseError
            If the list cannot be had; the class and the hint say why.
        """
        if search is not None:
            query["search"] = search
        key = f"{self.family}.list"
        _check_query(key, query)
        answers = [*pages(self._context.api, key, query)]
        frame = frames.listing([a.payload for a in answers], tz=self._context.tz, kind=self.kind)
        self._remember_names(frame)
        return self._context.stamped(frame, key, answers[0])

    def get(self, analysis_id: str) -> dict[str, Any]:
        """Get the definition with this id, as the server sends it.

        Returns
        -------
        dict
            The details; ``["analysis"]`` is what :meth:`preview` takes.

        Raises
        ------
        NotFound
            If there is no such definition.
        """
        analysis_id = checked_id(analysis_id, self.kind)
        payload = self._details(analysis_id).payload
        if not isinstance(payload, dict):
            raise ShapeError(
                f"The details of a {self.kind} are {type(payload).__name__}, not an object.",
                hint="Check host= and paths=: this is not the answer of a details operation.",
            )
        if isinstance(payload.get("name"), str):
            self._context.names[analysis_id] = payload["name"]
        return payload

    def _details(self, analysis_id: str) -> Any:
        path = {f"{self.kind}Id": analysis_id}
        return self._context.api.call(f"{self.family}.get", path=path)

    def find(self, name: str) -> str:
        """Give the id of the one definition with this name.

        Raises
        ------
        NotFound
            If no definition has the name, or several do; the hint lists close matches.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     len(ws.metrics.find("Revenue"))
        36
        """
        if not isinstance(name, str):
            raise ConfigError(f"A name is text, not {type(name).__name__}.")
        listed = self.list()
        named = listed[(listed["name"] == name).fillna(False)]
        there = named[~named["is_deleted"].fillna(False)]
        named = there if len(there) else named
        if len(named) == 1:
            return str(named["id"].iloc[0])
        if len(named) > 1:
            raise NotFound(
                f"{len(named)} {self.family} are named {name!r}.",
                code="ambiguous",
                hint=f"Use an id: {', '.join(named['id'].astype(str))}.",
            )
        raise NotFound(f"There is no {self.kind} named {name!r}.", hint=self._close(name, listed))

    def _close(self, name: str, listed: pd.DataFrame) -> str:
        names = {str(n).lower(): str(n) for n in listed["name"].dropna()}
        close = get_close_matches(name.lower(), names, n=3, cutoff=0.4)
        if close:
            return f"Did you mean {' or '.join(repr(names[c]) for c in close)}?"
        return f"ws.{self.family}.list() shows the {len(listed)} that are there."

    def _remember_names(self, listed: pd.DataFrame) -> None:
        known = listed[["id", "name"]].dropna()
        self._context.names.update(zip(known["id"], known["name"], strict=True))
