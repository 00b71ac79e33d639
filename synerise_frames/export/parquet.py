"""One frame, one Parquet file that any reader understands."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from synerise_frames.errors import ConfigError
from synerise_frames.export.tables import flat
from synerise_frames.replacing import whole
from synerise_frames.schema.arrow import METADATA_KEY
from synerise_frames.schema.tables import TABLES

_FAILURES = (pa.ArrowException, OSError, ValueError, TypeError)


def to_parquet(frame: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    """Write a frame to one Parquet file.

    Times are microseconds with their zone, text is text also where a column is empty, there
    is no index column. Provenance and the meaning of the columns go into the metadata.

    Parameters
    ----------
    frame : DataFrame
        A frame of this library, or one made from it.
    path : str or path-like
        File to write; its folder has to exist. The file appears whole or not at all.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ConfigError
        If the file cannot be written, or a column has no Parquet type.
    """
    try:
        target = Path(path)
    except TypeError:
        raise ConfigError(f"{path!r} is no path.", hint="Name a file: 'trend.parquet'.") from None
    try:
        with whole(target) as place:
            _write(frame, place)
    except _FAILURES as error:
        raise _failed(target.name, error) from None
    return target


def to_bytes(frame: pd.DataFrame, name: str) -> bytes:
    """Give what :func:`to_parquet` would write into a file of that name.

    Raises
    ------
    ConfigError
        If a column has no Parquet type.
    """
    sink = pa.BufferOutputStream()
    try:
        _write(frame, sink)
    except _FAILURES as error:
        raise _failed(name, error) from None
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _write(frame: pd.DataFrame, where: Path | pa.BufferOutputStream) -> None:
    pq.write_table(_table(frame), where, compression="zstd", coerce_timestamps="us")


def _failed(name: str, error: Exception) -> ConfigError:
    return ConfigError(
        f"Cannot write {name}: {error}",
        hint="Check that the folder exists and can be written to, and that each column "
        "holds one type of value.",
    )


def _table(frame: pd.DataFrame) -> pa.Table:
    frame = flat(frame)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.cast(
        pa.schema([_readable(field) for field in table.schema], table.schema.metadata)
    )
    notes = {
        "provenance": frame.attrs,
        "columns": _notes(frame.attrs.get("kind"), table.column_names),
    }
    metadata = {
        **(table.schema.metadata or {}),
        METADATA_KEY: json.dumps(notes, default=str).encode(),
    }
    return table.replace_schema_metadata(metadata)


def _readable(field: pa.Field) -> pa.Field:
    """Give text and times the one type each that every reader knows; leave the rest."""
    if pa.types.is_large_string(field.type) or pa.types.is_null(field.type):
        return field.with_type(pa.string())
    if pa.types.is_timestamp(field.type):
        return field.with_type(pa.timestamp("us", tz=field.type.tz))
    return field


def _notes(kind: object, names: list[str]) -> dict[str, Any]:
    columns = TABLES.get(str(kind), ())
    return {c.name: {"meaning": c.meaning, "unit": c.unit} for c in columns if c.name in names}
