"""Answers by profile and analysis: columns of Arrow, looked up by keys, and cells again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from synerise_frames.bulk.cell import Cell

_KEY = 16

# Pieces are put together in blocks of this many rows, so that few are held twice.
_BLOCK = 1 << 16

Mask: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"
Rows: TypeAlias = "np.ndarray[Any, np.dtype[np.uint32]]"

_WORD = pa.dictionary(pa.int32(), pa.string())

#: What is kept of an answer; where it comes from is for the reader to say.
SCHEMA: pa.Schema = pa.schema(
    [
        pa.field("key", pa.binary(_KEY), nullable=False),
        pa.field("analysis", pa.uint16(), nullable=False),
        pa.field("status", _WORD),
        pa.field("http_status", pa.int32()),
        pa.field("error", _WORD),
        pa.field("attempts", pa.int32()),
        pa.field("fetched_at", pa.int64()),
        pa.field("result", pa.large_string()),
        pa.field("value", pa.float64()),
        pa.field("result_type", _WORD),
        pa.field("name", _WORD),
    ]
)


class Entry(NamedTuple):
    """An answer: the 16 bytes that stand for a profile, the position of the analysis, the cell."""

    key: bytes
    analysis: int
    cell: Cell


def to_batch(entries: Sequence[Entry]) -> pa.RecordBatch:
    """Put answers into columns.

    Raises
    ------
    ValueError
        If a key has not 16 bytes.
    """
    keys = _joined_keys([entry.key for entry in entries])
    cells = [entry.cell for entry in entries]
    columns = {name: map(itemgetter(i), cells) for i, name in enumerate(Cell._fields)}
    arrays = [
        pa.FixedSizeBinaryArray.from_buffers(pa.binary(_KEY), len(cells), [None, keys]),
        pa.array([entry.analysis for entry in entries], pa.uint16()),
        *(pa.array([*columns[field.name]], field.type) for field in [*SCHEMA][2:]),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def at_position(batch: pa.RecordBatch, analysis: int) -> pa.RecordBatch:
    """Give answers to one analysis another position."""
    column = pa.array(np.full(batch.num_rows, analysis, np.uint16))
    arrays = [column if name == "analysis" else batch[name] for name in SCHEMA.names]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


class Answered:
    """Answers in memory, about 70 bytes each and their text.

    Parameters
    ----------
    batches : iterable of RecordBatch
        As :func:`to_batch` makes them.
    newest : bool, default False
        Of several entries for a key and analysis, let the one that was fetched last win instead
        of the one that comes last.
    """

    def __init__(self, batches: Iterable[pa.RecordBatch], *, newest: bool = False) -> None:
        columns = _combined(batches)
        halves, analyses = _halves(columns.pop("key")), columns.pop("analysis").to_numpy()
        times = (_times(columns["fetched_at"]),) if newest else ()
        order = np.lexsort((*times, halves[:, 1], halves[:, 0], analyses))
        halves, analyses = halves[order], analyses[order]
        last = np.ones(len(order), bool)
        last[:-1] = (analyses[1:] != analyses[:-1]) | (halves[1:] != halves[:-1]).any(axis=1)
        self._columns = columns
        self._rows = order[last].astype(np.uint32)
        self._first, self._second = (np.ascontiguousarray(halves[last, i]) for i in (0, 1))
        present, starts = np.unique(analyses[last], return_index=True)
        bounds = [*starts.tolist(), len(self._rows)]
        self._spans = {
            analysis: slice(*bounds[i : i + 2]) for i, analysis in enumerate(present.tolist())
        }

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<Answered: {len(self):,} answers to {len(self._spans):,} analyses>"

    def rows(self) -> Rows:
        """Give the rows of the batches, counted through, that no other one has overtaken."""
        return np.sort(self._rows)

    def find(self, keys: Sequence[bytes], analysis: int, source: str) -> list[Cell | None]:
        """Give the cells of an analysis for keys of profiles; ``None`` where there is none.

        Parameters
        ----------
        keys : sequence of bytes
            16 bytes each.
        analysis : int
            Position in the plan.
        source : str
            What the cells say of where they come from.
        """
        there, rows = self._look(keys, analysis)
        taken = pa.array(rows[there])
        columns = {name: _values(column.take(taken)) for name, column in self._columns.items()}
        fields = (columns.get(name) or repeat(source) for name in Cell._fields)
        # Not strict: the source has no end.
        cells = map(Cell._make, zip(*fields, strict=False)) if len(taken) else iter(())
        if len(taken) == len(keys):
            return [*cells]
        return [next(cells) if one else None for one in there.tolist()]

    def mask(self, keys: Sequence[bytes], analysis: int) -> Mask:
        """Say for which keys there is an answer to an analysis."""
        there, _ = self._look(keys, analysis)
        return there

    def oldest(self) -> int | None:
        """Give the moment of the oldest answer, in microseconds since 1970."""
        known = self._columns["fetched_at"].take(pa.array(self._rows)).drop_null()
        return int(known.to_numpy().min()) if len(known) else None

    def _look(self, keys: Sequence[bytes], analysis: int) -> tuple[Mask, Rows]:
        """Give for each key whether it is there, and its row, which counts only where it is."""
        wanted = np.frombuffer(_joined_keys(keys), np.uint64).reshape(-1, 2)
        span = self._spans.get(analysis, slice(0, 0))
        first, second, rows = self._first[span], self._second[span], self._rows[span]
        there = np.zeros(len(wanted), bool)
        if not len(rows):
            return there, np.zeros(len(wanted), np.uint32)
        at = np.searchsorted(first, wanted[:, 0])
        open_ = np.arange(len(wanted))
        while True:
            # Keys are hashes, so a second round is as good as never needed.
            open_ = open_[at[open_] < len(first)]
            open_ = open_[first[at[open_]] == wanted[open_, 0]]
            if not open_.size:
                return there, rows[np.minimum(at, len(rows) - 1)]
            equal = second[at[open_]] == wanted[open_, 1]
            there[open_[equal]] = True
            open_ = open_[~equal]
            at[open_] += 1


def _joined_keys(keys: Sequence[bytes]) -> pa.Buffer:
    if not {*map(len, keys)} <= {_KEY}:
        raise ValueError(f"a key has {_KEY} bytes")
    return pa.py_buffer(b"".join(keys))


def _combined(batches: Iterable[pa.RecordBatch]) -> dict[str, pa.Array]:
    """Put batches into one array a column, without holding much twice."""
    blocks = [_block(some) for some in _together(batches)]
    columns = {}
    for name, kind in zip(SCHEMA.names, SCHEMA.types, strict=True):
        columns[name] = _one(pa.chunked_array([block[name].chunk(0) for block in blocks], kind))
        blocks = [block.drop_columns([name]) for block in blocks]
    return columns


def _together(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    some: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        some.append(batch)
        rows += batch.num_rows
        if rows >= _BLOCK:
            yield some
            some, rows = [], 0
    if rows:
        yield some


def _block(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    table = pa.Table.from_batches(batches, SCHEMA)
    return pa.table([_one(column) for column in table.columns], schema=SCHEMA)


def _one(chunks: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_dictionary(chunks.type):
        chunks = chunks.unify_dictionaries()
    array = chunks.combine_chunks()
    # Before Arrow 18 an array without chunks stayed one.
    return array if isinstance(array, pa.Array) else pa.array([], chunks.type)


def _halves(keys: pa.Array) -> Any:
    """Give keys as pairs of whole numbers, in the byte order of this machine."""
    content = keys.buffers()[1] if len(keys) else b""
    pairs = np.frombuffer(content, np.uint64, count=2 * (keys.offset + len(keys)))
    return pairs.reshape(-1, 2)[keys.offset :]


def _times(column: pa.Array) -> Any:
    """Give moments as whole numbers; a missing one is older than all."""
    return column.fill_null(np.iinfo(np.int64).min).to_numpy()


def _values(column: pa.Array) -> list[Any]:
    """Give a column as Python values: what ``to_pylist`` does, in a fifth of its time."""
    values: list[Any]
    if pa.types.is_dictionary(column.type):
        words = np.array([*column.dictionary.to_pylist(), None], dtype=object)
        values = words[column.indices.fill_null(len(words) - 1).to_numpy()].tolist()
    elif pa.types.is_large_string(column.type):
        values = column.to_numpy(zero_copy_only=False).tolist()
    elif column.null_count:
        values = column.to_pylist()
    else:
        values = column.to_numpy().tolist()
    return values
