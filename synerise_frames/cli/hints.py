"""Hints that need to know where a run of this command writes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager

from synerise_frames.cli.running import Place
from synerise_frames.errors import SyneriseError


def resuming(output: str, *, is_demo: bool) -> str:
    """Give the command that goes on with a run."""
    demo = " --demo" if is_demo else ""
    return f"synerise-frames profiles --resume -o {shlex.quote(output)}{demo}"


@contextmanager
def about_another_plan(place: Place, output: str, *, is_demo: bool) -> Iterator[None]:
    """Let the hint about another plan name the place and the command of this run."""
    try:
        yield
    except SyneriseError as error:
        if error.code == "journal_of_another_plan" and place.journal is not None:
            error.hint = _of_another_plan(place, output, is_demo)
        raise


def _of_another_plan(place: Place, output: str, is_demo: bool) -> str:
    what = "folder" if place.folder else "file"
    # A folder's parts belong to its journal; beside a file it is all that is left of that run.
    gone = place.folder or place.journal
    return (
        f"Name another {what} with -o; or remove {shlex.quote(str(gone))} to begin anew; or end "
        f"that run first: {resuming(output, is_demo=is_demo)}"
    )
