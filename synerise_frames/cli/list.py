"""``synerise-frames list``: which analyses there are."""

from __future__ import annotations

import click
import pandas as pd

from synerise_frames.cli.analyses import FAMILIES, KindName, kind_of
from synerise_frames.cli.options import examples
from synerise_frames.cli.output import output_options, target_of
from synerise_frames.cli.streams import tell
from synerise_frames.cli.workspaces import freshness_options, opened, workspace_options
from synerise_frames.workspace import Workspace

_SHOWN = ("kind", "id", "name", "description", "analytic_type")


@click.command(
    "list",
    short_help="List analyses of a kind.",
    epilog=examples(
        "synerise-frames list metric --demo",
        "synerise-frames list all --search basket",
        "synerise-frames list funnel --format jsonl",
        "synerise-frames list segmentation | cut -d, -f2,3",
        "synerise-frames list directory -o directories.csv",
    ),
)
@click.argument("kind", type=KindName("all", "directory"))
@click.option("--search", metavar="TEXT", help="Only those with TEXT in the name.")
@output_options
@workspace_options
@freshness_options
def list_(
    kind: str,
    search: str | None,
    output: str,
    form: str | None,
    is_demo: bool,
    host: str | None,
    offline: bool,
    max_age: float | None,
    refresh: bool,
) -> None:
    """List the analyses of a KIND, with their ids.

    KIND is trend, histogram, funnel, report, metric, sankey, segmentation, aggregate,
    expression; all for every one of them, directory for where they are kept. The API has no list
    of trends: those of the embedded workspace are known, others need the id from the web
    application.
    """
    target = target_of(output, form)
    with opened(is_demo, host, offline) as workspace:
        frame = _listed(workspace, kind, search, max_age, refresh)
        if kind in ("trend", "all") and not is_demo:
            tell(
                "The API has no list of trends: 'synerise-frames pull trend ID' takes the id from "
                "the trend's address in the web application."
            )
        shown = [name for name in _SHOWN if name in frame.columns and _tells(frame, name, kind)]
        target.write(frame, frame[shown] if shown else None)


def _listed(
    workspace: Workspace, kind: str, search: str | None, max_age: float | None, refresh: bool
) -> pd.DataFrame:
    if kind in FAMILIES:
        namespace = kind_of(workspace, kind)
        return namespace.list(search, max_age=max_age, refresh=refresh)
    if kind == "all":
        frame = workspace.catalog(refresh=refresh)
    else:
        parts = [
            workspace.directories.list(one, max_age=max_age, refresh=refresh) for one in FAMILIES
        ]
        frame = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    if search is not None:
        named = frame["name"].str.contains(search, case=False, regex=False)
        frame = frame[named.fillna(False)].reset_index(drop=True)
    return frame


def _tells(frame: pd.DataFrame, name: str, kind: str) -> bool:
    """Say whether a column tells anything: one without a value takes room only."""
    return kind == "all" if name == "kind" else bool(frame[name].notna().any()) or name == "name"
