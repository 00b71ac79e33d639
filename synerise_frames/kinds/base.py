"""The verbs that all kinds of analyses share: list, get, find, create, update, delete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import pandas as pd

from synerise_frames import frames
from synerise_frames.errors import ConfigError, NotFound, ShapeError
from synerise_frames.kinds.checks import checked_id
from synerise_frames.kinds.context import Context
from synerise_frames.kinds.showing import about, listed_names
from synerise_frames.redact import hide
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.bodies import definition_body
from synerise_frames.wire.created import created_id
from synerise_frames.wire.memory import Answer, Fresh
from synerise_frames.wire.operations import operation
from synerise_frames.wire.pages import pages
from synerise_frames.wire.params import query_text


def _query(key: str, given: Mapping[str, Any]) -> dict[str, str]:
    """Write the parameters of a list, and refuse what it does not take; pages are turned here."""
    known = set(operation(key).query) - {"page"}
    given = {name: value for name, value in given.items() if value is not None}
    strange = sorted(set(given) - known)
    if strange:
        raise ConfigError(
            f"{key} takes no {', '.join(strange)}.",
            hint=f"{did_you_mean(strange[0], known)}It takes {', '.join(sorted(known))}.",
        )
    return {name: query_text(value) for name, value in given.items()}


class Kind:
    """One kind of analysis in one workspace.

    ``kind`` is its name in frames, ``family`` the name of its group of operations.
    """

    kind: ClassVar[str]
    family: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self._context = context
        self._listed: Sequence[str] | None = None

    def __repr__(self) -> str:
        return f"<{self.family} of {self._context.alias}>"

    def _repr_html_(self) -> str:
        return about(self, self.family, self._context.alias, self._listed).html()

    def list(
        self,
        search: str | None = None,
        *,
        max_age: float | None = None,
        refresh: bool = False,
        **query: str | int | Iterable[str],
    ) -> pd.DataFrame:
        """List the definitions of this kind, all pages.

        Parameters
        ----------
        search : str, optional
            Text to look for in the names; the server decides how.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.
        **query : str, int or list of str
            Further query parameters of the list operation, such as ``sortBy="name:asc"`` or
            ``ids=[…]``. ``limit`` is that of a page: all pages are read.

        Returns
        -------
        DataFrame
            One row a definition, with the columns of ``sf.schema.describe("listing")``.

        Raises
        ------
        SyneriseError
            If the list cannot be had; the class and the hint say why.
        """
        is_whole = search is None and not query
        key = f"{self.family}.list"
        asked = _query(key, query) | ({} if search is None else {"search": search})
        answers = [*pages(self._context.api, key, asked, Fresh(max_age, refresh))]
        frame = frames.listing([a.payload for a in answers], tz=self._context.tz, kind=self.kind)
        self._remember_names(frame)
        if is_whole:
            self._listed = listed_names(frame)
        # A list is as old as its oldest page.
        return self._context.stamped(frame, key, max(answers, key=lambda answer: answer.age))

    def get(
        self, analysis_id: str, *, max_age: float | None = None, refresh: bool = False
    ) -> dict[str, Any]:
        """Get the definition with this id, as the server sends it.

        Parameters
        ----------
        analysis_id : str
            Id of the definition; :meth:`find` gives it.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        dict
            The details; ``["analysis"]`` is what :meth:`preview` takes.

        Raises
        ------
        NotFound
            If there is no such definition.
        """
        details: dict[str, Any] = self._details(analysis_id, Fresh(max_age, refresh)).payload
        return details

    def _details(self, analysis_id: str, fresh: Fresh) -> Answer:
        """Get a definition, with where it comes from."""
        analysis_id = checked_id(analysis_id, self.kind)
        key, path = f"{self.family}.get", self._path(analysis_id)
        with self._told_names(analysis_id):
            answer = self._context.api.call(key, path=path, fresh=fresh)
        if not isinstance(answer.payload, dict):
            raise ShapeError(
                f"The details of a {self.kind} are {type(answer.payload).__name__}, not an object.",
                hint="Check host= and paths=: this is not the answer of a details operation.",
            )
        name = answer.payload.get("name")
        if isinstance(name, str):
            self._context.names[analysis_id] = name
        return answer

    def _path(self, analysis_id: str) -> dict[str, str]:
        return {f"{self.kind}Id": analysis_id}

    def create(self, analysis: Mapping[str, Any], *, allow_unverified: bool = False) -> str:
        """Save a new definition.

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes, or the whole of
            ``get(id)``.
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
        return self._created(analysis, allow_unverified)

    def update(
        self, analysis_id: str, analysis: Mapping[str, Any], *, allow_unverified: bool = False
    ) -> None:
        """Replace a definition.

        Parameters
        ----------
        analysis_id : str
            Id of the definition.
        analysis : dict
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
        self._updated(analysis_id, analysis, allow_unverified)

    def delete(self, analysis_id: str) -> None:
        """Delete a definition.

        Parameters
        ----------
        analysis_id : str
            Its id; ``find(name)`` gives it.

        Raises
        ------
        NotFound
            If there is no such definition.
        """
        analysis_id = checked_id(analysis_id, self.kind)
        self._context.api.call(f"{self.family}.delete", path=self._path(analysis_id))
        self._context.names.pop(analysis_id, None)

    def _created(self, analysis: Mapping[str, Any], allow_unverified: bool, **settings: Any) -> str:
        key = f"{self.family}.create"
        body = definition_body(operation(key), analysis, settings)
        answer = self._context.api.call(key, body=body, allow_unverified=allow_unverified)
        return created_id(answer.payload)

    def _updated(
        self,
        analysis_id: str,
        analysis: Mapping[str, Any],
        allow_unverified: bool,
        **settings: Any,
    ) -> None:
        key = f"{self.family}.update"
        analysis_id = checked_id(analysis_id, self.kind)
        self._context.api.call(
            key,
            path=self._path(analysis_id),
            body=definition_body(operation(key), analysis, settings),
            allow_unverified=allow_unverified,
        )
        self._context.names.pop(analysis_id, None)

    def find(self, name: str) -> str:
        """Give the id of the one definition with this name.

        Parameters
        ----------
        name : str
            The name, to the letter.

        Returns
        -------
        str
            The id.

        Raises
        ------
        NotFound
            If no definition has the name, or several do; the hint lists close matches.
        ConfigError
            If the name is no text.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     len(ws.metrics.find("Revenue"))
        36
        """
        if not isinstance(name, str):
            raise ConfigError(
                f"A name is text, not {type(name).__name__}.",
                hint=f"ws.{self.family}.list() shows the names that there are.",
            )
        listed = self.list()
        if not (listed["name"] == name).any() and listed.attrs.get("source") in ("cached", None):
            listed = self.list(refresh=True)
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

    @contextmanager
    def _told_names(self, analysis_id: str) -> Iterator[None]:
        """Say of what is no id where it is, or may be, a name; nothing is asked for that."""
        try:
            yield
        except NotFound as error:
            lower = analysis_id.lower()
            name = next((one for one in self._listed or () if one.lower() == lower), None)
            find = f"ws.{self.family}.find({name or analysis_id!r})"
            if name is not None:
                error.hint = f"That is the name of one: {find} gives its id."
            elif " " in analysis_id:
                error.hint = f"If that is a name, {find} gives the id. {error.hint}"
            raise

    def _close(self, name: str, listed: pd.DataFrame) -> str:
        close = did_you_mean(name, listed["name"].dropna().astype(str), most=3)
        return close.strip() or (f"ws.{self.family}.list() shows the {len(listed)} that are there.")

    def _remember_names(self, listed: pd.DataFrame) -> None:
        known = listed[["id", "name"]].dropna()
        self._context.names.update(zip(known["id"], known["name"], strict=True))
