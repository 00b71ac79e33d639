"""The folder of files: under its cap, under its age, and what was used last stays."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.http.cache.shelf import Shelf

DAY = 86400


def shelf_of(folder: Path, *, cap: float = 16_000, age: float = 90 * DAY) -> Shelf:
    return Shelf(folder, max_bytes=cap, max_age=age)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def make_older(path: Path, *, used: float = 0, written: float = 0) -> None:
    now = time.time()
    os.utime(path, (now - used, now - written))


def test_it_never_grows_beyond_its_cap(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path)
    largest = 0
    for number in range(200):
        assert shelf.write(f"f{number}", b"x" * 500)
        largest = max(largest, size(tmp_path))
    assert 0.8 * 16_000 < largest <= 16_000
    assert shelf.read("f199") == b"x" * 500
    assert shelf.read("f0") is None


def test_two_processes_hold_it_within_a_little(tmp_path: Path) -> None:
    shelves = [shelf_of(tmp_path) for _ in range(4)]
    for number in range(400):
        shelves[number % 4].write(f"f{number}", b"x" * 250)
        # Each looks again after a sixteenth of the cap.
        assert size(tmp_path) <= 16_000 * (1 + 3 / 16) + 250


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path, cap=1600)
    for number, name in enumerate("abcde"):
        shelf.write(name, b"x" * 280)
        make_older(tmp_path / name, used=1000 - number)
    # The oldest is used again, by reading it or by a frame that was read from it.
    shelf.read("a")
    assert shelf.mark("b") is not None
    shelf.write("f", b"x" * 280)
    shelf.prune()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "d", "e", "f"]
    assert shelf_of(tmp_path, cap=900).prune() == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "f"]


def test_a_file_larger_than_the_cap_pushes_nobody_out(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path)
    shelf.write("small", b"x")
    assert not shelf.write("huge", b"x" * 16_001)
    assert [path.name for path in tmp_path.iterdir()] == ["small"]
    assert shelf.failures == 0


def test_without_a_cap_nothing_goes(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path, cap=float("inf"))
    for name in "abc":
        assert shelf.write(name, b"x")
    assert shelf.prune() == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c"]


def test_what_is_too_old_is_not_read_and_goes_unasked(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path, age=DAY)
    for name in ("old", "young"):
        shelf.write(name, b"x")
    make_older(tmp_path / "old", written=DAY + 60)
    assert shelf.read("old") is None
    assert shelf.mark("old") is None
    assert shelf.read("young") == b"x"
    # Another process writes something.
    shelf_of(tmp_path, age=DAY).write("new", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "young"]


def test_a_long_run_looks_again_every_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = shelf_of(tmp_path, cap=1 << 30, age=DAY)
    shelf.write("old", b"x")
    make_older(tmp_path / "old", written=2 * DAY)
    shelf.write("a", b"x")
    assert (tmp_path / "old").exists()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 3601)
    shelf.write("b", b"x")
    assert not (tmp_path / "old").exists()


def test_reading_does_not_make_younger(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path, age=DAY)
    shelf.write("f", b"x")
    make_older(tmp_path / "f", written=1000)
    written = (tmp_path / "f").stat().st_mtime_ns
    for _ in range(5):
        shelf.read("f")
        shelf.mark("f")
    assert (tmp_path / "f").stat().st_mtime_ns == written


def test_what_was_left_half_written_goes(tmp_path: Path) -> None:
    (tmp_path / ".abc.part").write_bytes(b"x" * 100)
    (tmp_path / ".now.part").write_bytes(b"x" * 100)
    make_older(tmp_path / ".abc.part", written=2 * 3600)
    shelf = shelf_of(tmp_path)
    assert shelf.files() == []
    assert (tmp_path / ".abc.part").exists()
    shelf.write("f", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".now.part", "f"]


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: Any) -> None:
        raise KeyboardInterrupt

    shelf = shelf_of(tmp_path)
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        shelf.write("f", b"x")
    assert list(tmp_path.iterdir()) == []


def test_the_cap_and_the_age_hold_for_calls(connect: Any, api: Any, tmp_path: Path) -> None:
    policy = sf.CachePolicy(folder=tmp_path, max_bytes=40_000)
    ws = connect(cache=policy)
    for number in range(60):
        ws.trends.calculate(f"t{number}")
        # Else frames of older answers may be younger than the last answer, which would go first.
        ws.cache.flush()
    info = ws.cache.info()
    assert info.max_bytes == 40_000
    assert 20_000 < info.bytes <= 40_000
    assert info.failures == 0
    first = ws.trends.calculate("t59")
    assert first.attrs["source"] == "cached"
    short = connect(cache=sf.CachePolicy(folder=tmp_path, max_age=60))
    for path in tmp_path.rglob("*.*"):
        make_older(path, written=120)
    assert short.trends.calculate("t59").attrs["source"] == "live"
    assert short.cache.info().files == 2


def test_prune_and_clear_by_hand(connect: Any, tmp_path: Path) -> None:
    one, two = connect(), connect(api_key="another-key")
    one.trends.calculate("t")
    two.trends.calculate("t")
    two.cache.flush()
    for path in tmp_path.rglob("*.arrow"):
        make_older(path, written=100 * DAY)
    assert one.cache.prune() == 2
    assert one.cache.clear() == 1
    assert two.cache.info().files == 1
    assert repr(one.cache) == f"<cache in {tmp_path / 'http-1'}>"


def test_a_relative_folder_stays_where_it_was(
    connect: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    ws = connect(cache="kept")
    ws.trends.calculate("t")
    monkeypatch.chdir(tmp_path / "there")
    assert ws.trends.calculate("t", max_age=60).attrs["source"] == "cached"
    ws.trends.calculate("u")
    assert not list((tmp_path / "there").iterdir())
