"""Frames into a data set that dashboards read: pinned, partitioned, replaced whole."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import pandas as pd
import pyarrow as pa

from synerise_frames._version import __version__
from synerise_frames.errors import ConfigError, DatasetError
from synerise_frames.export.commit import decide, forget, load, settle, stage
from synerise_frames.export.evolution import merged_columns
from synerise_frames.export.files import decode, encode
from synerise_frames.export.losses import tell_losses
from synerise_frames.export.manifest import META, DataFile, Manifest
from synerise_frames.export.notes import sources, windows
from synerise_frames.export.partitions import Key, folder, keys_of, split
from synerise_frames.export.reading import checked_content
from synerise_frames.export.store import Store, open_store
from synerise_frames.export.tables import columns_of, conform, schema_of, to_table
from synerise_frames.schema import SCHEMA_VERSION
from synerise_frames.schema.recognise import recognise
from synerise_frames.schema.tables import TABLES

Mode = Literal["replace-partitions", "append", "error"]


def write_dataset(
    frame: pd.DataFrame,
    root: str | os.PathLike[str],
    partition_by: str | Sequence[str] = (),
    mode: Mode = "replace-partitions",
) -> Manifest:
    """Write a frame into a data set of Parquet files.

    Files have the pinned schema of the kind (``sf.schema.arrow``), microseconds, no index, zstd,
    and what columns mean in their metadata. Folders are Hive partitions whose keys have names of
    their own, ``series_key=…`` or ``bucket_start_month=…``, with ``__missing__`` for rows that
    have no value; the columns themselves stay in the files.

    Each file is replaced in one step. What is written becomes visible to
    :func:`read_dataset` at once, whole; a writer that is killed leaves the old or the new.

    Parameters
    ----------
    frame : DataFrame
        A frame of this library, or one made from it that has kept the columns of its kind.
    root : str or path-like
        Folder, or a URL that fsspec knows (extra ``remote``). Made if it is not there.
    partition_by : str or sequence of str, default ()
        Columns; of times with the unit: ``"bucket_start:month"`` (``year``, ``month``,
        ``week``, ``day``), in the zone of the column. An existing data set keeps its own.
    mode : {"replace-partitions", "append", "error"}, default "replace-partitions"
        Replace the partitions that the frame has rows for (all, without partitions); or add the
        rows; or refuse where there is a data set already.

    Returns
    -------
    Manifest
        What the data set is made of now.

    Raises
    ------
    DatasetError
        If there is something else, another kind, an incompatible schema or another writer, or
        the disk is full.
    ConfigError
        If an argument is wrong, or the frame is of no kind.

    Examples
    --------
    >>> import tempfile
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws, tempfile.TemporaryDirectory() as data:
    ...     baskets = ws.trends.calculate(
    ...         ws.trends.find("Baskets per day"), dates=sf.between("2017-03-01", "2017-05-01")
    ...     )
    ...     manifest = sf.write_dataset(baskets, f"{data}/baskets", "bucket_start:month")
    ...     [file.path for file in manifest.files]
    ['bucket_start_month=2017-03/part-0.parquet', 'bucket_start_month=2017-04/part-0.parquet']
    """
    if mode not in get_args(Mode):
        raise ConfigError(
            f"mode={mode!r} is none.", hint=f"Modes: {', '.join(map(repr, get_args(Mode)))}."
        )
    if not isinstance(frame, pd.DataFrame):
        raise ConfigError(
            f"A {type(frame).__name__} is no frame.", hint="Give a DataFrame of this library."
        )
    kind = recognise(frame)
    missing = [c.name for c in TABLES[kind] if c.name not in frame.columns]
    if missing:
        raise ConfigError(
            f"This {kind} lacks {', '.join(missing)}.",
            hint="Write frames as they were calculated: dashboards rely on all columns of a kind. "
            "df.synerise.to_parquet writes any frame to one file.",
        )
    before, after = _written(frame, root, partition_by, mode)
    tell_losses(before, after, mode)
    return after


def write_part(
    frame: pd.DataFrame,
    root: str | os.PathLike[str],
    partition_by: str | Sequence[str] = (),
    mode: Mode = "replace-partitions",
    *,
    covers: Sequence[Mapping[str, str]] = (),
    notes: Sequence[Mapping[str, Any]] | None = None,
) -> Manifest:
    """Write a frame; `covers` names partitions that it replaces even where it has no rows.

    `notes` are the manifest's windows from then on, in place of all that were noted.
    """
    return _written(frame, root, partition_by, mode, covers, notes)[1]


def _written(
    frame: pd.DataFrame,
    root: str | os.PathLike[str],
    partition_by: str | Sequence[str],
    mode: Mode,
    covers: Sequence[Mapping[str, str]] = (),
    notes: Sequence[Mapping[str, Any]] | None = None,
) -> tuple[Manifest | None, Manifest]:
    """Write a frame; give the manifest before and after."""
    kind = recognise(frame)
    table = to_table(frame, kind)
    store = open_store(root)
    try:
        with store.locked():
            settle(store)
            forget(store)
            there = _base(store, kind, mode)
            change = _Change(store, frame, table, kind, there)
            return there, change.make(partition_by, mode, covers, notes)
    except (OSError, pa.ArrowException) as error:
        raise DatasetError(
            f"Cannot write to {store.root}: {error}",
            hint="What was there before is still there; check room and rights.",
        ) from None


def _base(store: Store, kind: str, mode: Mode) -> Manifest | None:
    """Give the manifest of the data set that is there, if this may be added to it."""
    there = load(store)
    if there is None:
        # What file managers leave behind is no reason.
        strange = [name for name in store.names() if not name.startswith((f"{META}/", "."))]
        if strange:
            raise DatasetError(
                f"{store.root} is no data set, but holds files: {strange[0]}, for one.",
                hint="Name a new folder, or empty this one.",
            )
        return None
    if mode == "error":
        raise DatasetError(
            f"There is a data set in {store.root} already.",
            hint="mode='replace-partitions' replaces what the frame covers, 'append' adds to it.",
        )
    if there.kind != kind:
        raise DatasetError(
            f"The data set {store.root} holds frames of kind {there.kind}, this is a {kind}.",
            hint="Name another folder: one kind a data set.",
        )
    return there


@dataclass(frozen=True)
class _Change:
    """One writing: a table into a store."""

    store: Store
    frame: pd.DataFrame
    table: pa.Table
    kind: str
    there: Manifest | None

    def make(
        self,
        partition_by: str | Sequence[str],
        mode: Mode,
        covers: Sequence[Mapping[str, str]],
        notes: Sequence[Mapping[str, Any]] | None,
    ) -> Manifest:
        keys = self._keys(partition_by)
        columns = columns_of(self.table, self.kind)
        old = self.there.columns if self.there else None
        merged = merged_columns(old, columns, self.store.root) if old else columns
        schema = schema_of(merged, {"kind": self.kind, "provenance": self.frame.attrs})
        table = conform(self.table, schema)
        parts = split(self.frame, keys) if keys else [({}, None)]
        new: list[tuple[dict[str, str], pa.Table]] = [
            (partition, table if rows is None else table.take(pa.array(rows)))
            for partition, rows in parts
        ]
        before = self.there.files if self.there else ()
        gone = _replaced(before, [partition for partition, _ in new] + list(covers), mode, keys)
        kept = [file for file in before if file not in gone]
        moves: dict[str, str] = {}
        files: list[DataFile] = []
        if merged != old:
            kept = [self._rewritten(file, schema, moves) for file in kept]
        for partition, rows in new:
            files.append(self._staged(partition, rows, kept, moves))
        manifest = self._manifest(keys, merged, [*kept, *files], notes)
        decide(self.store, manifest, moves, [file.path for file in gone])
        return manifest

    def _keys(self, partition_by: str | Sequence[str]) -> tuple[Key, ...]:
        if self.there is None:
            return keys_of(partition_by, self.frame)
        asked = [partition_by] if isinstance(partition_by, str) else list(partition_by)
        own = list(self.there.partition_by)
        if asked and asked != own:
            raise DatasetError(
                f"The data set {self.store.root} is partitioned by {own or 'nothing'}.",
                hint="Leave partition_by out, or write into another folder.",
            )
        return keys_of(own, self.frame)

    def _staged(
        self,
        partition: dict[str, str],
        rows: pa.Table,
        kept: Sequence[DataFile],
        moves: dict[str, str],
    ) -> DataFile:
        taken = {file.path for file in kept}
        place = f"{folder(partition)}/" if partition else ""
        number = 0
        while f"{place}part-{number}.parquet" in taken:
            number += 1
        return self._put(f"{place}part-{number}.parquet", rows, partition, moves)

    def _put(
        self, path: str, rows: pa.Table, partition: Mapping[str, str], moves: dict[str, str]
    ) -> DataFile:
        content = encode(rows)
        aside, digest = stage(self.store, len(moves), content)
        moves[aside] = path
        return DataFile(path, len(rows), len(content), digest, dict(partition))

    def _rewritten(self, file: DataFile, schema: pa.Schema, moves: dict[str, str]) -> DataFile:
        """Give an older file the columns that came since: readers take the first file's."""
        own = decode(checked_content(self.store, file, {}))
        metadata = {**(schema.metadata or {}), **(own.schema.metadata or {})}
        metadata[b"pandas"] = schema.metadata[b"pandas"]
        table = conform(own, schema).replace_schema_metadata(metadata)
        return self._put(file.path, table, file.partition, moves)

    def _manifest(
        self,
        keys: Sequence[Key],
        columns: tuple[Any, ...],
        files: Sequence[DataFile],
        notes: Sequence[Mapping[str, Any]] | None,
    ) -> Manifest:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        there = self.there or Manifest(
            self.store.root, self.kind, SCHEMA_VERSION, __version__, (), (), created_at=now
        )
        return replace(
            there,
            schema_version=SCHEMA_VERSION,
            library_version=__version__,
            partition_by=tuple(map(str, keys)),
            columns=columns,
            files=tuple(sorted(files, key=lambda file: file.path)),
            windows=windows(there.windows, self.frame.attrs, notes),
            sources=sources(there.sources, self.frame.attrs),
            updated_at=now,
        )


def _replaced(
    before: Sequence[DataFile],
    covered: Sequence[Mapping[str, str]],
    mode: Mode,
    keys: Sequence[Key],
) -> list[DataFile]:
    if mode == "append":
        return []
    if not keys:
        return list(before)
    partitions = [dict(one) for one in covered]
    return [file for file in before if dict(file.partition) in partitions]
