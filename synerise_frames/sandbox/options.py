"""What a sandbox can be started with, checked before anything is started."""

from __future__ import annotations

import json
import math
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.build import ZONE
from synerise_frames.sandbox.faults import Faults
from synerise_frames.sandbox.moments import read_moment
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook, parse_route

__all__ = [
    "check_lifetime",
    "checked_faults",
    "checked_moment",
    "checked_permissions",
    "moved_paths",
    "path_book",
    "read_paths",
]


def check_lifetime(token_lifetime: float) -> None:
    """Check the lifetime of tokens.

    Raises
    ------
    ConfigError
        If it is none.
    """
    if not (math.isfinite(token_lifetime) and token_lifetime > 0):
        raise ConfigError(
            f"token_lifetime={token_lifetime!r} is no lifetime.", hint="Give seconds above 0."
        )


def checked_faults(faults: object) -> Faults:
    """Check that these are faults, or nothing; their numbers were checked when they were made.

    Raises
    ------
    ConfigError
        If it is something else.
    """
    if faults is None:
        return Faults()
    if not isinstance(faults, Faults):
        raise ConfigError(
            f"faults={faults!r} is none.",
            hint="Give synerise_frames.sandbox.Faults(rate_limited=0.05), or leave it out.",
        )
    return faults


def checked_moment(now: object) -> datetime | None:
    """Read where the workspace's clock is to stand; without an offset, in its zone.

    >>> checked_moment("2017-03-15T06:00").isoformat()
    '2017-03-15T06:00:00-04:00'

    Raises
    ------
    ConfigError
        If it is no moment.
    """
    if now is None:
        return None
    try:
        return read_moment(now if isinstance(now, datetime) else str(now), ZONE)
    except ValueError as error:
        raise ConfigError(f"now={str(now)!r} is no moment.", hint=str(error)) from None


def checked_permissions(names: Iterable[str]) -> frozenset[str]:
    """Check names of permissions.

    Raises
    ------
    ConfigError
        If no operation needs one of them; the hint lists close matches.
    """
    if isinstance(names, str):
        raise ConfigError(
            f"denied={names!r} is text, not a list of permissions.",
            hint=f"Write denied=[{names!r}].",
        )
    known = {name for op in OPERATIONS.values() for name in op.permissions}
    given = frozenset(names)
    for name in sorted(given - known):
        raise ConfigError(
            f"There is no permission {name!r}.",
            hint=did_you_mean(name, known, most=3)
            + "The registry names those that each operation needs.",
        )
    return given


def moved_paths(
    paths: Mapping[str, str] | None, openapi: str | os.PathLike[str] | None
) -> dict[str, str]:
    """Give the routes that differ from the registry's, by key: those of a document, then `paths`.

    Raises
    ------
    ConfigError
        If a key is unknown, a path is malformed, or the document cannot be read.
    """
    found: dict[str, str] = {}
    if openapi is not None:
        # Reading documents loads much that the server has no use for.
        from synerise_frames.wire.openapi import routes_of  # noqa: PLC0415

        found = {key: str(route) for key, route in routes_of(openapi).items()}
    return {**found, **{key: str(parse_route(key, text)) for key, text in (paths or {}).items()}}


def path_book(moved: Mapping[str, str]) -> PathBook:
    """Give the paths to serve.

    Raises
    ------
    ConfigError
        If two operations would have the same.
    """
    book = PathBook(moved)
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
    return book


def read_paths(file: Path) -> dict[str, str]:
    """Read a mapping of paths from a JSON file.

    Raises
    ------
    ConfigError
        If it cannot be read, or is no such mapping.
    """
    try:
        content = json.loads(file.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"{file.name} cannot be read: {error.strerror}.", hint="Check the name of the file."
        ) from None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise ConfigError(
            f"{file.name} holds no JSON object.",
            hint='Write {"trends.calculate": "POST /path/{trendId}"}.',
        )
    return content
