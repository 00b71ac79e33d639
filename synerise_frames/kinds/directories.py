"""Directories: where analyses of a kind are kept."""

from __future__ import annotations

import pandas as pd

from synerise_frames import frames
from synerise_frames.errors import ConfigError
from synerise_frames.kinds.checks import checked_id
from synerise_frames.kinds.context import Context, View
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.bodies import ANALYTIC_TYPES
from synerise_frames.wire.created import created_id
from synerise_frames.wire.memory import Fresh


class Directories:
    """The directories of a workspace: ``ws.directories``.

    A `kind` is that of the analyses in a directory: ``"trend"``, ``"report"`` and so on, also
    ``"analytics_query"`` and ``"analytics_dashboard"``.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     weekly = ws.directories.create("Weekly", "report")
    ...     ws.directories.list("report")["name"].tolist()
    ['Weekly']
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def __repr__(self) -> str:
        return f"<directories of {self._context.alias}>"

    def list(
        self,
        kind: str,
        *,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """List the directories of a kind ("List directories").

        Parameters
        ----------
        kind : str
            Kind of the analyses they are for.
        strict : bool, default False
            Raise where the answer holds anything unexpected.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        DataFrame
            id, name, analytic_type (``string``): a row a directory.

        Raises
        ------
        ConfigError
            If there is no such kind.
        """
        return self._context.frame(
            "directories.list",
            lambda payload: frames.directories(payload, strict=strict),
            View(strict=strict, fresh=Fresh(max_age, refresh)),
            query={"analyticType": _analytic_type(kind)},
        )

    def create(self, name: str, kind: str, *, allow_unverified: bool = False) -> str:
        """Make a directory ("Create directory").

        Parameters
        ----------
        name : str
            Its name.
        kind : str
            Kind of the analyses it is for.
        allow_unverified : bool, default False
            Write although the path is not printed in the reference.

        Returns
        -------
        str
            Its id.

        Raises
        ------
        PathNotVerified
            If the path is a guess and `allow_unverified` is not set; nothing was sent.
        """
        body = {"name": _name(name), "analyticType": _analytic_type(kind)}
        answer = self._context.api.call(
            "directories.create", body=body, allow_unverified=allow_unverified
        )
        return created_id(answer.payload)

    def rename(self, directory_id: str, name: str, *, allow_unverified: bool = False) -> None:
        """Give a directory another name ("Rename directory").

        Parameters
        ----------
        directory_id : str
            Its id; :meth:`list` shows it.
        name : str
            The new name.
        allow_unverified : bool, default False
            Write although the path is not printed in the reference.

        Raises
        ------
        NotFound
            If there is no such directory.
        PathNotVerified
            If the path is a guess and `allow_unverified` is not set; nothing was sent.
        """
        self._context.api.call(
            "directories.rename",
            path={"directoryId": _id(directory_id)},
            body={"newName": _name(name)},
            allow_unverified=allow_unverified,
        )

    def delete(self, directory_id: str) -> None:
        """Delete a directory ("Delete directory").

        What becomes of the analyses in it is not documented; the demo workspace keeps them,
        in no directory.

        Parameters
        ----------
        directory_id : str
            Its id; :meth:`list` shows it.

        Raises
        ------
        NotFound
            If there is no such directory.
        """
        self._context.api.call("directories.delete", path={"directoryId": _id(directory_id)})

    def move(
        self, analysis_id: str, directory_id: str, kind: str, *, allow_unverified: bool = False
    ) -> None:
        """Move an analysis to another directory ("Change Directory").

        Parameters
        ----------
        analysis_id : str
            Id of the analysis.
        directory_id : str
            Id of the directory to move it to.
        kind : str
            Kind of the analysis.
        allow_unverified : bool, default False
            Write although the path is not printed in the reference.

        Raises
        ------
        NotFound
            If there is no such analysis or directory.
        PathNotVerified
            If the path is a guess and `allow_unverified` is not set; nothing was sent.
        """
        self._context.api.call(
            "directories.move",
            path={"analyticId": checked_id(analysis_id, "analysis")},
            body={"newDir": _id(directory_id), "analyticType": _analytic_type(kind)},
            allow_unverified=allow_unverified,
        )


def _id(directory_id: str) -> str:
    if not isinstance(directory_id, str) or not directory_id.strip():
        raise ConfigError(
            f"{directory_id!r} is no directory id.", hint="ws.directories.list(kind) gives them."
        )
    return directory_id.strip()


def _name(name: str) -> str:
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(f"{name!r} is no name of a directory.", hint="Give it a text.")
    return name


def _analytic_type(kind: str) -> str:
    """Give the API's word for a kind; plurals are understood."""
    wanted = str(kind).upper()
    for known in ANALYTIC_TYPES:
        if wanted in (known, f"{known}S"):
            return known
    raise ConfigError(
        f"There is no kind {kind!r}.",
        hint=did_you_mean(kind, [known.lower() for known in ANALYTIC_TYPES])
        + f"One of: {', '.join(ANALYTIC_TYPES).lower()}.",
    )
