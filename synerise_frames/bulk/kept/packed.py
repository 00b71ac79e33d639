"""Answers and other data as a few bytes: Arrow, compressed as a whole."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import pyarrow as pa

from synerise_frames.bulk.kept.answered import SCHEMA

_CODEC = "zstd"
_SIZE = struct.Struct("<Q")

# Nothing is so large; memory is not asked for on the word of a file.
_LARGEST = 1 << 32


def pack(batches: Iterable[pa.RecordBatch]) -> bytes:
    """Give answers as bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA) as stream:
        for batch in batches:
            stream.write_batch(batch)
    # As a whole and not each column: of a few answers, the schema is the larger part.
    return squeeze(sink.getvalue())


def unpack(content: bytes | memoryview) -> list[pa.RecordBatch]:
    """Give answers back.

    Raises
    ------
    ValueError
        If these are no bytes of :func:`pack`, or of another version.
    """
    try:
        stream = pa.ipc.open_stream(expand(content))
        batches = list(stream)
        for batch in batches:
            batch.validate(full=True)
    except (OSError, pa.ArrowException) as error:
        raise ValueError(str(error)) from None
    if not stream.schema.equals(SCHEMA):
        raise ValueError("answers of another version")
    return batches


def squeeze(content: bytes | pa.Buffer) -> bytes:
    """Compress bytes."""
    packed: bytes = pa.compress(content, codec=_CODEC, asbytes=True)
    return _SIZE.pack(len(content)) + packed


def expand(content: bytes | memoryview) -> pa.Buffer:
    """Give bytes back that were compressed.

    Raises
    ------
    ValueError
        If they were not.
    """
    if len(content) < _SIZE.size:
        raise ValueError("cut off")
    (size,) = _SIZE.unpack_from(content)
    if size > _LARGEST:
        raise ValueError(f"{size:,} bytes")
    try:
        return pa.decompress(memoryview(content)[_SIZE.size :], size, codec=_CODEC)
    except (OSError, pa.ArrowException) as error:
        raise ValueError(str(error)) from None
