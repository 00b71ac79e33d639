"""``synerise-frames cache``: what is kept on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from synerise_frames.caching import open_shelf
from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.wire.freshness import CachePolicy

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
    files = shelf.files()
    used = sum(kept.size for kept in files)
    click.echo(f"folder  {shelf.folder}")
    click.echo(f"files   {len(files)}")
    click.echo(f"size    {_megabytes(used)} of {_megabytes(shelf.max_bytes)}")


@cache.command()
@_folder
def prune(folder: Path | None) -> None:
    """Remove what is too old or too much."""
    click.echo(f"{_shelf(folder).prune()} files removed.")


@cache.command()
@_folder
def clear(folder: Path | None) -> None:
    """Remove all that is kept."""
    shelf = _shelf(folder)
    removed = sum(shelf.remove(kept.name) for kept in shelf.files())
    click.echo(f"{removed} files removed.")


def _shelf(folder: Path | None) -> Shelf:
    return open_shelf(CachePolicy(folder=folder))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
