"""What a frame pushed out of a data set: more than it brought is rarely what was meant."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from synerise_frames.brief import brief
from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import SyneriseWarning
from synerise_frames.export.change import Done
from synerise_frames.export.manifest import DataFile, Manifest
from synerise_frames.export.notes import SYNCED, told_sources
from synerise_frames.export.partitions import folder


def tell_losses(done: Done, frame: pd.DataFrame, mode: str) -> None:
    """Warn where files were replaced by fewer rows, or what came is not like what is there.

    A part of a month takes the place of the month, and one series that of all series.
    """
    before, replaced, after = done.before, done.replaced, done.after
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
    _tell_others(before, replaced, after, frame)
    if widths := _others(before, after, "interval"):
        _warn(
            f"Buckets of {widths.pop()} are beside those of another width. Write all windows "
            "with one interval, or into another data set."
        )


def _tell_others(
    before: Manifest, replaced: Sequence[DataFile], after: Manifest, frame: pd.DataFrame
) -> None:
    known = {str(one["analysis_id"]): one for one in before.sources if one.get("analysis_id")}
    came = {str(one["analysis_id"]) for one in told_sources(frame.attrs) if one.get("analysis_id")}
    if not known or not came:
        return
    # Folders by something else than time tell analyses apart, where they do not meet.
    by_time = all(":" in key for key in after.partition_by)
    gone = [one for name, one in known.items() if name not in came]
    if replaced and (gone if by_time else came - set(known)):
        names = ", ".join(str(one.get("analysis_name") or one["analysis_id"]) for one in gone)
        _warn(
            "Another analysis was in this data set, and its partitions were replaced: what they "
            f"had of {brief(names, 200)} is gone. Give each analysis a data set of its own, or "
            "mode='append'."
        )
    elif not replaced and by_time and came - set(known):
        _warn(
            "Another analysis was in this data set, and no column may tell them apart. Give each "
            "analysis a data set of its own, or mode='append'."
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
    warnings.warn(message, SyneriseWarning, stacklevel=depth_of_caller())
