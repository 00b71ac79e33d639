"""Identifiers that come slowly, and parts that are there soon."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.bulk.ids import Inputs
from synerise_frames.bulk.parts import sizes, slices

A = "11111111-1111-4111-8111-111111111111"


def plan(ws: Any, ids: Any) -> Any:
    return ws.profiles(ids).plan(aggregates=A)


def slowly(many: int, seconds: float) -> Iterator[int]:
    for number in range(many):
        time.sleep(seconds)
        yield number


def test_nothing_is_sent_twice_while_identifiers_are_awaited(
    server: Any, connect: Callable[..., Any]
) -> None:
    def ids() -> Iterator[int]:
        yield from (0, 1)
        time.sleep(5)
        yield from (2, 3, 4)

    retry = sf.RetryPolicy(backoff=0.01, read_timeout=4)
    result = plan(connect(retry=retry, cache=False), ids()).run(progress=False)
    assert sorted(map(int, server.profiles())) == [*range(5)]
    assert result.frame["profile"].tolist() == [*"01234"]
    assert result.frame["value"].tolist() == [0, 2, 4, 6, 8]
    assert set(result.frame["attempts"]) == {1}


def test_calls_begin_before_the_last_identifier_is_there(
    server: Any, connect: Callable[..., Any]
) -> None:
    asked_meanwhile = 0

    def ids() -> Iterator[int]:
        nonlocal asked_meanwhile
        for number in slowly(3_000, 0.01):
            yield number
            asked_meanwhile = len(server.asked)
            if asked_meanwhile >= 4:
                return

    plan(connect(cache=False), ids()).run(progress=False)
    assert asked_meanwhile >= 4


def test_the_callers_thread_reads_the_iterator(connect: Callable[..., Any]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table people (id integer)")
    connection.executemany("insert into people values (?)", [(n,) for n in range(700)])
    rows = connection.execute("select id from people order by id")
    result = plan(connect(cache=False), (row[0] for row in rows)).run(progress=False)
    assert result.frame["profile"].tolist() == [str(n) for n in range(700)]
    assert result.counts == {"ok": 700}
    connection.close()


def test_what_an_iterator_raises_is_raised_and_the_answers_are_kept(
    server: Any, connect: Callable[..., Any], tmp_path: Path
) -> None:
    def broken() -> Iterator[int]:
        yield from range(20)
        while len(server.asked) < 20:
            time.sleep(0.01)
            yield 20
        raise LookupError("the cursor is gone")

    ws = connect(cache=False)
    with pytest.raises(LookupError, match="the cursor is gone"):
        plan(ws, broken()).run(progress=False, journal=tmp_path / "j")
    assert not [one for one in threading.enumerate() if one.name.startswith("synerise-bulk")]
    server.asked.clear()
    again = plan(ws, iter(range(25))).run(progress=False, journal=tmp_path / "j")
    assert again.counts == {"ok": 25}
    assert set(map(int, server.profiles())) <= {*range(20, 25)}


@pytest.mark.usefixtures("grace")
def test_ctrl_c_ends_a_run_whose_identifiers_are_awaited(
    server: Any, connect: Callable[..., Any], value: Any, tmp_path: Path
) -> None:
    def answer(asked: Any) -> Any:
        if asked.number == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return value(asked)

    server.answer = answer
    ws, before = connect(cache=False), time.monotonic()
    with pytest.raises(KeyboardInterrupt) as caught:
        plan(ws, slowly(10_000, 0.02)).run(progress=False, journal=tmp_path / "j")
    assert time.monotonic() - before < 60  # all of them are there after 200 s
    assert "What was answered is kept" in caught.value.__notes__[0]
    answered = len(server.asked)
    assert 5 < answered < 3_000
    again = plan(ws, iter(range(3_100))).run(progress=False, journal=tmp_path / "j")
    assert again.sent == 3_100 - answered
    assert again.counts == {"ok": 3_100}


def test_at_the_deadline_the_rest_of_an_iterator_is_skipped(
    server: Any, connect: Callable[..., Any], let_pass: Callable[[float], None]
) -> None:
    read = 0

    def ids() -> Iterator[int]:
        nonlocal read
        for number in slowly(3_000, 0.01):
            yield number
            read = number + 1
            if len(server.asked) >= 10:
                break
        let_pass(600)
        yield from range(read, read + 30)

    # One after the other: whoever is asked for, all before have been answered.
    result = plan(connect(cache=False), ids()).run(workers=1, progress=False, deadline=600)
    assert result.counts.keys() == {"ok", "skipped"}
    frame = result.frame
    assert frame["profile"].tolist() == [str(n) for n in range(read + 30)]
    assert frame["status"].tolist() == sorted(frame["status"])
    assert 9 <= result.counts["ok"] <= read


def test_a_quick_iterator_is_not_read_far_ahead(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    go_on, read, looks = threading.Event(), 0, [-1] * 10

    def ids() -> Iterator[int]:
        nonlocal read
        for number in range(1_000_000):
            read += 1
            yield number

    def answer(_asked: Any) -> Any:
        go_on.wait(20)
        return reply(content={"result": 1})

    def cancel_later(progress: Any) -> None:
        # When ten looks have seen that no more is read.
        looks[:] = [*looks[1:], read]
        if set(looks) == {read} and read and not go_on.is_set():
            progress.cancel()
            go_on.set()

    server.answer = answer
    with pytest.raises(KeyboardInterrupt):
        plan(connect(cache=False), ids()).run(progress=cancel_later)
    # Eight chunks that are open, and two pieces for the next.
    assert 10_000 <= read < 60_000


def test_progress_is_not_told_all_the_time_while_identifiers_are_awaited(
    connect: Callable[..., Any],
) -> None:
    told: list[float] = []
    began = time.monotonic()
    plan(connect(cache=False), slowly(4, 0.25)).run(
        progress=lambda _: told.append(time.monotonic())
    )
    assert 3 <= len(told) < 20 * max(time.monotonic() - began, 1)


def test_a_part_is_there_long_before_the_end_and_no_row_twice(
    server: Any, connect: Callable[..., Any], value: Any, tmp_path: Path
) -> None:
    out, gate = tmp_path / "out", threading.Event()
    most = 900

    def answer(asked: Any) -> Any:
        if int(asked.profile) >= most:
            gate.wait(20)
        return value(asked)

    def stop(progress: Any) -> None:
        if [*out.glob("part-*.parquet")] and not gate.is_set():
            seen.append(pd.read_parquet(out))
            progress.cancel()
            gate.set()

    seen: list[pd.DataFrame] = []
    server.answer = answer
    ws, ids = connect(cache=False), range(6_000)
    with pytest.raises(KeyboardInterrupt):
        plan(ws, ids).run(out=out, progress=stop)
    assert seen[0]["profile"].tolist() == [str(n) for n in range(512)]
    assert seen[0]["value"].tolist() == [2 * n for n in range(512)]
    # Going on, another one looks at the folder at each moment.
    rows: list[int] = []

    def look(_progress: Any) -> None:
        frame = pd.read_parquet(out)
        assert frame["profile"].is_unique
        rows.append(len(frame))

    result = plan(ws, ids).run(out=out, progress=look)
    assert rows == sorted(rows)
    assert pd.read_parquet(out)["profile"].tolist() == [str(n) for n in ids]
    assert result.counts == {"ok": 6_000}


@pytest.mark.parametrize("width", [1, 3, 700, 70_000])
def test_parts_grow_from_small_to_large(width: int) -> None:
    lengths = [size for size, _ in zip(sizes(width), range(12), strict=False)]
    assert lengths[0] * width <= max(512, width)
    assert all(after <= 2 * before for before, after in pairwise(lengths))
    assert all(1 <= n <= 5_000 for n in lengths)
    assert lengths[-1] * width <= max(65_536, width)
    assert lengths[-1] == max(min(5_000, 65_536 // width), 1)


@pytest.mark.parametrize("length", [1, 7, 512, 5_000])
def test_parts_depend_on_the_inputs_alone(length: int) -> None:
    numbers = range(9_000)
    pieces = [
        Inputs(
            [str(n) for n in numbers[start : start + length]],
            {n - start: "bad" for n in numbers[start : start + length] if n % 1000 == 7},
        )
        for start in numbers[::length]
    ]
    found: dict[int, list[tuple[Any, Any]]] = {}
    ends = []
    for one in slices(pieces, 1):
        assert one is not None
        rows = [(p, one.inputs.reasons.get(n)) for n, p in enumerate(one.inputs.profiles)]
        found.setdefault(one.part, []).extend(rows)
        ends += [one.part] if one.ends else []
    assert [len(rows) for rows in found.values()] == [512, 1024, 2048, 4096, 1320]
    assert ends == [0, 1, 2, 3]
    flat = [row for part in found.values() for row in part]
    assert flat == [(str(n), "bad" if n % 1000 == 7 else None) for n in numbers]
