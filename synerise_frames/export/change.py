"""One change of a data set: which files it replaces, and which take their places."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

import pyarrow as pa

from synerise_frames._version import __version__
from synerise_frames.errors import DatasetError
from synerise_frames.export.commit import decide, stage
from synerise_frames.export.evolution import merged_columns
from synerise_frames.export.files import decode, encode
from synerise_frames.export.manifest import DataColumn, DataFile, Manifest
from synerise_frames.export.names import folded
from synerise_frames.export.notes import sources, windows
from synerise_frames.export.partitions import Key, folder, keys_of, split
from synerise_frames.export.reading import checked_content
from synerise_frames.export.store import Lease, Store
from synerise_frames.export.tables import columns_of, conform, schema_of, to_frame
from synerise_frames.schema import SCHEMA_VERSION

Mode = Literal["replace-partitions", "append", "error"]
Partition = Mapping[str, str]
Notes = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Done:
    """A change that was made: the manifest before and after, and the files that went."""

    before: Manifest | None
    replaced: Sequence[DataFile]
    after: Manifest


def keys(
    table: pa.Table, there: Manifest | None, partition_by: str | Sequence[str], root: str
) -> tuple[Key, ...]:
    """Give what folders are made by: what is asked for, or what the data set has already.

    Raises
    ------
    DatasetError
        If these differ.
    ConfigError
        If the columns cannot be keys.
    """
    columns = to_frame(table.slice(0, 0))
    if there is None:
        return keys_of(partition_by, columns)
    asked = [partition_by] if isinstance(partition_by, str) else list(partition_by)
    own = list(there.partition_by)
    if asked and asked != own:
        raise DatasetError(
            f"The data set {root} is partitioned by {own or 'nothing'}.",
            hint="Leave partition_by out, or write into another folder.",
        )
    return keys_of(own, columns)


@dataclass(frozen=True)
class Change:
    """One table on its way into a store."""

    store: Store
    lease: Lease
    table: pa.Table
    kind: str
    attrs: Mapping[Hashable, Any]
    there: Manifest | None
    keys: Sequence[Key]
    #: Where each new file is, and where it is to be.
    moves: dict[str, str] = field(default_factory=dict)

    def make(self, mode: Mode, covers: Sequence[Partition], notes: Notes | None) -> Done:
        """Stage the new files and decide the change; it is not settled yet."""
        before = self.there.files if self.there else ()
        columns, schema = self._columns()
        parts = self._parts(conform(self.table, schema))
        gone = _replaced(before, [part for part, _ in parts] + list(covers), mode, self.keys)
        kept = [file for file in before if file not in gone]
        if self.there and columns != self.there.columns:
            kept = [self._rewritten(file, schema) for file in kept]
        # Of files whose names some systems take for the same, none takes the other's place.
        taken = {folded(file.path): file.path for file in before}
        free = {file.path for file in gone}
        files = [
            self._put(_path(partition, taken, free), rows, partition) for partition, rows in parts
        ]
        manifest = self._manifest(columns, kept, files, notes)
        decide(self.store, self.lease, manifest, self.moves, [file.path for file in gone])
        return Done(self.there, gone, manifest)

    def _columns(self) -> tuple[tuple[DataColumn, ...], pa.Schema]:
        columns = columns_of(self.table, self.kind)
        if self.there:
            columns = merged_columns(self.there.columns, columns, self.store.root)
        return columns, schema_of(columns, {"kind": self.kind, "provenance": dict(self.attrs)})

    def _parts(self, table: pa.Table) -> list[tuple[Partition, pa.Table]]:
        if not self.keys:
            return [({}, table)]
        # As the files have them: times in the data set's zone, whatever the frame's is.
        columns = to_frame(table.select([key.column for key in self.keys]))
        return [(part, table.take(pa.array(rows))) for part, rows in split(columns, self.keys)]

    def _put(self, path: str, rows: pa.Table, partition: Partition) -> DataFile:
        content = encode(rows)
        aside, digest = stage(self.store, self.lease, len(self.moves), content)
        self.moves[aside] = path
        return DataFile(path, len(rows), len(content), digest, dict(partition))

    def _rewritten(self, file: DataFile, schema: pa.Schema) -> DataFile:
        """Give an older file the columns that came since: readers take the first file's."""
        own = decode(checked_content(self.store, file, {}))
        metadata = {**(schema.metadata or {}), **(own.schema.metadata or {})}
        metadata[b"pandas"] = schema.metadata[b"pandas"]
        table = conform(own, schema).replace_schema_metadata(metadata)
        return self._put(file.path, table, file.partition)

    def _manifest(
        self,
        columns: tuple[DataColumn, ...],
        kept: Sequence[DataFile],
        files: Sequence[DataFile],
        notes: Notes | None,
    ) -> Manifest:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        there = self.there or Manifest(
            self.store.root, self.kind, SCHEMA_VERSION, __version__, (), (), created_at=now
        )
        # Of what was replaced whole, nothing is left to tell of.
        old_windows, old_sources = (there.windows, there.sources) if kept else ((), ())
        return replace(
            there,
            schema_version=SCHEMA_VERSION,
            library_version=__version__,
            partition_by=tuple(map(str, self.keys)),
            columns=columns,
            files=tuple(sorted([*kept, *files], key=lambda file: file.path)),
            windows=windows(old_windows, self.attrs, notes),
            sources=sources(old_sources, self.attrs),
            updated_at=now,
        )


def _path(partition: Partition, taken: dict[str, str], free: set[str]) -> str:
    """Give the first name in a partition's folder that is free."""
    place = f"{folder(dict(partition))}/" if partition else ""
    number = 0
    while True:
        path = f"{place}part-{number}.parquet"
        holder = taken.get(folded(path))
        if holder is None or (holder == path and path in free):
            free.discard(path)
            taken[folded(path)] = path
            return path
        number += 1


def _replaced(
    before: Sequence[DataFile], covered: Sequence[Partition], mode: Mode, keys: Sequence[Key]
) -> list[DataFile]:
    if mode == "append":
        return []
    if not keys:
        return list(before)
    partitions = [dict(one) for one in covered]
    return [file for file in before if dict(file.partition) in partitions]
