"""``synerise-frames openapi``: put paths right with the vendor's OpenAPI file."""

from __future__ import annotations

from pathlib import Path

import click

from synerise_frames.cli.options import host_option, on_host
from synerise_frames.cli.tables import table
from synerise_frames.host_paths import known_routes
from synerise_frames.hosts import alias_of
from synerise_frames.wire.openapi import read_openapi


@click.group(short_help="Put paths right with an OpenAPI file.")
def openapi() -> None:
    """Put paths right with the OpenAPI file that the API reference offers for download."""


@openapi.command("import", epilog="Example:\n\n  synerise-frames openapi import analytics.yaml")
@click.argument("file", type=click.Path(path_type=Path))
@host_option
@click.option("--dry-run", is_flag=True, help="Show what would change, remember nothing.")
def import_(file: Path, host: str | None, dry_run: bool) -> int:
    """Read the paths in FILE (JSON or YAML) and remember them for the host.

    Operations are matched by tag and summary, whatever their paths. Exit code 1 where none
    was found.
    """
    alias = alias_of(on_host(host))
    imported = read_openapi(file)
    told = imported.frame()
    shown = told[told["status"].isin(["changed", "close", "ambiguous", "unusable"])]
    if len(shown):
        click.echo(table(shown.drop(columns=["tag", "summary", "before"])))
    click.echo(str(imported))
    if not imported.routes:
        return 1
    if not dry_run:
        known_routes().save(alias, imported.routes, note=file.name)
        click.echo(f"Remembered for {alias}; 'synerise-frames openapi forget' undoes it.")
    return 0


@openapi.command()
@host_option
def forget(host: str | None) -> None:
    """Forget the paths that were imported or probed for the host."""
    alias = alias_of(on_host(host))
    known_routes().forget(alias)
    click.echo(f"Nothing is remembered for {alias} any more.")
