"""Answers as columns: every cell comes back as it was, the right one, and only that."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.kept.answered import SCHEMA, Answered, Entry, at_position, to_batch
from synerise_frames.bulk.kept.packed import expand, pack, squeeze, unpack
from tests.bulk.storing import cells, entries, keys

batches = st.lists(st.lists(entries, max_size=12), max_size=4)


def same(found: Any, expected: Any) -> bool:
    # NaN is not equal to itself.
    return repr(found) == repr(expected)


@given(batches, st.lists(keys, max_size=8), st.sampled_from(["live", "cached"]))
@settings(max_examples=150, deadline=None)
def test_the_last_of_each_is_found_and_nothing_else(
    given_: list[list[Entry]], others: list[bytes], source: str
) -> None:
    last = {(e.key, e.analysis): e.cell._replace(source=source) for es in given_ for e in es}
    answered = Answered(map(to_batch, given_))
    assert len(answered) == len(last)
    for analysis in (0, 1, 2, 7, 65535):
        asked = [*others, *(key for key, _ in last), *others]
        expected = [last.get((key, analysis)) for key in asked]
        assert same(answered.find(asked, analysis, source), expected)
        assert answered.mask(asked, analysis).tolist() == [cell is not None for cell in expected]
        assert int(answered.mask(asked, analysis).sum()) == sum(
            cell is not None for cell in expected
        )


@given(batches)
@settings(max_examples=100, deadline=None)
def test_or_the_newest_of_each(given_: list[list[Entry]]) -> None:
    newest: dict[tuple[bytes, int], Cell] = {}
    for one in (e for es in given_ for e in es):
        old = newest.get((one.key, one.analysis))
        if old is None or (one.cell.fetched_at or -1) >= (old.fetched_at or -1):
            newest[one.key, one.analysis] = one.cell
    # A moment before 1970 is none of ours; a missing one and 0 are alike here.
    answered = Answered(map(to_batch, given_), newest=True)
    for (key, analysis), cell in newest.items():
        (found,) = answered.find([key], analysis, "live")
        assert found is not None
        assert (found.fetched_at or -1) == (cell.fetched_at or -1)
        if cell.fetched_at:
            assert same(found, cell)


@given(st.lists(entries, max_size=20))
@settings(max_examples=50, deadline=None)
def test_rows_are_those_that_nothing_has_overtaken(given_: list[Entry]) -> None:
    last = {(one.key, one.analysis): row for row, one in enumerate(given_)}
    assert Answered([to_batch(given_)]).rows().tolist() == sorted(last.values())


@given(st.lists(entries, max_size=20))
@settings(max_examples=50, deadline=None)
def test_they_are_packed_and_come_back(given_: list[Entry]) -> None:
    (batch,) = unpack(pack([to_batch(given_)]))
    assert same(batch.to_pylist(), to_batch(given_).to_pylist())
    assert batch.schema.equals(SCHEMA)
    both = unpack(pack([batch, at_position(batch, 9)]))
    assert sum(one.num_rows for one in both) == 2 * len(given_)


@given(st.lists(cells, min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_another_position_is_all_that_changes(given_: list[Cell]) -> None:
    batch = to_batch([Entry(bytes([n] * 16), 3, cell) for n, cell in enumerate(given_)])
    moved = at_position(batch, 5)
    assert moved["analysis"].to_pylist() == [5] * len(given_)
    rest = [one.drop_columns(["analysis"]).to_pylist() for one in (moved, batch)]
    assert same(*rest)


def test_a_key_has_16_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        to_batch([Entry(b"short", 0, Cell("ok"))])
    with pytest.raises(ValueError, match="16 bytes"):
        Answered([]).find([b"x" * 15, b"x" * 17], 0, "live")


@given(st.binary(max_size=60))
def test_nonsense_is_not_unpacked(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of many sorts
        unpack(content)
    assert expand(squeeze(content)).to_pybytes() == content


def test_what_is_too_large_is_not_believed() -> None:
    content = squeeze(b"x")
    with pytest.raises(ValueError, match="bytes"):
        unpack((1 << 62).to_bytes(8, "little") + content[8:])


def test_columns_of_something_else_are_not_taken() -> None:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, pa.schema([("a", pa.int64())])) as stream:
        stream.write_batch(pa.record_batch({"a": [1]}))
    with pytest.raises(ValueError, match="another version"):
        unpack(squeeze(sink.getvalue()))


def test_a_million_take_less_than_100_megabytes() -> None:
    count, pieces = 1_000_000, 100
    rows = count // pieces
    words = pa.array(["ok"] * rows).dictionary_encode().cast(SCHEMA.field("status").type)
    texts = pa.array([str(n) for n in range(rows)], pa.large_string())
    noise = np.random.default_rng(1).bytes(16 * count)

    def batch(piece: int) -> pa.RecordBatch:
        content = noise[piece * 16 * rows : (piece + 1) * 16 * rows]
        made = {
            "key": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(16), rows, [None, pa.py_buffer(content)]
            ),
            "analysis": pa.array(np.zeros(rows, np.uint16)),
            "result": texts,
        }
        arrays = []
        for field in SCHEMA:
            if field.name in made:
                arrays.append(made[field.name])
            elif pa.types.is_dictionary(field.type):
                arrays.append(words)
            else:
                arrays.append(pa.array(np.arange(rows)).cast(field.type))
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

    before = pa.total_allocated_bytes()
    tracemalloc.start()
    try:
        answered = Answered(batch(piece) for piece in range(pieces))
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(answered) == count
    assert taken + pa.total_allocated_bytes() - before < 100e6
    # A needle in it: the piece repeats its texts, the keys tell which row is meant.
    (cell,) = answered.find([noise[16 * 765_432 : 16 * 765_433]], 0, "live")
    assert cell is not None
    assert (cell.result, cell.fetched_at) == (str(765_432 % rows), 765_432 % rows)
