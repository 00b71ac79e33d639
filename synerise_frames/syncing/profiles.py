"""The bulk part of a recipe: values of many profiles, as a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd

from synerise_frames.bulk.result import Result
from synerise_frames.errors import BulkError
from synerise_frames.syncing.finding import Finder
from synerise_frames.syncing.memory import Note
from synerise_frames.syncing.recipe import DatasetSpec
from synerise_frames.workspace import Workspace

# What may be otherwise the next time.
_PASSING = ("error", "rate_limited", "skipped")
# A ledger of which a larger part was not answered does not take the place of a good one. That
# somebody is not known, is refused or is no identifier is an answer, and the same the next time.
_MOST = 0.01


def ledger(
    workspace: Workspace, spec: DatasetSpec, finder: Finder, notes: Sequence[Note]
) -> pd.DataFrame:
    """Ask for the values of all profiles; answers of a run that was killed are used.

    Raises
    ------
    BulkError
        If no row has a value, or more than one in a hundred had no answer at all.
    """
    result = _run(workspace, spec, finder, notes)
    if not result.counts.get("ok") and finder.forget():
        # An analysis may have been deleted and made again.
        result = _run(workspace, spec, finder, notes)
    counts = result.counts
    told = ", ".join(f"{count:,} {status}" for status, count in counts.items()) or "no rows"
    if not counts.get("ok"):
        raise BulkError(
            f"{spec.place()}: no profile was answered: {told}.",
            hint="Check the file of ids, 'column', 'by' and the key's permissions; the data set "
            "is as it was.",
        )
    if sum(counts.get(status, 0) for status in _PASSING) > _MOST * sum(counts.values()):
        raise BulkError(
            f"{spec.place()}: too few were answered: {told}.",
            hint="The data set is as it was. Sync again: what was answered is not asked again "
            "for an hour.",
        )
    return result.frame


def _run(workspace: Workspace, spec: DatasetSpec, finder: Finder, notes: Sequence[Note]) -> Result:
    bulk = spec.bulk

    def ids(family: str) -> list[str]:
        return [finder.id_of(family, name, family) for name in bulk[family]]

    profiles = workspace.profiles(bulk["ids"], by=bulk["by"], column=bulk["column"])
    plan = profiles.plan(
        aggregates=ids("aggregates"),
        expressions=ids("expressions"),
        segmentations=ids("segmentations"),
        max_age=_since(notes),
    )
    result = plan.run(progress=False)
    if any(status in result.counts for status in _PASSING):
        result = result.retry_failed(progress=False)
    return result


def _since(notes: Sequence[Note]) -> float | None:
    """Give the seconds since the last sync: what was answered before it is what it wrote."""
    if not notes:
        return None
    last = datetime.fromisoformat(notes[-1].fetched_at)
    return max((datetime.now(UTC) - last).total_seconds(), 0.0)
