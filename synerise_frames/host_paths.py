"""What is known of a host's paths on this machine: remembered, and from the user's document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from synerise_frames.config import config_folder
from synerise_frames.hosts import alias_of
from synerise_frames.wire.known import KnownRoutes
from synerise_frames.wire.paths import PathBook


def known_routes() -> KnownRoutes:
    """Give the memory of this machine: what was imported and probed, by host."""
    return KnownRoutes(config_folder() / "hosts")


def path_book(
    base_url: str, *, openapi: str | None, paths: Mapping[str, str] | None = None
) -> PathBook:
    """Give the paths in effect on a host.

    Parameters
    ----------
    base_url : str
        Scheme and host.
    openapi : str, optional
        The user's document, as the settings have it.
    paths : mapping, optional
        What the user gave by hand; wins over all others.

    Raises
    ------
    ConfigError
        If the document or what is remembered cannot be read, or a path is wrong.
    """
    found = dict(known_routes().load(alias_of(base_url)))
    if openapi:
        # Only who has a document pays for reading it.
        from synerise_frames.wire.openapi import routes_of  # noqa: PLC0415

        found |= routes_of(Path(openapi).expanduser())
    return PathBook(paths, found=found)
