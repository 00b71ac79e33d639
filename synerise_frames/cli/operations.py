"""``synerise-frames operations``: the registry, with the paths in effect."""

from __future__ import annotations

import json

import click
import pandas as pd

from synerise_frames.cli.forms import csv_text
from synerise_frames.cli.options import host_option, on_host
from synerise_frames.cli.tables import table
from synerise_frames.config import resolve
from synerise_frames.host_paths import path_book
from synerise_frames.kinds.operations import operations as list_operations

_SHOWN = ["key", "evidence", "method", "path", "summary"]


@click.command(
    short_help="List all operations and the evidence of their paths.",
    epilog="Examples:\n\n  synerise-frames operations | grep guess\n\n"
    "  synerise-frames operations --format csv > operations.csv",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="The table has a few columns, the others all.",
)
@host_option
def operations(form: str, host: str | None) -> None:
    """List all operations of the API reference, and how sure their paths are.

    Evidence: reference (printed), public (in the vendor's public code), inferred (from a
    sibling), guess; or who put the path right: openapi, probe, user.
    """
    click.echo(
        _written(
            list_operations(path_book(on_host(host), openapi=resolve()["openapi"].value)), form
        ),
        nl=False,
    )


def _written(frame: pd.DataFrame, form: str) -> str:
    if form == "csv":
        return csv_text(frame)
    if form == "json":
        rows = json.loads(frame.to_json(orient="records"))
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    return table(frame[_SHOWN])
