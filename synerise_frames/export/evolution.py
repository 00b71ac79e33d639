"""Whether a frame fits the columns of a data set, and what they are with it."""

from __future__ import annotations

from collections.abc import Sequence

from synerise_frames.errors import DatasetError
from synerise_frames.export.manifest import DataColumn


def merged_columns(
    old: Sequence[DataColumn], new: Sequence[DataColumn], root: str
) -> tuple[DataColumn, ...]:
    """Give the columns of a data set with what a frame brings.

    A column that is new, or that the frame lacks, is missing in the other's rows. Times keep the
    data set's zone: the moments are the same.

    Raises
    ------
    DatasetError
        If a column has another type, or may not be missing and would be.
    """
    known = {column.name: column for column in old}
    brought = {column.name: column for column in new}
    for column in old:
        name = column.name
        other = brought.get(name)
        if other is None:
            if not column.nullable:
                raise DatasetError(
                    f"The frame lacks the column {name}, which is never missing in {root}.",
                    hint="Write frames as they were calculated, before columns are dropped.",
                )
        elif "null" in (column.type, other.type):
            # Nothing was in it so far: it is whatever comes first.
            known[name] = column if other.type == "null" else other
        elif other.type != column.type and not _are_times(column, other):
            raise DatasetError(
                f"The column {name} is {column.type} in {root}, and {other.type} in the frame.",
                hint=f"Convert it: df[{name!r}].astype(…); or write into another folder.",
            )
    return (*known.values(), *(column for name, column in brought.items() if name not in known))


def _are_times(one: DataColumn, other: DataColumn) -> bool:
    return all("timestamp" in c.type and "tz=" in c.type for c in (one, other))
