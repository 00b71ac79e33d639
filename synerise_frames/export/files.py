"""Parquet in memory: the one place that needs pyarrow's Parquet part, and loads it when used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pyarrow as pa

# Rows that are compressed together: fewer take longer to write and more room.
_ROW_GROUP = 1 << 20


def encode(table: pa.Table) -> memoryview:
    """Give the Parquet file of a table."""
    sink = pa.BufferOutputStream()
    _parquet().write_table(table, sink, compression="zstd", row_group_size=_ROW_GROUP)
    return memoryview(sink.getvalue())


def decode(content: bytes) -> pa.Table:
    """Give the table of a Parquet file."""
    return _parquet().read_table(pa.BufferReader(content))


def _parquet() -> Any:
    # Takes 15 ms to import: only who reads or writes pays for it.
    return import_module("pyarrow.parquet")
