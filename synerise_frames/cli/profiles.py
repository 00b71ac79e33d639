"""``synerise-frames profiles``: values of many profiles, to a folder, a file or a pipe."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

import click

from synerise_frames.bulk.cell import FINAL
from synerise_frames.cli.ending import ending
from synerise_frames.cli.exit_codes import FAILED, OK
from synerise_frames.cli.forms import FORMS
from synerise_frames.cli.hints import about_another_plan, resuming
from synerise_frames.cli.identifiers import identifiers
from synerise_frames.cli.options import Decorator, examples
from synerise_frames.cli.running import Asked, Place, Running, place_of
from synerise_frames.cli.streams import tell
from synerise_frames.cli.workspaces import freshness_options, opened, workspace_options
from synerise_frames.errors import ConfigError
from synerise_frames.wire.bodies import IDENTIFIERS
from synerise_frames.wire.memory import Fresh

if TYPE_CHECKING:
    from synerise_frames.bulk.result import Result

# What a person looks for; files and pipes get all columns.
_SHOWN = ("profile", "name", "result", "status", "error")


class Stopped(click.ClickException):
    """Ctrl-C or SIGTERM, with how to go on."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        # Click has it as one of the class.
        self.words, self.exit_code = ending()  # type: ignore[misc]

    def show(self, file: IO[str] | None = None) -> None:
        """Say it on stderr."""
        said = f"\nsynerise-frames: {self.words}. {self.message}"
        if file is None:
            tell(said)
        else:
            click.echo(said, file=file)


class _Profiles(click.Command):
    """Says where identifiers go, to who gives their file alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if "unexpected extra argument" not in error.message:
                raise
            how = "Identifiers are named by --ids: --ids FILE, or --ids - for stdin."
            raise click.UsageError(f"{error.message}. {how}", ctx) from None


def _many(name: str) -> Callable[[Decorator], Decorator]:
    return click.option(
        f"--{name}",
        f"{name}s",
        multiple=True,
        metavar="ID|NAME",
        help=f"An {name} to calculate; repeatable."
        if name[0] in "ae"
        else f"A {name} that they may be in; repeatable.",
    )


@click.command(
    cls=_Profiles,
    short_help="Calculate values of many profiles.",
    epilog=examples(
        "synerise-frames profiles --ids ids.csv --aggregate Spend --aggregate Baskets -o features",
        "synerise-frames profiles --resume -o features",
        "seq 1 20 | synerise-frames profiles --ids - --aggregate Spend --wide",
        "synerise-frames profiles --ids ids.csv --column profile --expression 'Average basket' "
        "--segmentation 'Buying rhythm' -o values.parquet",
    ),
)
@click.option(
    "--ids", "source", metavar="FILE|-", help="Parquet, CSV, or an id a line; - is stdin."
)
@click.option("--column", metavar="NAME", help="Column that holds them, where it is not clear.")
@click.option(
    "--by",
    type=click.Choice(IDENTIFIERS),
    default="id",
    show_default=True,
    help="What they are.",
)
@_many("aggregate")
@_many("expression")
@_many("segmentation")
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="DIR|FILE|-",
    type=click.Path(allow_dash=True),
    help="Folder for the ledger as Parquet parts, or a file; - is stdout, the default.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="Default: as FILE ends; on stdout a table in a terminal, CSV in a pipe.",
)
@click.option("--wide", is_flag=True, help="A row a profile and a column an analysis.")
@click.option(
    "--workers",
    type=click.IntRange(1, 1000),
    default=64,
    show_default=True,
    help="Connections.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="When to end; what is missing then is 'skipped'.",
)
@click.option("--resume", is_flag=True, help="Go on with what was ended in -o DIR or FILE.")
@workspace_options
@freshness_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def profiles(
    source: str | None,
    column: str | None,
    by: str,
    aggregates: tuple[str, ...],
    expressions: tuple[str, ...],
    segmentations: tuple[str, ...],
    output: str,
    form: str | None,
    wide: bool,
    workers: int,
    deadline: float | None,
    resume: bool,
    is_demo: bool,
    host: str | None,
    offline: bool,
    max_age: float | None,
    refresh: bool,
    quiet: bool,
) -> int:
    """Calculate aggregates and expressions of many profiles, and which segments they are in.

    What is written is the ledger: a row a profile and analysis, with its status, in the order of
    the identifiers. Ctrl-C keeps what was answered; --resume goes on. Exit code 1 where a row is
    not ok.
    """
    place = place_of(output, form, wide=wide)
    asked = Asked(aggregates, expressions, segmentations, Fresh(max_age, refresh))
    run = Running(workers, deadline, not quiet)
    with opened(is_demo, host, offline) as workspace:
        try:
            with about_another_plan(place, output, is_demo=is_demo):
                if resume:
                    _check_resume(source, asked, place)
                    result = run.resumed(workspace, place)
                else:
                    result = run.begun(workspace, _given(source, by, column), by, asked, place)
        except KeyboardInterrupt:
            raise Stopped(_how_to_go_on(place, output, is_demo)) from None
        code = _done(result, place, wide, quiet)
        _put_away(place, result, resuming(output, is_demo=is_demo), quiet)
        return code


def _given(source: str | None, by: str, column: str | None) -> list[Any]:
    if source is None:
        raise ConfigError(
            "There are no identifiers.", hint="Name a file with --ids FILE, or - for stdin."
        )
    return identifiers(source, by, column)


def _check_resume(source: str | None, asked: Asked, place: Place) -> None:
    if source is not None or asked:
        raise ConfigError(
            "--resume knows what was asked, and of whom.",
            hint="Leave out --ids and the analyses, or leave out --resume.",
        )
    if place.journal is None:
        raise ConfigError(
            "--resume needs the place of the run.", hint="Name it with -o, as before."
        )


def _how_to_go_on(place: Place, output: str, is_demo: bool) -> str:
    if place.journal is None:
        return "What was answered is kept in the cache for a while: the same command goes on."
    return f"What was answered is kept; this goes on:\n  {resuming(output, is_demo=is_demo)}"


def _done(result: Result, place: Place, wide: bool, quiet: bool) -> int:
    """Write what came, say how it went, and give the exit code."""
    if place.target is not None:
        if wide:
            place.target.write(result.wide())
        else:
            place.target.write(frame := result.frame, frame[[*_SHOWN]])
    failed = {status: count for status, count in result.counts.items() if status != "ok"}
    if place.target is None or place.target.file is not None or failed:
        counts = ", ".join(f"{count:,} {status}" for status, count in result.counts.items())
        tell(
            f"{counts or 'no rows'}; {result.sent:,} calls in {result.seconds:,.1f} s.",
            quiet=quiet and not failed,
        )
    return FAILED if failed else OK


def _put_away(place: Place, result: Result, command: str, quiet: bool) -> None:
    """Remove the journal beside a file, unless to ask again may give more."""
    if place.target is None or place.journal is None:
        return
    if FINAL.issuperset(result.counts):
        # A file is all there is to say; the next run may ask of others.
        place.journal.unlink(missing_ok=True)
    else:
        tell(f"This asks again for what may pass: {command}", quiet=quiet)
