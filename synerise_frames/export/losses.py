"""What a frame pushed out of a data set: more than it brought is rarely what was meant."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence

from synerise_frames.errors import SyneriseWarning
from synerise_frames.export.manifest import DataFile, Manifest
from synerise_frames.export.notes import SYNCED
from synerise_frames.export.partitions import folder


def tell_losses(before: Manifest | None, replaced: Sequence[DataFile], after: Manifest) -> None:
    """Warn where files were replaced by fewer rows, or by another analysis.

    A part of a month takes the place of the month, and one series that of all series.
    """
    if before is not None and any(one.get("type") == SYNCED for one in before.windows):
        _warn(
            f"A recipe keeps {after.root} up to date: its next sync pulls all windows again, and "
            "replaces what was written here."
        )
    if before is None or not replaced:
        return
    old, new = _rows(replaced), _rows(after.files)
    fewer = [name for name in old if new[name] < old[name]]
    if fewer:
        name = fewer[0]
        more = f" (and {len(fewer) - 1} more)" if len(fewer) > 1 else ""
        _warn(
            f"{name or 'The data set'} had {old[name]:,} rows and has {new[name]:,} now{more}: "
            "partitions are replaced whole. Pull all of a partition, or mode='append'."
        )
    ids = {one.get("analysis_id") for one in before.sources} - {None}
    added = {one.get("analysis_id") for one in after.sources} - {None} - ids
    if ids and added and not fewer:
        _warn(
            "Another analysis was in this data set, and its partitions were replaced. Give each "
            "analysis a data set of its own, or mode='append'."
        )


def _rows(files: Sequence[DataFile]) -> Counter[str]:
    rows: Counter[str] = Counter()
    for file in files:
        rows[folder(dict(file.partition))] += file.rows
    return rows


def _warn(message: str) -> None:
    # Where the caller of write_dataset stands.
    warnings.warn(message, SyneriseWarning, stacklevel=4)
