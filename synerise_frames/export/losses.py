"""What a frame pushed out of a data set: more than it brought is rarely what was meant."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence

from synerise_frames.errors import SyneriseWarning
from synerise_frames.export.manifest import DataFile, Manifest
from synerise_frames.export.notes import SYNCED
from synerise_frames.export.partitions import folder


def tell_losses(
    before: Manifest | None, replaced: Sequence[DataFile], after: Manifest, mode: str
) -> None:
    """Warn where files were replaced by fewer rows, or what came is not like what is there.

    A part of a month takes the place of the month, and one series that of all series.
    """
    if before is not None and any(one.get("type") == SYNCED for one in before.windows):
        _warn(
            f"A recipe keeps {after.root} up to date: its next sync pulls all windows again, and "
            "replaces what was written here."
        )
    if before is None or mode != "replace-partitions":
        return
    if not replaced and after.files == before.files:
        _warn("The frame has no rows, so it names no partition, and nothing was replaced.")
    old, new = _rows(replaced), _rows(after.files)
    fewer = [name for name in old if new[name] < old[name]]
    if fewer:
        name = fewer[0]
        more = f" (and {len(fewer) - 1} more)" if len(fewer) > 1 else ""
        _warn(
            f"{name or 'The data set'} had {old[name]:,} rows and has {new[name]:,} now{more}: "
            "partitions are replaced whole. Pull all of a partition, or mode='append'."
        )
    if _others(before, after, "analysis_id"):
        kept = "its partitions were replaced" if replaced else "no column may tell them apart"
        # Folders by something else than time tell analyses apart, where they do not meet.
        if replaced or all(":" in key for key in after.partition_by):
            _warn(
                f"Another analysis was in this data set, and {kept}. Give each analysis a data "
                "set of its own, or mode='append'."
            )
    if widths := _others(before, after, "interval"):
        _warn(
            f"Buckets of {widths.pop()} are beside those of another width. Write all windows "
            "with one interval, or into another data set."
        )


def _others(before: Manifest, after: Manifest, what: str) -> set[str]:
    """Give what sources say that came, where others were there."""
    known = {str(one[what]) for one in before.sources if one.get(what)}
    there = {str(one[what]) for one in after.sources if one.get(what)}
    return there - known if known else set()


def _rows(files: Sequence[DataFile]) -> Counter[str]:
    rows: Counter[str] = Counter()
    for file in files:
        rows[folder(dict(file.partition))] += file.rows
    return rows


def _warn(message: str) -> None:
    # Where the caller of write_dataset stands.
    warnings.warn(message, SyneriseWarning, stacklevel=4)
