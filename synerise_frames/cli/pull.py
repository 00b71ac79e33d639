"""``synerise-frames pull``: one calculation, to a file or a pipe."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from typing import Any

import click
import pandas as pd

from synerise_frames.cli.analyses import FAMILIES, KindName, is_id, kind_of, missing, resolved
from synerise_frames.cli.options import examples
from synerise_frames.cli.output import output_options, target_of
from synerise_frames.cli.streams import tell
from synerise_frames.cli.tables import one_line
from synerise_frames.cli.windows import (
    check_window,
    filter_of,
    variables_of,
    window_of,
    window_options,
)
from synerise_frames.cli.workspaces import freshness_options, opened, workspace_options
from synerise_frames.errors import ConfigError, NotFound
from synerise_frames.kinds.base import Kind
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import IDENTIFIERS
from synerise_frames.workspace import Workspace

# What the arguments of a calculation are called here.
_OPTIONS = {"dates": "--last or --from", "variables": "--var", "profile": "--profile"}

# Ids that tell less than the name beside them.
_NAMED = {
    "series_id": "series",
    "metric_id": "metric",
    "segment_id": "segment",
    "analysis_id": "name",
}


@click.command(
    short_help="Calculate an analysis; write it to a file or pipe.",
    epilog=examples(
        "synerise-frames pull metric Revenue --demo",
        'synerise-frames pull trend "Baskets per day" --last 30d --interval 1D --demo',
        "synerise-frames pull funnel 'Campaign to coupon to basket' -o funnel.parquet",
        "synerise-frames pull report 'Revenue by department and brand' --from 2017-03-01 "
        "--to 2017-04-01 -o march.csv",
        "synerise-frames pull histogram 'Revenue and baskets per week' --format jsonl | head -3",
        "synerise-frames pull aggregate Spend --profile 1",
    ),
)
@click.argument("kind", type=KindName())
@click.argument("analysis", metavar="ID|NAME")
@window_options
@click.option("--profile", metavar="VALUE", help="Of whom; for aggregates and expressions.")
@click.option(
    "--by",
    type=click.Choice(IDENTIFIERS),
    default="id",
    show_default=True,
    help="What --profile is.",
)
@output_options
@workspace_options
@freshness_options
@click.option("--strict", is_flag=True, help="Fail where an answer holds anything unexpected.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def pull(
    kind: str,
    analysis: str,
    last: str | None,
    start: str | None,
    end: str | None,
    interval: str | None,
    filter_: str | None,
    variables: tuple[str, ...],
    profile: str | None,
    by: str,
    output: str,
    form: str | None,
    is_demo: bool,
    host: str | None,
    offline: bool,
    max_age: float | None,
    refresh: bool,
    strict: bool,
    quiet: bool,
) -> None:
    """Calculate the analysis ID|NAME of a KIND, and write its table.

    KIND is trend, histogram, funnel, report, metric, sankey, segmentation, aggregate or
    expression. Without a window the analysis's own counts. Data goes to stdout or FILE, all else
    to stderr.
    """
    profile = hide(profile)
    target = target_of(output, form)
    check_window(last, start, end)
    wanted: dict[str, Any] = {
        "interval": interval,
        "filter": filter_of(filter_),
        "variables": variables_of(variables),
        "profile": profile,
    }
    asked = {name: value for name, value in wanted.items() if value is not None}
    with opened(is_demo, host, offline) as workspace:
        dates = window_of(last, start, end, workspace)
        if dates is not None:
            asked["dates"] = dates
        namespace = kind_of(workspace, kind)
        _check(workspace, kind, asked)
        if profile is not None:
            asked["by"] = by
        analysis_id = resolved(workspace, kind, analysis)
        try:
            frame = _calculated(namespace, analysis_id, asked | _reading(strict, max_age, refresh))
        except NotFound as error:
            if not is_id(analysis) or profile is not None:
                raise
            raise missing(workspace, kind, analysis_id, error) from None
        target.write(frame, _legible(frame))
        if target.file is not None:
            tell(_told(frame, target.file.name), quiet=quiet)


def _legible(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what tells a person nothing: empty columns, ids beside names."""
    ids = [
        identifier
        for identifier, name in _NAMED.items()
        if {identifier, name} <= {*frame.columns}
        and frame[name].notna().all()
        and frame[name].nunique() == frame[identifier].nunique()
    ]
    empty = [name for name in frame.columns if len(frame) and frame[name].isna().all()]
    return frame.drop(columns=[*ids, *(name for name in empty if name not in ids)])


def _calculated(namespace: Kind, analysis_id: str, asked: dict[str, Any]) -> pd.DataFrame:
    # Kinds take different arguments, which _check has looked at.
    frame: pd.DataFrame = namespace.calculate(analysis_id, **asked)  # type: ignore[attr-defined]
    return frame


def _reading(strict: bool, max_age: float | None, refresh: bool) -> dict[str, Any]:
    return {"strict": strict, "max_age": max_age, "refresh": refresh}


def _check(workspace: Workspace, kind: str, asked: dict[str, Any]) -> None:
    """Refuse options that a kind has no use for, and ask for those that it needs."""
    takes = _arguments(workspace, kind)
    article = "An" if kind[0] in "ae" else "A"
    for name in asked:
        if name not in takes:
            able = [other for other in FAMILIES if name in _arguments(workspace, other)]
            raise ConfigError(
                f"{article} {kind} takes no {_OPTIONS.get(name, f'--{name}')}.",
                hint=f"These do: {', '.join(able)}.",
            )
    if "profile" in takes and "profile" not in asked:
        raise ConfigError(
            f"{article} {kind} has a value for each profile.",
            hint="Say of whom with --profile; 'synerise-frames profiles' asks for many.",
        )


def _arguments(workspace: Workspace, kind: str) -> Collection[str]:
    calculate = kind_of(workspace, kind).calculate  # type: ignore[attr-defined]
    return inspect.signature(calculate).parameters


def _told(frame: pd.DataFrame, place: str) -> str:
    source = frame.attrs.get("source") or "live"
    name = frame.attrs.get("analysis_name") or frame.attrs.get("analysis_id") or ""
    rows = "row" if len(frame) == 1 else "rows"
    return f"{len(frame):,} {rows} in {place}: {one_line(name)} ({source})"
