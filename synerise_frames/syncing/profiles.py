"""The bulk part of a recipe: values of many profiles, as a ledger."""

from __future__ import annotations

import pandas as pd

from synerise_frames.errors import BulkError
from synerise_frames.syncing.finding import Finder
from synerise_frames.syncing.recipe import DatasetSpec
from synerise_frames.workspace import Workspace

_ANSWERED = frozenset({"ok", "not_found"})


def ledger(workspace: Workspace, spec: DatasetSpec, finder: Finder) -> pd.DataFrame:
    """Ask for the values of all profiles; answers of a run that was killed are used.

    Raises
    ------
    BulkError
        If no profile was answered.
    """
    bulk = spec.bulk

    def ids(family: str) -> list[str]:
        return [finder.id_of(family, name, family) for name in bulk[family]]

    profiles = workspace.profiles(bulk["ids"], by=bulk["by"], column=bulk["column"])
    plan = profiles.plan(
        aggregates=ids("aggregates"),
        expressions=ids("expressions"),
        segmentations=ids("segmentations"),
    )
    result = plan.run(progress=False)
    counts = result.counts
    if counts and not _ANSWERED & set(counts):
        told = ", ".join(f"{count:,} {status}" for status, count in counts.items())
        raise BulkError(
            f"{spec.place()}: no profile was answered: {told}.",
            hint="Check the key's permissions and 'by'; the data set is as it was.",
        )
    return result.frame
