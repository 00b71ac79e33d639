"""Records of any shape to columns: the declared ones by role, everything else kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import itemgetter
from typing import Any, overload

from synerise_frames.frames.find import OPAQUE, all_scalars, at, is_scalar, pick, sample, spelled
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.tables import table

Record = Mapping[str, Any]


class Places(Sequence[str]):
    """JSON paths of records, made when one is asked for: nearly none ever is."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._blocks: list[tuple[str, bool]] = []
        self._length = 0

    def add(self, path: str) -> None:
        """Add one path."""
        self._block(path, 1, listed=False)

    def extend(self, path: str, count: int) -> None:
        """Add the paths of the first `count` items of the list at `path`."""
        self._block(path, count, listed=True)

    def join(self, other: Places) -> None:
        """Add all paths of `other`."""
        self._firsts.extend(self._length + first for first in other._firsts)
        self._blocks.extend(other._blocks)
        self._length += other._length

    def _block(self, path: str, count: int, *, listed: bool) -> None:
        if count:
            self._firsts.append(self._length)
            self._blocks.append((path, listed))
            self._length += count

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(self._length))]
        if not 0 <= row < self._length:
            raise IndexError(row)
        block = bisect_right(self._firsts, row) - 1
        path, listed = self._blocks[block]
        return at(path, row - self._firsts[block]) if listed else path


@dataclass(frozen=True)
class Records:
    """JSON objects that mean rows, and where each of them stands in the answer."""

    rows: list[Record] = field(default_factory=list, repr=False)
    paths: Places = field(default_factory=Places)

    def add(self, row: Record, path: str) -> None:
        """Add one record."""
        self.rows.append(row)
        self.paths.add(path)

    def extend(self, rows: Sequence[Record], path: str) -> None:
        """Add the records that are the items of the list at `path`."""
        self.rows.extend(rows)
        self.paths.extend(path, len(rows))

    def fields(self) -> dict[str, list[Any]]:
        """Give some values of every field."""
        return sample(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def column(rows: Sequence[Mapping[str, Any]], key: str | None) -> list[Any]:
    """Give one field of every row; ``None`` where a row has none."""
    if key is None:
        return [None] * len(rows)
    try:
        return list(map(itemgetter(key), rows))
    except KeyError:
        return [row.get(key) for row in rows]


def declared_fields(
    records: Records, names: Mapping[str, tuple[str, ...]]
) -> dict[str, str | None]:
    """Find the field of each declared column by its ranked `names`; no field is found twice."""
    fields, used = records.fields(), dict[str, str | None]()
    for column_name, known in names.items():
        used[column_name] = pick(fields, known, all_scalars, used.values())
    return used


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
            place = _field(records.paths[first], records.rows[first], key)
            reading.unexpected(place, f"unknown field {key!r}")
        if boxes_as_text or all(map(is_scalar, values)):
            columns[key] = column(records.rows, key)
        else:
            _hold(reading, records, key, columns)
    return columns


def _field(path: str, row: Record, key: str) -> str:
    """Give the path of a field; the dots in a flattened one are steps down."""
    parts = key.split(".")
    # A field that was in an object has others of it beside it at most, never the object.
    return at(path, key) if "" in parts or parts[0] in row else reduce(at, parts, path)


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
        result[free_name(name, declared | result.keys(), "_sent")] = values
    return result


def hold_rest(
    reading: Reading,
    around: Mapping[str, Any],
    used: Container[str | None],
    *expected: str,
    path: str = "$",
) -> None:
    """Keep the fields around the rows in ``attrs["extra"]``; only unknown ones are drift."""
    for key, value in around.items():
        if key in used or value in (None, "", [], {}):
            continue
        if spelled(key) in OPAQUE or spelled(key) in expected:
            reading.hold(key, value)
        else:
            reading.keep(at(path, key), key, value)
