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

# Columns with a flag for each value that is missing, and how numpy holds their values.
_MASKED: dict[str, tuple[Callable[..., Any], str]] = {
    "Int64": (pd.arrays.IntegerArray, "i8"),
    "Float64": (pd.arrays.FloatingArray, "f8"),
    "boolean": (pd.arrays.BooleanArray, "?"),
}


def dumps(name: str, remembered: Remembered) -> bytes | None:
    """Give the content of a frame's file; ``None`` where it would not come back the same."""
    frame = remembered.frame
    try:
        if frame.columns.has_duplicates or type(frame.index) is not pd.RangeIndex:
            return None
        columns = {str(column): _written(frame[column].array) for column in frame.columns}
        table = pa.table(columns).combine_chunks()
        sink = pa.BufferOutputStream()
        # Not compressed: that costs more time than the disk does, when writing and when reading.
        with pa.ipc.new_file(sink, table.schema) as file:
            file.write_table(table)
        head = {
            "notes": remembered.notes,
            "fetched_at": remembered.fetched_at.isoformat(),
            "expires": remembered.expires.isoformat(),
            "columns": [[c, str(t), _zone(t)] for c, t in frame.dtypes.items()],
            "names": str(frame.columns.dtype),
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

    The frame's values are those of the file, so they can only be copied and not be changed.
    """
    try:
        opened = unseal(name, content)
        if opened is None:
            return None
        head, payload = opened
        table = pa.ipc.open_file(pa.py_buffer(payload)).read_all()
        columns = {name: _read(table[name], dtype, key) for name, dtype, key in head["columns"]}
        index = pd.RangeIndex(head["rows"])
        frame = pd.DataFrame(dict(enumerate(columns.values())), index, copy=False)
        frame.columns = _names([*columns], head["names"])
        if [str(dtype) for dtype in frame.dtypes] != [dtype for _, dtype, _ in head["columns"]]:
            return None
        fetched_at, expires = (datetime.fromisoformat(head[k]) for k in ("fetched_at", "expires"))
        return Remembered(fetched_at, expires, frame, head["notes"], size=len(content))
    except (OSError, pa.ArrowException, ConfigError, KeyError, TypeError, ValueError):
        return None


def _names(names: list[str], dtype: str) -> Any:
    if dtype != "str":
        return pd.Index(names, dtype=dtype)
    # As pandas 3 makes it of a list, which loads a part of Arrow that nothing else needs here.
    encoded = [name.encode() for name in names]
    ends = np.cumsum([0, *map(len, encoded)], dtype="i8")
    buffers = [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(b"".join(encoded))]
    text: Any = pd.StringDtype(na_value=np.nan)
    array = pa.Array.from_buffers(pa.large_string(), len(names), buffers)
    return pd.Index(text.__from_arrow__(array), copy=False)


def _read(column: pa.ChunkedArray, dtype: str, key: str | None) -> Any:
    """Make a column of Arrow's memory."""
    if dtype == "string":
        return _TEXT.__from_arrow__(column)
    values, missing = _content(column.chunk(0), dtype) if len(column) else (b"", b"")
    if dtype in _MASKED:
        make, kind = _MASKED[dtype]
        return make(np.frombuffer(values, kind), np.frombuffer(missing, "?"))
    naive = pd.DatetimeIndex(np.frombuffer(values, "M8[us]"), copy=False)
    # Seen as times of UTC in a zone: to localise them would copy.
    return naive.array.view(pd.DatetimeTZDtype("us", zone(key)))


def _content(array: pa.Array, dtype: str) -> tuple[memoryview | bytes, bytes]:
    """Give the bytes of values, and a flag for each that is missing."""
    bits, values = array.buffers()
    length = len(array)
    missing = _flags(bits, length, invert=True) if array.null_count else bytes(length)
    if dtype == "boolean":
        return _flags(values, length), missing
    # What is behind the last value only fills up.
    return memoryview(values)[: length * 8], missing


def _flags(bits: pa.Buffer | bytes, length: int, *, invert: bool = False) -> bytes:
    """Give a bit each as a flag each; Arrow's own way would load much that is not needed."""
    flags = np.unpackbits(np.frombuffer(bits, np.uint8), count=length, bitorder="little")
    return (flags ^ 1 if invert else flags).tobytes()
