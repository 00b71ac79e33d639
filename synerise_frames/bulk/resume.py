"""Going on with a run that was ended, from its journal alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from synerise_frames.bulk.asked import Analysis
from synerise_frames.bulk.journal import Journal
from synerise_frames.bulk.journal.logbook import ids_of
from synerise_frames.bulk.options import IN_FOLDER, Options
from synerise_frames.bulk.plan import make_plan
from synerise_frames.bulk.result import Result
from synerise_frames.bulk.running import run
from synerise_frames.bulk.showing import Show
from synerise_frames.errors import BulkError
from synerise_frames.kinds.context import Context
from synerise_frames.wire.memory import Fresh


def journal_in(path: str | os.PathLike[str]) -> Path:
    """Give the journal that a path names: itself, or that in an ``out=`` folder.

    Raises
    ------
    BulkError
        If the folder is a run's, whose journal is elsewhere.
    """
    path = Path(path)
    if not path.is_dir():
        return path
    journal = path / IN_FOLDER
    if not journal.exists() and any(path.glob("*.parquet")):
        raise BulkError(
            f"{path} holds a ledger, and no journal: its run kept one elsewhere (journal=), or "
            "it was deleted.",
            hint="Name what the run was given as journal=; the same call as before goes on, too.",
        )
    return journal


def check_there(path: str | os.PathLike[str]) -> None:
    """Check that a path names a journal, of whomever.

    Raises
    ------
    BulkError
        If it does not.
    """
    Journal.peek(journal_in(path))


def resume(
    context: Context,
    path: str | os.PathLike[str],
    *,
    workers: int = 64,
    progress: bool | Show = True,
    deadline: float | None = None,
    executor: Any = None,
) -> Result:
    """Run what the journal's plan still lacks."""
    path = journal_in(path)
    with Journal.open(path, context.api.tenant) as journal:
        about, ids = journal.about, ids_of(journal)
    context.names.update(about["names"])
    analyses = [Analysis(kind, one) for kind, one in about["analyses"]]
    fresh = Fresh(about["max_age"], about["refresh"])
    plan = make_plan(context, ids, about["by"], analyses, fresh)
    out = about["out"] and Path(about["out"])
    if out and path.name == IN_FOLDER:
        out = path.parent  # A folder that was moved has taken its journal along.
    options = Options(workers, path, out, progress, deadline, executor, resuming=True)
    return run(plan, options)
