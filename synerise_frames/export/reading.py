"""Reading a data set back, as it was checked in."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from synerise_frames.errors import ConfigError, DatasetError, SyneriseWarning
from synerise_frames.export.commit import content, held, load
from synerise_frames.export.failures import reading
from synerise_frames.export.files import decode
from synerise_frames.export.manifest import DataFile, Manifest
from synerise_frames.export.opening import open_store
from synerise_frames.export.store import Store
from synerise_frames.export.tables import conform, schema_of, to_frame
from synerise_frames.suggest import did_you_mean

# A file that is replaced while it is read: look at the new manifest, so often.
_TRIES = 5


def manifest_of(root: str | os.PathLike[str]) -> Manifest:
    """Give what a data set is made of.

    Raises
    ------
    DatasetError
        If there is none.
    """
    store = open_store(root)
    with reading(store.root):
        return _found(store)[0]


def _found(store: Store) -> tuple[Manifest, Mapping[str, str]]:
    """Give the manifest, and which files are staged still."""
    there_is = held(store)
    if there_is.manifest is None:
        there = store.names()
        what = "holds other files" if there else "is empty or not there"
        raise DatasetError(
            f"{store.root} is no data set: it {what}.",
            hint="sf.write_dataset(frame, root) makes one; one Parquet file is read by "
            "pd.read_parquet.",
        )
    return there_is.manifest, there_is.staged


def read_dataset(
    root: str | os.PathLike[str], *, columns: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Read a data set that :func:`write_dataset` wrote.

    Every file is compared with its checksum. While somebody writes, this gives what was there
    before or what is there afterwards, never a part of each.

    Parameters
    ----------
    root : str or path-like
        Folder or fsspec URL.
    columns : str or sequence of str, optional
        Only these, in this order.

    Returns
    -------
    DataFrame
        The rows in the order of the partitions and, in each, as they were written, with the
        dtypes of the kind (``sf.schema.describe(kind)``); ``attrs`` holds the kind and the
        sources.

    Raises
    ------
    DatasetError
        If it is no data set, a file is missing, was changed by something else, or cannot be read.
    ConfigError
        If it has no such column.

    Examples
    --------
    >>> import tempfile
    >>> import synerise_frames as sf
    >>> revenue = sf.frames.metric({"result": 7.5, "metricData": {"title": "Revenue"}})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     manifest = sf.write_dataset(revenue, folder + "/revenue")
    ...     sf.read_dataset(folder + "/revenue")["value"].tolist()
    [7.5]
    """
    store = open_store(root)
    columns = [columns] if isinstance(columns, str) else columns
    with reading(store.root):
        for _ in range(_TRIES - 1):
            manifest, staged = _found(store)
            try:
                frame = _read(store, manifest, staged, columns)
            except DatasetError:
                if load(store) == manifest:
                    raise
            else:
                _tell_strays(store, manifest, staged)
                return frame
        return _read(store, *_found(store), columns)


def _tell_strays(store: Store, manifest: Manifest, staged: Mapping[str, str]) -> None:
    """Warn of files that are not of the data set: everybody else reads them too."""
    if staged:
        return
    known = {file.path for file in manifest.files}
    strays = [name for name in store.names() if name.endswith(".parquet") and name not in known]
    # A writer may have come in between.
    if strays and load(store) == manifest:
        more = f" and {len(strays) - 1} more" if len(strays) > 1 else ""
        warnings.warn(
            f"{store.root} holds {strays[0]}{more}, which is not of the data set: this reads "
            "without it, other tools with it. Remove it.",
            SyneriseWarning,
            stacklevel=4,
        )


def _read(
    store: Store, manifest: Manifest, staged: Mapping[str, str], columns: Sequence[str] | None
) -> pd.DataFrame:
    schema = schema_of(manifest.columns)
    if columns is not None:
        for name in columns:
            if name not in schema.names:
                close = did_you_mean(name, schema.names)
                raise ConfigError(
                    f"The data set has no column {name!r}.",
                    hint=close or f"It has {', '.join(schema.names)}.",
                )
        schema = pa.schema([schema.field(name) for name in columns])
    contents = (checked_content(store, file, staged) for file in manifest.files)
    tables = [conform(decode(content), schema) for content in contents]
    frame = to_frame(pa.concat_tables([schema.empty_table(), *tables]))
    alone = dict(manifest.sources[0]) if len(manifest.sources) == 1 else {}
    told = [dict(one) for one in manifest.sources]
    attrs: dict[Any, Any] = {"kind": manifest.kind, **alone, "sources": told}
    frame.attrs = attrs
    return frame


def checked_content(store: Store, file: DataFile, staged: Mapping[str, str]) -> bytes:
    """Give a file's content if it is what the manifest says.

    Raises
    ------
    DatasetError
        If the file is gone, or another.
    """
    found = content(store, file, staged)
    if found is None:
        raise DatasetError(
            f"{file.path} is missing in {store.root}.",
            hint="Something removed it; write that part anew, with mode='replace-partitions', or "
            "sync again where a recipe keeps it.",
        )
    if len(found) != file.bytes or hashlib.sha256(found).hexdigest() != file.sha256:
        raise DatasetError(
            f"{file.path} in {store.root} is not the file that was written: its checksum differs.",
            hint="Something changed it; write that part anew, with mode='replace-partitions', or "
            "read it as it is with pd.read_parquet.",
        )
    return found
