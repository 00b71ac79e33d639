"""Known answers: fresh ones only, of this workspace only, and a bad disk costs speed only."""

from __future__ import annotations

import base64
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.kept.answered import Entry
from synerise_frames.bulk.kept.known import Group, Known, _chosen
from synerise_frames.errors import SyneriseWarning
from synerise_frames.http.cache.dated import Wanted
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.cache.shelf import Kept
from synerise_frames.locking import lock, unlock
from synerise_frames.redact import Secret
from synerise_frames.wire.memory import group_of
from tests.bulk import storing
from tests.bulk.storing import CREDENTIALS, GROUP, HOST, HOUR, PROFILE, TENANT, entry, known, micros

OTHER: Group = ("expressions.calculate", "an-expression", "id")
WANTED = Wanted(HOUR)
CALCULATED = group_of(TENANT, "calculate")


def numbers(
    store: Known, count: int = 100, group: Group = GROUP, wanted: Wanted | None = WANTED
) -> list[int]:
    """Give which of the first `count` numbers are known."""
    keys = [storing.key(n) for n in range(count)]
    cells = store.load([group], wanted).find(keys, 0, "cached")
    for n, cell in enumerate(cells):
        assert cell is None or (cell.result, cell.source) == (str(n), "cached")
    return [n for n, cell in enumerate(cells) if cell is not None]


def blocks(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == ".known")


# ---------------------------------------------------------------- there and back


def test_what_one_run_learned_the_next_one_knows(tmp_path: Path) -> None:
    entries = [entry(n) for n in range(5)]
    assert known(tmp_path).save(GROUP, entries)
    found = known(tmp_path).load([GROUP], WANTED).find([e.key for e in entries], 0, "cached")
    assert found == [one.cell._replace(source="cached") for one in entries]
    assert known(tmp_path).load([GROUP], WANTED).find([storing.key(5)], 0, "cached") == [None]


def test_positions_are_those_of_the_question(tmp_path: Path) -> None:
    store = known(tmp_path)
    store.save(GROUP, [entry(1, analysis=3)])
    store.save(OTHER, [entry(2, analysis=0)])
    keys = [storing.key(1), storing.key(2)]
    for analyses in ([GROUP, OTHER], [OTHER, GROUP], [GROUP, GROUP, OTHER]):
        answered = store.load(analyses, WANTED)
        for position, group in enumerate(analyses):
            there = answered.mask(keys, position).tolist()
            assert there == [group == GROUP, group == OTHER]
    by_email = (GROUP[0], GROUP[1], "email")
    assert len(store.load([by_email], WANTED)) == 0


def test_the_newest_answer_wins_whatever_came_first(tmp_path: Path) -> None:
    store = known(tmp_path)
    ages = [50.0, 10.0, 30.0]
    for position, ago in enumerate(ages):
        store.save(GROUP, [entry(1, ago=ago, result=f"of {position}")])
    (cell,) = store.load([GROUP], WANTED).find([storing.key(1)], 0, "cached")
    assert cell is not None
    assert cell.result == "of 1"


def test_only_good_answers_are_kept(tmp_path: Path) -> None:
    bad = [
        Entry(storing.key(n), 0, Cell(status, 400, "no", 1, "live", micros()))  # type: ignore[arg-type]
        for n, status in enumerate(["not_found", "invalid", "error", "forbidden", "skipped"])
    ]
    undated = Entry(storing.key(6), 0, Cell("ok", 200))
    store = known(tmp_path)
    assert not store.save(GROUP, [*bad, undated])
    assert not store.save(GROUP, [])
    assert [*tmp_path.iterdir()] == []
    assert store.save(GROUP, [*bad, undated, entry(7)])
    assert numbers(store) == [7]
    assert not known(tmp_path, lifetime=0).save(GROUP, [entry(8)])


# ---------------------------------------------------------------- fresh enough


@given(
    st.lists(st.floats(1, 7000), min_size=1, max_size=30),
    st.none() | st.floats(0, 8000) | st.just(float("inf")),
    st.sampled_from([0.0, 600.0, 3600.0]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_only_what_is_fresh_enough(
    tmp_path_factory: pytest.TempPathFactory,
    ages: list[float],
    max_age: float | None,
    lifetime: float,
    refresh: bool,
) -> None:
    limit = lifetime if max_age is None else max_age
    # Time goes on while this runs.
    ages = [ago for ago in ages if not limit - 60 < ago < limit + 1]
    store = known(tmp_path_factory.mktemp("known"))
    store.save(GROUP, [entry(n, ago=ago) for n, ago in enumerate(ages)])
    wanted = Wanted(lifetime, max_age, refresh)
    good = [] if refresh or not lifetime else [n for n, ago in enumerate(ages) if ago < limit]
    assert numbers(store, 40, wanted=wanted) == good
    # Offline everything is.
    assert numbers(store, 40, wanted=None) == [*range(len(ages))]


def test_old_blocks_are_not_even_read(tmp_path: Path) -> None:
    store = known(tmp_path)
    store.save(GROUP, [entry(1, ago=3 * HOUR)])
    (block,) = blocks(tmp_path)
    used, written = 1_000_000_000, time.time() - 2 * HOUR
    os.utime(block, (used, written))
    assert numbers(store) == []
    assert block.stat().st_atime == used
    assert numbers(store, wanted=Wanted(HOUR, max_age=4 * HOUR)) == [1]
    assert block.stat().st_atime > used


def test_answers_from_the_future_are_not_believed(tmp_path: Path) -> None:
    store = known(tmp_path)
    store.save(GROUP, [entry(1, ago=-600), entry(2)])
    assert numbers(store) == [2]


def test_what_a_write_dropped_is_gone_and_stays_gone(tmp_path: Path) -> None:
    store, asked_before = known(tmp_path), [entry(1), entry(2)]
    store.save(GROUP, asked_before)
    assert store._cache.drop(CALCULATED) == 1
    assert numbers(store) == []
    # Answers that were on their way meanwhile are as old.
    assert not store.save(GROUP, asked_before)
    assert numbers(store) == []
    assert store.save(GROUP, [*asked_before, entry(3, ago=0)])
    assert numbers(store) == [3]
    # Also where the disk has kept them.
    for block in blocks(tmp_path):
        assert known(tmp_path).save(GROUP, asked_before)
        block.touch()
    assert numbers(store) == [3]


def test_definitions_that_change_in_a_directory_leave_values_alone(tmp_path: Path) -> None:
    store = known(tmp_path)
    store.save(GROUP, [entry(1)])
    store._cache.drop(group_of(TENANT, "read"))
    assert numbers(store) == [1]
    # ws.cache.clear()
    assert store._cache.drop(TENANT.prefix) == 1
    assert numbers(store) == []


def test_a_write_while_a_block_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = known(tmp_path)
    write = store._shelf.write

    def late(name: str, content: bytes) -> bool:
        store._cache.drop(CALCULATED)
        return write(name, content)

    monkeypatch.setattr(store._shelf, "write", late)
    assert not store.save(GROUP, [entry(1)])
    assert blocks(tmp_path) == []


# ---------------------------------------------------------------- many blocks


def test_many_blocks_become_few_and_nothing_is_lost(tmp_path: Path) -> None:
    store, most = known(tmp_path), 0
    for n in range(100):
        assert store.save(GROUP, [entry(n)])
        assert store.save(OTHER, [entry(n)])
        most = max(most, len(blocks(tmp_path)))
        if n % 20 == 0:
            assert numbers(store) == [*range(n + 1)]
    assert most <= 2 * 9
    for group in (GROUP, OTHER):
        assert numbers(store, group=group) == [*range(100)]


def test_what_was_overtaken_goes(tmp_path: Path) -> None:
    store = known(tmp_path)
    chance = random.Random(5)
    content = [f"{chance.random()}" for _ in range(300)]
    for round_ in range(40):
        ages = 1000 - round_
        store.save(GROUP, [entry(n, ago=ages, result=f"{round_} {content[n]}") for n in range(300)])
    cells = store.load([GROUP], WANTED).find([storing.key(n) for n in range(300)], 0, "cached")
    assert [cell and cell.result for cell in cells] == [f"39 {content[n]}" for n in range(300)]
    rows = sum(batch.num_rows for batch in store._batches(store._name(GROUP), 0, None))
    assert rows <= 300 * 9


def test_what_is_too_old_for_the_cache_goes(tmp_path: Path) -> None:
    store = known(tmp_path, max_age=2 * HOUR)
    for n in range(9):
        store.save(GROUP, [entry(n, ago=3 * HOUR if n % 2 else HOUR / 2)])
    assert len(blocks(tmp_path)) == 1
    assert numbers(store, wanted=None) == [0, 2, 4, 6, 8]


def test_what_is_too_old_altogether_leaves_nothing(tmp_path: Path) -> None:
    store = known(tmp_path, max_age=2 * HOUR)
    for n in range(9):
        store.save(GROUP, [entry(n, ago=3 * HOUR)])
    assert blocks(tmp_path) == []


def test_large_blocks_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = known(tmp_path)
    for n in range(8):
        store.save(GROUP, [entry(i) for i in range(n * 500, n * 500 + 500)])
    large = blocks(tmp_path)
    monkeypatch.setattr("synerise_frames.bulk.kept.known._MUCH", large[0].stat().st_size)
    for n in range(4000, 4100):
        store.save(GROUP, [entry(n)])
    assert {*large} < {*blocks(tmp_path)}
    assert len(blocks(tmp_path)) <= len(large) + 9
    assert numbers(store, 4200) == [*range(4100)]


def test_whoever_is_busy_with_it_is_not_waited_for(tmp_path: Path) -> None:
    store = known(tmp_path)
    store.save(GROUP, [entry(0)])
    with (tmp_path / ".known.lock").open("w") as held:
        assert lock(held.fileno())
        for n in range(1, 20):
            assert store.save(GROUP, [entry(n)])
        assert len(blocks(tmp_path)) == 20
        unlock(held.fileno())
    assert store.save(GROUP, [entry(20)])
    assert len(blocks(tmp_path)) < 9
    assert numbers(store) == [*range(21)]


def test_two_processes_save_and_put_together(tmp_path: Path) -> None:
    count, rows = 40, 20
    crew = [
        subprocess.Popen([sys.executable, storing.__file__, "save", tmp_path, *map(str, how)])
        for how in ((0, count, rows), (1, count, rows))
    ]
    store = known(tmp_path)
    seen = 0
    while any(process.poll() is None for process in crew):
        # A reader never sees less than it saw before.
        found = len(store.load([GROUP], WANTED))
        assert found >= seen
        seen = found
    assert [process.returncode for process in crew] == [0, 0]
    made = [seed * 1_000_000 + n for seed in (0, 1) for n in range(count * rows)]
    answered = store.load([GROUP], WANTED)
    assert int(answered.mask([storing.key(n) for n in made], 0).sum()) == len(made) == len(answered)
    assert len(blocks(tmp_path)) < count


def test_a_write_of_another_process_while_blocks_are_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = known(tmp_path), known(tmp_path)
    for n in range(8):
        store.save(GROUP, [entry(n)])
    before = blocks(tmp_path)
    write = store._shelf.write

    def late(name: str, content: bytes) -> bool:
        # The second one that is written is made of the others.
        if len(blocks(tmp_path)) > len(before):
            for block in before:
                other._shelf.remove(block.name)
        return write(name, content)

    monkeypatch.setattr(store._shelf, "write", late)
    store.save(GROUP, [entry(8)])
    assert not {*range(8)} & {*numbers(store)}


# ---------------------------------------------------------------- whose it is


def test_other_workspaces_do_not_find_it(tmp_path: Path) -> None:
    known(tmp_path).save(GROUP, [entry(1)])
    for tenant in (
        Tenant(HOST, ["workspace", ""], Secret("another-key-altogether")),
        Tenant("https://other.example", ["workspace", ""], Secret(CREDENTIALS)),
    ):
        assert numbers(known(tmp_path, tenant)) == []
        assert tenant.digest("id", "1") != TENANT.digest("id", "1")


def test_profiles_cannot_be_told_from_it(tmp_path: Path) -> None:
    group = ("aggregates.calculate", "an-aggregate", "email")
    key = TENANT.digest("email", PROFILE)
    known(tmp_path).save(group, [Entry(key, 0, entry(1).cell)])
    (block,) = blocks(tmp_path)
    content = block.read_bytes() + block.name.encode()
    for secret in (PROFILE, CREDENTIALS, "an-aggregate"):
        for form in (
            secret.encode(),
            secret.encode("utf-16-le"),
            base64.b64encode(secret.encode())[:-4],
            secret.encode().hex().encode(),
        ):
            assert form not in content
    assert block.stat().st_mode & 0o777 == 0o600


def test_digests_tell_all_parts_apart() -> None:
    parts = [("id", "1"), ("id1",), ("id", "1", ""), ("", "id", "1"), ("id', '1",), ("1", "id"), ()]
    parts += [("id", "\ud83d"), ("id", "\\ud83d"), ("id", "\0")]
    digests = {TENANT.digest(*some) for some in parts}
    assert len(digests) == len(parts)
    assert {*map(len, digests)} == {16}
    keys = {TENANT.derive(*some) for some in [("a", b""), ("a", b"b"), ("ab", b""), ("b", b"a")]}
    assert len(keys) == 4
    assert {*map(len, keys)} == {32}


# ---------------------------------------------------------------- bad disks


def damage(content: bytes, how: str) -> bytes:
    middle = len(content) // 2
    return {
        "cut": content[:middle],
        "altered": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "empty": b"",
        "foreign": os.urandom(300),
        "longer": content + b"x",
    }[how]


@pytest.mark.parametrize("how", ["cut", "altered", "empty", "foreign", "longer"])
def test_a_damaged_block_is_as_good_as_none(tmp_path: Path, how: str) -> None:
    store = known(tmp_path)
    store.save(GROUP, [entry(1)])
    (block,) = blocks(tmp_path)
    store.save(GROUP, [entry(2)])
    block.write_bytes(damage(block.read_bytes(), how))
    assert numbers(store) == [2]
    for n in range(3, 12):
        store.save(GROUP, [entry(n)])
    assert numbers(store) == [*range(2, 12)]
    assert not block.exists()


def test_a_block_in_the_place_of_another_is_not_read(tmp_path: Path) -> None:
    store = known(tmp_path)
    store.save(GROUP, [entry(1)])
    (block,) = blocks(tmp_path)
    store.save(OTHER, [entry(2)])
    (other,) = {*blocks(tmp_path)} - {block}
    other.write_bytes(block.read_bytes())
    assert numbers(store, group=OTHER) == []


def test_a_folder_that_cannot_be_used_costs_speed_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = known(tmp_path / "file" / "folder")
    with pytest.warns(SyneriseWarning, match="The cache cannot be used"):
        assert not store.save(GROUP, [entry(1)])
    assert numbers(store) == []
    assert store._shelf.failures


def test_the_cap_holds_and_the_last_ones_stay(tmp_path: Path) -> None:
    store = known(tmp_path, max_bytes=60_000)
    for n in range(100):
        assert store.save(GROUP, [entry(i) for i in range(n * 50, n * 50 + 50)])
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert 30_000 < size <= 60_000
    last = [storing.key(i) for i in range(4_500, 5_000)]
    assert int(store.load([GROUP], WANTED).mask(last, 0).sum()) == len(last)


@given(st.lists(st.integers(0, 1000), max_size=200), st.integers(10, 5000))
def test_blocks_that_are_put_together_are_small_and_alike(sizes: list[int], much: int) -> None:
    blocks_ = [Kept(str(n), size, 0, 0) for n, size in enumerate(sizes)]
    chosen = _chosen(blocks_, much)
    assert len(chosen) in {0, *range(4, len(sizes) + 1)}
    if chosen:
        total, largest = sum(kept.size for kept in chosen), max(kept.size for kept in chosen)
        assert total <= much
        assert largest <= 2 * (total - largest)
    # Many of a size are never left alone, whatever is beside them.
    for size in {*sizes}:
        alike = [kept.size for kept in blocks_ if kept.size <= size]
        if sizes.count(size) >= 4 and sum(alike) <= much:
            assert len(chosen) >= len(alike)


def test_calls_of_the_api_drop_it(ws: Any, tmp_path: Path) -> None:
    """The demo workspace drops what it keeps whenever something is written to it."""
    import synerise_frames as sf

    with sf.demo(cache=tmp_path) as own:
        memory = own.cache.memory
        tenant = memory.cache.tenant
        store = Known(memory.cache.shelf, memory.cache, tenant, HOUR)
        assert store.save(GROUP, [entry(1)])
        assert own.cache.info().files == 1
        directory = own.directories.create("A directory", "trend")
        assert numbers(store) == [1]
        own.directories.delete(directory)
        own.trends.delete(own.trends.list()["id"].iloc[0])
        assert numbers(store) == []
        assert store.save(GROUP, [entry(2, ago=0)])
        assert own.cache.clear() >= 1
        assert numbers(store) == []


def test_the_moment_of_a_drop(tmp_path: Path) -> None:
    cache = known(tmp_path)._cache
    assert cache.dropped_at("ab-1") is None
    before = datetime.now(UTC)
    cache.drop("a")
    cache.drop("ab-")
    cache.drop("b")
    last = cache.dropped_at("ab-1")
    assert last is not None
    assert before <= last < before + timedelta(minutes=1)
    first = cache.dropped_at("a")
    assert first is not None
    assert first < last
    assert cache.dropped_at("c") is None
