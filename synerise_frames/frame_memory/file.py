"""Frames as files: columns of Arrow, which are the columns of the frame again without a copy."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from synerise_frames.errors import ConfigError
from synerise_frames.frame_memory.remembered import Remembered
from synerise_frames.http.cache.sealed import seal, unseal
from synerise_frames.periods import zone

_TEXT: Any = pd.StringDtype()
_MASKED: dict[str, Callable[..., Any]] = {
    "Int64": pd.arrays.IntegerArray,
    "Float64": pd.arrays.FloatingArray,
    "boolean": pd.arrays.BooleanArray,
}


def dumps(name: str, remembered: Remembered) -> bytes | None:
    """Give the content of a frame's file; ``None`` where it would not come back the same."""
    frame = remembered.frame
    try:
        if frame.columns.has_duplicates or type(frame.index) is not pd.RangeIndex:
            return None
        columns = {str(column): _written(frame[column].array) for column in frame.columns}
        batch = pa.table(columns).combine_chunks()
        sink = pa.BufferOutputStream()
        # Not compressed: that costs more time than the disk does, when writing and when reading.
        with pa.ipc.new_file(sink, batch.schema) as file:
            file.write_table(batch)
        head = {
            "notes": remembered.notes,
            "fetched_at": remembered.fetched_at.isoformat(),
            "expires": remembered.expires.isoformat(),
            "mark": remembered.mark,
            "columns": [[c, str(t), _zone(t)] for c, t in frame.dtypes.items()],
            "rows": len(frame),
        }
        if json.loads(json.dumps(head["columns"])) != head["columns"]:
            return None
        if json.loads(json.dumps(remembered.notes)) != remembered.notes:
            return None
        return seal(name, head, memoryview(sink.getvalue()))
    except (pa.ArrowException, TypeError, ValueError, OverflowError, RecursionError):
        return None


def _written(array: Any) -> Any:
    """Give a column for Arrow.

    Raises
    ------
    ValueError
        If it is of a type that would not come back as it was.
    """
    if isinstance(array.dtype, pd.DatetimeTZDtype):
        # As plain numbers, in which NaT is one too.
        return pa.array(array.as_unit("us").asi8)
    if isinstance(array.dtype, pd.StringDtype) or str(array.dtype) in _MASKED:
        return pa.array(array)
    raise ValueError(array.dtype)


def _zone(dtype: Any) -> str | None:
    """Give what :func:`zone` makes the zone of a column of."""
    tz = getattr(dtype, "tz", UTC)
    if tz is UTC:
        return None
    if isinstance(tz, ZoneInfo) and tz.key and dtype.unit == "us":
        return tz.key
    raise ValueError(tz)


def loads(name: str, content: bytes) -> Remembered | None:
    """Read a file; ``None`` if it is cut, of another version or not ours.

    The frame's values are those of the file, which nobody can change.
    """
    try:
        opened = unseal(name, content)
        if opened is None:
            return None
        head, payload = opened
        table = pa.ipc.open_file(pa.py_buffer(payload)).read_all()
        columns = {name: _read(table[name], dtype, key) for name, dtype, key in head["columns"]}
        frame = pd.DataFrame(columns, index=pd.RangeIndex(head["rows"]), copy=False)
        if [str(dtype) for dtype in frame.dtypes] != [dtype for _, dtype, _ in head["columns"]]:
            return None
        fetched_at, expires = (datetime.fromisoformat(head[k]) for k in ("fetched_at", "expires"))
        return Remembered(fetched_at, expires, frame, head["notes"], head["mark"], sealed=True)
    except (OSError, pa.ArrowException, ConfigError, KeyError, TypeError, ValueError):
        return None


def _read(column: pa.ChunkedArray, dtype: str, key: str | None) -> Any:
    """Make a column of Arrow's memory."""
    array = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    if dtype == "string":
        return _TEXT.__from_arrow__(column)
    if dtype in _MASKED:
        valid, bits = array.buffers()
        mask = ~_flags(valid, array) if array.null_count else np.zeros(len(array), bool)
        if dtype == "boolean":
            data = _immutable(_flags(bits, array))
        else:
            data = _numbers(array, "i8" if dtype == "Int64" else "f8")
        return _MASKED[dtype](data, _immutable(mask))
    times = _numbers(array, "i8").view("M8[us]")
    index = pd.DatetimeIndex(times, copy=False).tz_localize("UTC").tz_convert(zone(key))
    return index.array


def _numbers(array: pa.Array, dtype: str) -> Any:
    """Give numbers as they lie in the file; those that are missing are anything."""
    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return np.zeros(0, dtype)
    return np.frombuffer(buffer, dtype, count=len(array), offset=array.offset * 8)


def _flags(buffer: pa.Buffer | None, array: pa.Array) -> Any:
    """Give a bit each as a flag each; Arrow's own way would load much that is not needed."""
    if buffer is None or not len(array):
        return np.zeros(len(array), bool)
    whole = np.unpackbits(np.frombuffer(buffer, np.uint8), bitorder="little")
    return whole[array.offset : array.offset + len(array)].view(bool)


def _immutable(flags: Any) -> Any:
    """Give flags that cannot be made writable again: bytes never are."""
    return np.frombuffer(flags.tobytes(), bool)
