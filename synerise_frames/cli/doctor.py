"""``synerise-frames doctor``: is everything as it should be, and which paths are right."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from synerise_frames.cli.options import on_host
from synerise_frames.cli.wording import for_shell
from synerise_frames.config import cache_folder, resolve
from synerise_frames.connecting import connect
from synerise_frames.doctor.checks import diagnose
from synerise_frames.doctor.report import diagnosis_text, finding_text, probe_text
from synerise_frames.doctor.shapes import record_shapes
from synerise_frames.errors import ConfigError
from synerise_frames.host_paths import known_routes
from synerise_frames.hosts import alias_of
from synerise_frames.kinds.context import Context
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.bodies import IDENTIFIERS
from synerise_frames.wire.probe import Finding, probe_all, usable_routes
from synerise_frames.wire.probe.question import families


@click.command(
    short_help="Check the connection; verify and find paths.",
    epilog="Examples:\n\n  synerise-frames doctor\n\n"
    "  synerise-frames doctor --probe --id trends=ID --profile jane@example.com --by email\n\n"
    "  synerise-frames doctor --shapes shapes.json --profile 12345",
)
@click.option("--probe", is_flag=True, help="Try likely paths of calculations; never a write.")
@click.option(
    "--shapes",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write keys and types of real answers to FILE, without any value.",
)
@click.option(
    "ids",
    "--id",
    multiple=True,
    metavar="FAMILY=ID",
    help="An analysis to try with, such as trends=ID; repeatable. Others are found in lists.",
)
@click.option("--profile", metavar="VALUE", help="A profile to try with.")
@click.option("--by", type=click.Choice(IDENTIFIERS), default="id", show_default=True)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    help="Requests a second.",
)
@click.option("--host", metavar="HOST|REGION", help="Default: SYNERISE_HOST.")
def doctor(
    probe: bool,
    shapes: Path | None,
    ids: tuple[str, ...],
    profile: str | None,
    by: str,
    rate: float,
    host: str | None,
) -> int:
    """Check key, permissions, clock, zone and cache folder, and say which paths are verified.

    Exit code 1 where a check failed.
    """
    known_ids = _ids(ids)
    who = None if profile is None else (by, profile)
    if shapes and not shapes.absolute().parent.is_dir():
        raise ConfigError(
            f"There is no folder for {shapes}.", hint="Make it, or give another file to --shapes."
        )
    with connect(host=on_host(host), cache=False, offline=False) as workspace:
        context = workspace.context
        checks = diagnose(context, cache_folder())
        said = checks.assign(**{name: checks[name].map(for_shell) for name in ("detail", "hint")})
        click.echo(diagnosis_text(said, context.api.paths), nl=False)
        _tell_offline()
        # Without a login nothing else can be asked.
        failed = bool((checks["status"] == "failed").any())
        if probe and not failed:
            _probe(context, known_ids, who, rate)
        if shapes and not failed:
            recorded = record_shapes(context, known_ids, who, rate=rate)
            _write(shapes, recorded)
            count = len(recorded["operations"])
            click.echo(f"Keys and types of {count} answers are in {shapes}, without any value.")
    return int(failed)


def _tell_offline() -> None:
    """Say that other commands do not ask the server, which was asked here all the same."""
    setting = resolve()["offline"]
    if not setting.is_off:
        click.echo(
            f"Offline is {setting.value} ({setting.source}): the doctor asks the server "
            "all the same,\neverything else sends nothing and gives what is kept."
        )


def _probe(
    context: Context, ids: dict[str, list[str]], profile: tuple[str, str] | None, rate: float
) -> None:
    click.echo("\nProbing; this reads and calculates, and never writes.")
    findings: list[Finding] = []

    def tell(finding: Finding) -> None:
        finding = replace(finding, note=for_shell(finding.note))
        findings.append(finding)
        click.echo(finding_text(finding), nl=False)

    try:
        probe_all(context.api, ids=ids, profile=profile, rate=rate, on_finding=tell)
        click.echo(probe_text(findings, context.api.paths), nl=False)
    finally:
        # Also after Ctrl-C: what was found is found.
        found = usable_routes(findings)
        if found:
            alias = alias_of(context.api.host)
            known_routes().save(alias, found, note="doctor --probe")
            click.echo(f"{len(found)} paths are remembered for {alias}.")


def _write(file: Path, recorded: object) -> None:
    try:
        file.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"Cannot write {file}: {error.strerror}.", hint="Give another file to --shapes."
        ) from None


def _ids(given: tuple[str, ...]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for one in given:
        family, equals, analysis_id = one.partition("=")
        if not (equals and family and analysis_id):
            raise ConfigError(f"--id {one} names no analysis.", hint="Write --id trends=ID.")
        if family.strip() not in families():
            raise ConfigError(
                f"--id {one}: there is no family {family!r}.",
                hint=f"{did_you_mean(family, families())}One of: {', '.join(families())}.",
            )
        ids.setdefault(family.strip(), []).append(analysis_id.strip())
    return ids
