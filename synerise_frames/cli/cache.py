"""``synerise-frames cache``: what is kept on this machine."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from synerise_frames.caching import open_shelf
from synerise_frames.errors import ConfigError, SyneriseWarning
from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.wire.freshness import CachePolicy

T = TypeVar("T")

_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Default: SYNERISE_CACHE_DIR, else the user's cache folder.",
)


@click.group(short_help="Look after the answers that are kept here.")
def cache() -> None:
    """Look after the answers that are kept on this machine, of all workspaces."""


@cache.command()
@_folder
def info(folder: Path | None) -> None:
    """Say where answers are kept, how many and how large."""
    shelf = _shelf(folder)
    files = _usable(shelf, shelf.files)
    used = sum(kept.size for kept in files)
    click.echo(f"folder  {shelf.folder}")
    click.echo(f"files   {len(files)}")
    click.echo(f"size    {_megabytes(used)} of {_megabytes(shelf.max_bytes)}")


@cache.command()
@_folder
def prune(folder: Path | None) -> None:
    """Remove what is too old or too much."""
    shelf = _shelf(folder)
    click.echo(f"{_usable(shelf, shelf.prune)} files removed.")


@cache.command()
@_folder
def clear(folder: Path | None) -> None:
    """Remove all that is kept."""
    shelf = _shelf(folder)
    files = _usable(shelf, shelf.files)
    removed = _usable(shelf, lambda: sum(shelf.remove(kept.name) for kept in files))
    click.echo(f"{removed} files removed.")


def _shelf(folder: Path | None) -> Shelf:
    return open_shelf(CachePolicy(folder=folder))


def _usable(shelf: Shelf, work: Callable[[], T]) -> T:
    """Do something with the folder; that it cannot be used is no side note here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyneriseWarning)
        result = work()
    if shelf.last_failure:
        raise ConfigError(
            f"The folder {shelf.folder} cannot be used: {shelf.last_failure}.",
            hint="Give another with --folder or SYNERISE_CACHE_DIR.",
        )
    return result


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
