"""What a sandbox is started with, checked before anything is started."""

from __future__ import annotations

import math
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.build import ZONE
from synerise_frames.sandbox.callers import PERMISSIONS
from synerise_frames.sandbox.faults import Faults
from synerise_frames.sandbox.moments import read_moment
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook, Route, parse_route

__all__ = ["Options", "checked_moment"]


@dataclass(frozen=True)
class Options:
    """What a sandbox is started with; made by :meth:`checked`.

    Attributes
    ----------
    token_lifetime : float
        Seconds that a token is good for.
    store : Path, optional
        Folder of the data base; that of the user's cache where there is none.
    definitions : Path, optional
        File that keeps changed definitions and directories; memory only where there is none.
    denied : frozenset of str
        Permissions that the workspace's key lacks.
    moved : mapping
        The routes that are not the registry's, by operation key.
    faults : Faults
        What goes wrong, and how often.
    call_log : Path, optional
        File that gets a line for each request.
    now : datetime, optional
        Where the workspace's clock stands; at the end of the data where nobody says.
    """

    token_lifetime: float
    store: Path | None
    definitions: Path | None
    denied: frozenset[str]
    moved: Mapping[str, Route]
    faults: Faults
    call_log: Path | None
    now: datetime | None

    @classmethod
    def checked(
        cls,
        *,
        token_lifetime: float = 3600,
        store: str | Path | None = None,
        definitions: str | Path | None = None,
        denied: Iterable[str] = (),
        paths: Mapping[str, str] | None = None,
        openapi: str | Path | None = None,
        faults: Faults | None = None,
        call_log: str | Path | None = None,
        now: str | datetime | None = None,
    ) -> Options:
        """Check what :func:`~synerise_frames.sandbox.launch.launch` takes.

        Raises
        ------
        ConfigError
            If an option is wrong, or the OpenAPI document cannot be read.
        """
        options = cls(
            token_lifetime=_lifetime(token_lifetime),
            store=_place(store),
            definitions=_place(definitions),
            denied=_permissions(denied),
            moved=_moved(paths, openapi),
            faults=_faults(faults),
            call_log=_place(call_log),
            now=None if now is None else checked_moment(now),
        )
        _check_distinct(options.paths)
        return options

    @property
    def paths(self) -> PathBook:
        """Method and path of every operation."""
        return PathBook(found=self.moved)


def checked_moment(now: object) -> datetime:
    """Read where the workspace's clock is to stand; without an offset, in its zone.

    >>> checked_moment("2017-03-15T06:00").isoformat()
    '2017-03-15T06:00:00-04:00'

    Raises
    ------
    ConfigError
        If it is no moment.
    """
    try:
        return read_moment(now if isinstance(now, datetime) else str(now), ZONE)
    except ValueError as error:
        raise ConfigError(f"now={str(now)!r} is no moment.", hint=str(error)) from None


def _place(given: str | Path | None) -> Path | None:
    # As seen from here: a server in a process of its own may be somewhere else.
    return None if given is None else Path(given).absolute()


def _lifetime(token_lifetime: float) -> float:
    if not (math.isfinite(token_lifetime) and token_lifetime > 0):
        raise ConfigError(
            f"token_lifetime={token_lifetime!r} is no lifetime.", hint="Give seconds above 0."
        )
    return token_lifetime


def _faults(faults: object) -> Faults:
    # Their numbers were checked when they were made.
    if faults is None:
        return Faults()
    if not isinstance(faults, Faults):
        raise ConfigError(
            f"faults={faults!r} is none.",
            hint="Give synerise_frames.sandbox.Faults(rate_limited=0.05), or leave it out.",
        )
    return faults


def _permissions(names: Iterable[str]) -> frozenset[str]:
    if isinstance(names, str):
        raise ConfigError(
            f"denied={names!r} is text, not a list of permissions.",
            hint=f"Write denied=[{names!r}].",
        )
    given = frozenset(names)
    for name in sorted(given - PERMISSIONS):
        raise ConfigError(
            f"There is no permission {name!r}.",
            hint=did_you_mean(name, PERMISSIONS, most=3)
            + "The registry names those that each operation needs.",
        )
    return given


def _moved(
    paths: Mapping[str, str] | None, openapi: str | os.PathLike[str] | None
) -> dict[str, Route]:
    """Give the routes that differ from the registry's: those of a document, then `paths`."""
    found: dict[str, Route] = {}
    if openapi is not None:
        # Reading documents loads much that the server has no use for.
        from synerise_frames.wire.openapi import routes_of  # noqa: PLC0415

        found = routes_of(openapi)
    return {**found, **{key: parse_route(key, text) for key, text in (paths or {}).items()}}


def _check_distinct(book: PathBook) -> None:
    """Check that no two operations have the same path."""
    keys: dict[tuple[str, str], list[str]] = defaultdict(list)
    for operation in OPERATIONS.values():
        route = book.route(operation)
        # What a placeholder is called makes no difference to who is asked.
        keys[route.method, re.sub(r"\{\w+\}", "{}", route.path)].append(operation.key)
    for (method, path), same in keys.items():
        if len(same) > 1:
            raise ConfigError(
                f"{' and '.join(same)} have the same path: {method} {path}.",
                hint="Move one of them elsewhere.",
            )
