"""``synerise-frames sync``: data sets that are brought up to date by a recipe."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from synerise_frames.cli.ending import ending, settled
from synerise_frames.cli.exit_codes import FAILED, OK, code_of
from synerise_frames.cli.streams import is_terminal, tell
from synerise_frames.cli.tables import padded
from synerise_frames.cli.wording import for_shell
from synerise_frames.connecting import demo as demo_workspace
from synerise_frames.errors import SyneriseError, SyneriseWarning
from synerise_frames.redact import redact
from synerise_frames.syncing import Step, SyncResult
from synerise_frames.syncing import sync as bring_up_to_date

_EXAMPLES = (
    "Examples:\n\n  synerise-frames sync recipe.toml --dry-run\n\n"
    "  synerise-frames sync recipe.toml --only revenue\n\n"
    "  15 * * * *  synerise-frames sync /srv/bi/recipe.toml 2>> /var/log/bi.jsonl\n\n"
    "Exit codes: 0 all done, 1 a data set failed (the others are done), 2 wrong usage or recipe, "
    "3 another sync is running, 130 after Ctrl-C, 143 after SIGTERM."
)


@click.command(short_help="Bring data sets up to date by a recipe.", epilog=_EXAMPLES)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be done; send and write nothing.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this data set; repeatable.")
@click.option(
    "--again", metavar="DAY", help="Pull what is there again too, from the window of this day on."
)
@click.option("--demo", is_flag=True, help="Use the embedded workspace instead of an account.")
@click.option(
    "--now",
    metavar="MOMENT",
    help="With --demo: where its clock stands, such as 2017-03-15T06:00; what is later is not "
    "there yet.",
)
@click.option(
    "--log",
    "form",
    type=click.Choice(["auto", "json", "text"]),
    default="auto",
    show_default=True,
    help="A line a step on stderr: JSON, or text for people; auto takes text in a terminal.",
)
@click.pass_context
def sync(
    context: click.Context,
    recipe: Path,
    dry_run: bool,
    only: tuple[str, ...],
    again: str | None,
    demo: bool,
    now: str | None,
    form: str,
) -> int:
    """Pull what is new or still open of the data sets in RECIPE, a TOML file.

    Safe to run every hour, and to kill at any moment.
    """
    if now and not demo:
        raise click.UsageError(
            "--now goes with --demo: an account's clock is that of this machine."
        )
    as_text = form == "text" or (form == "auto" and is_terminal(sys.stderr))
    on_step = None if dry_run else _teller(as_text)
    try:
        # Ctrl-C while the embedded workspace starts or closes is a line of the log, too.
        opened = demo_workspace(now=now) if demo else nullcontext()
        with opened as workspace, nullcontext() if as_text else _warnings_as_json():
            result = bring_up_to_date(
                recipe, workspace, dry_run=dry_run, only=only, again=again, on_step=on_step
            )
        if dry_run:
            click.echo(_plan(result), nl=False)
        return settled(OK if result.ok else FAILED)
    except SyneriseError as error:
        # --debug is for a person, and shows where it comes from.
        if as_text or context.obj:
            raise
        told = {"message": for_shell(error.message), "hint": for_shell(error.hint)}
        _tell_as_json("error", code=error.code, **told)
        return settled(code_of(error))
    except KeyboardInterrupt:
        if as_text:
            raise
        words, code = ending()
        hint = "What was done is kept; the same command does the rest."
        _tell_as_json("error", code="stopped", message=f"The sync was {words}.", hint=hint)
        return settled(code)


def _teller(as_text: bool) -> Callable[[Step], None]:
    def tell_step(step: Step) -> None:
        step = replace(step, message=for_shell(step.message), hint=for_shell(step.hint))
        tell(_line(step) if as_text else redact(json.dumps(step.to_dict())))

    return tell_step


def _tell_as_json(level: str, **told: str) -> None:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    tell(redact(json.dumps({"ts": moment, "level": level, **told})))


@contextmanager
def _warnings_as_json() -> Iterator[None]:
    """Let each line of the log be JSON: warnings too."""
    before = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *more: Any, **named: Any) -> None:
        if not issubclass(category, SyneriseWarning):
            before(message, category, *more, **named)
            return
        _tell_as_json("warning", message=for_shell(str(message)))

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


def _line(step: Step) -> str:
    rows = "" if step.rows is None else f"{step.rows:,} rows"
    name = padded(step.dataset, 20)
    line = f"{step.status:<8} {name} {step.window:<10} {rows:>12} {step.seconds:7.2f} s"
    if step.code:
        return f"{line}  {step.message}\n  -> {step.hint}"
    return f"{line}  {step.reason}".rstrip()


def _plan(result: SyncResult) -> str:
    head = f"{'data set':<20}  {'kind':<12}  {'window':<10}  why\n"
    lines = [
        f"{padded(step.dataset, 20)}  {step.kind:<12}  {step.window:<10}  "
        f"{step.message or step.reason or 'up to date'}\n"
        for step in result.steps
    ]
    planned = result.counts.get("planned", 0)
    steps = "step" if planned == 1 else "steps"
    # A misspelt analysis is found when its server is asked, which a plan does not do.
    later = " Names of analyses are looked up then." if planned else ""
    return f"{head}{''.join(lines)}{planned} {steps} to do.{later}\n"
