"""Frames into a data set that dashboards read: pinned, partitioned, replaced whole."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any, get_args

import pandas as pd

from synerise_frames.errors import ConfigError, DatasetError
from synerise_frames.export.change import Change, Done, Mode, keys
from synerise_frames.export.commit import abandon, forget, load, settle
from synerise_frames.export.failures import told
from synerise_frames.export.losses import tell_losses
from synerise_frames.export.manifest import META, NAME, Manifest
from synerise_frames.export.opening import open_store
from synerise_frames.export.store import Store
from synerise_frames.export.tables import to_table, written_notes
from synerise_frames.schema.recognise import recognise
from synerise_frames.schema.tables import TABLES


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
        ``week``, ``day``), in the zone that the column has in the data set. An existing data
        set keeps its own.
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
        the disk is full. The message says whether the change was made.
    ConfigError
        If an argument is wrong, the frame is of no kind, or one of the kind's columns has another
        dtype. Numbers that stay the same are cast, ``int64`` to ``Float64``, say.

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
    done = _written(frame, root, partition_by, mode)
    tell_losses(done, frame, mode)
    return done.after


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
    return _written(frame, root, partition_by, mode, covers, notes).after


def _written(
    frame: pd.DataFrame,
    root: str | os.PathLike[str],
    partition_by: str | Sequence[str],
    mode: Mode,
    covers: Sequence[Mapping[str, str]] = (),
    notes: Sequence[Mapping[str, Any]] | None = None,
) -> Done:
    kind = recognise(frame)
    table = to_table(frame, kind)
    store = open_store(root)
    with _unchanged(store):
        # What is refused leaves no trace: first without a lock, which is a file.
        keys(table, _base(store, kind, mode), partition_by, store.root)
    with ExitStack() as stack:
        with _unchanged(store):
            lease = stack.enter_context(store.locked())
            settle(store)
            forget(store)
            there = _base(store, kind, mode)
            own = keys(table, there, partition_by, store.root)
            change = Change(store, lease, table, kind, written_notes(frame.attrs), there, own)
            with ExitStack() as undo:
                undo.callback(abandon, store, lease)
                done = change.make(mode, covers, notes)
                undo.pop_all()
        with told(
            f"{store.root} is changed, but not all files could be put in their places",
            "Do not write it again: read_dataset sees the change, and the next writer finishes "
            "it. Other readers see it then; check room and rights.",
        ):
            settle(store)
    return done


def _unchanged(store: Store) -> AbstractContextManager[None]:
    return told(
        f"Cannot write to {store.root}",
        "What was there before is still there; check room and rights.",
    )


def _base(store: Store, kind: str, mode: Mode) -> Manifest | None:
    """Give the manifest of the data set that is there, if this may be added to it."""
    there = load(store)
    if there is None:
        # What file managers leave behind is no reason.
        strange = [name for name in store.names() if not name.startswith((f"{META}/", "."))]
        if strange:
            raise DatasetError(
                f"{store.root} is no data set, but holds files: {strange[0]}, for one.",
                hint="Name a new folder. If they are of a data set, its "
                f"{NAME} was removed: put it back from a copy, or empty the folder and write or "
                "sync it again from the start.",
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
