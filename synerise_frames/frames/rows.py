"""Records of any shape to columns: the declared ones by role, everything else kept."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from synerise_frames.frames.find import at, is_scalar, sample, spelled
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.tables import table

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Records:
    """JSON objects that mean rows, and where each of them stands in the answer.

    ``made`` names the fields that :mod:`~synerise_frames.frames.flatten` gave to values
    that had no name of their own.
    """

    rows: list[Record] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def add(self, row: Record, path: str) -> None:
        """Add one record."""
        self.rows.append(row)
        self.paths.append(path)

    def fields(self) -> dict[str, list[Any]]:
        """Give some values of every field."""
        return sample(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def column(rows: Sequence[Mapping[str, Any]], key: str | None) -> list[Any]:
    """Give one field of every row; ``None`` where a row has none."""
    return [None] * len(rows) if key is None else [row.get(key) for row in rows]


def others(
    reading: Reading,
    records: Records,
    used: Container[str | None],
    *,
    expected: Iterable[str] | None = (),
    boxes_as_text: bool = False,
) -> dict[str, list[Any]]:
    """Give the fields that have no role as columns of their own.

    Scalars become columns; lists and objects go to ``attrs["extra"]`` (or become JSON text).
    What is not `expected` counts as drift; with ``expected=None`` everything is.
    """
    known = None if expected is None else {spelled(name) for name in expected}
    columns: dict[str, list[Any]] = {}
    for key, values in records.fields().items():
        if key in used:
            continue
        drifts = known is not None and spelled(key) not in known
        if drifts:
            first = next(i for i, row in enumerate(records.rows) if key in row)
            reading.unexpected(at(records.paths[first], key), f"unknown field {key!r}")
        if boxes_as_text or all(map(is_scalar, values)):
            columns[key] = column(records.rows, key)
        else:
            _hold(reading, records, key, columns)
    return columns


def _hold(reading: Reading, records: Records, key: str, columns: dict[str, list[Any]]) -> None:
    """Keep lists and objects in attrs, by path where several rows have one."""
    values = column(records.rows, key)
    if any(value is not None and is_scalar(value) for value in values):
        columns[key] = values
        return
    found = {path: v for path, v in zip(records.paths, values, strict=True) if v is not None}
    reading.hold(key, next(iter(found.values())) if len(values) == 1 else found)


def apart(kind: str, columns: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Rename columns that a declared one would hide."""
    declared = {c.name for c in table(kind)}
    result: dict[str, list[Any]] = {}
    for name, values in columns.items():
        free = name
        while free in declared or free in result:
            free += "_sent"
        result[free] = values
    return result


def hold_rest(
    reading: Reading, root: Mapping[str, Any], used: Container[str | None], *expected: str
) -> None:
    """Keep the fields around the rows in ``attrs["extra"]``; only unknown ones are drift."""
    known = {*map(spelled, expected), "metadata", "meta", "name", "title", "description"}
    for key, value in root.items():
        if key in used or value in (None, "", [], {}):
            continue
        if spelled(key) in known:
            reading.hold(key, value)
        else:
            reading.keep(at("$", key), key, value)
