"""A reader sees the old or the new, whatever happens to the writer."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.errors import DatasetError
from synerise_frames.export import opening, reading
from synerise_frames.export.folder import Folder

# Each version of the data set has three months and one value: half a change would show two.
PARTITIONS = "bucket_start:month"


class Died(BaseException):
    """The power went: nothing that cleans up is to be relied on."""


class Mortal(Folder):
    """A folder whose machine stops before, or in the middle of, its n-th change."""

    left = 10**9
    halfway = False

    def _count(self) -> None:
        Mortal.left -= 1
        if Mortal.left < 0:
            raise Died

    def put(self, name: str, content: bytes | memoryview) -> None:
        if Mortal.left == 0 and Mortal.halfway:
            path = self._path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(f".{path.name}.1.tmp").write_bytes(bytes(content)[: len(content) // 2])
        self._count()
        super().put(name, content)

    def move(self, name: str, to: str) -> None:
        self._count()
        super().move(name, to)

    def remove(self, name: str) -> None:
        self._count()
        super().remove(name)


def version(trend, number: float) -> pd.DataFrame:
    return trend({"a": [number] * 70, "b": [number] * 70}, "2017-03-15")


def seen(root: Path) -> set[float]:
    frame = sf.read_dataset(root)
    assert len(frame) == 140
    return set(frame["value"])


@pytest.mark.filterwarnings("ignore:.*partitions are replaced whole")
@pytest.mark.parametrize("halfway", [False, True])
def test_wherever_a_writer_dies_readers_see_old_or_new_and_the_next_one_goes_on(
    trend, tmp_path, parts, monkeypatch, halfway
) -> None:
    root = tmp_path / "x"
    seen_old = seen_new = 0
    for moment in range(60):
        old, new = 10.0 * moment, 10.0 * moment + 1
        # Two files a month, so that there is something to take away too.
        halves = version(trend, old)
        sf.write_dataset(halves[halves["series"] == "a"], root, PARTITIONS)
        sf.write_dataset(halves[halves["series"] == "b"], root, mode="append")
        assert (seen(root), len(parts(root))) == ({old}, 6)
        with monkeypatch.context() as patch:
            patch.setattr(opening, "Folder", Mortal)
            Mortal.left, Mortal.halfway = moment, halfway
            try:
                sf.write_dataset(version(trend, new), root)
            except Died:
                died = True
            else:
                died = False
        after = seen(root)
        assert after in ({old}, {new}), moment
        seen_old += after == {old}
        seen_new += after == {new}
        sf.write_dataset(version(trend, new + 1), root)
        assert seen(root) == {new + 1}
        # Nothing is left over, for readers that glob least of all.
        assert len(parts(root)) == 3
        assert not list((root / "_meta").rglob("staged/*"))
        if not died:
            break
    assert not died
    assert seen_old > 3
    assert seen_new > 2


_FLIP = """
import sys, itertools
import synerise_frames as sf
frame = sf.read_dataset(sys.argv[1])
print("ready", flush=True)
for number in itertools.count(1000):
    sf.write_dataset(frame.assign(value=float(number)), sys.argv[1])
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_kill_9_at_random_moments(trend, tmp_path, parts) -> None:
    root = tmp_path / "x"
    sf.write_dataset(version(trend, 1.0), root, PARTITIONS)
    chance = random.Random(7)
    for _ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", _FLIP, str(root)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == "ready"
        time.sleep(chance.uniform(0.05, 0.3))
        writer.send_signal(signal.SIGKILL)
        told = [float(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()
        (value,) = seen(root)
        # What it said was written is there, or the change that it did not live to tell of.
        assert value in ({told[-1], told[-1] + 1} if told else {1.0, 1000.0, value})
    sf.write_dataset(version(trend, 5.0), root)
    assert seen(root) == {5.0}
    assert len(parts(root)) == 3


def test_readers_beside_a_writer_see_one_version(trend, tmp_path) -> None:
    root = tmp_path / "x"
    sf.write_dataset(version(trend, 1.0), root, PARTITIONS)
    stop = threading.Event()
    frames = [version(trend, 1.0).assign(value=v) for v in (1.0, 3.0)]

    def write() -> None:
        while not stop.is_set():
            for frame in frames:
                sf.write_dataset(frame, root)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [frozenset(seen(root)) for _ in range(60)]
    finally:
        stop.set()
        writer.join()
    assert set(found) <= {frozenset({1.0}), frozenset({3.0})}


def test_a_reader_that_a_writer_overtakes_looks_again(trend, tmp_path, monkeypatch) -> None:
    root = tmp_path / "x"
    sf.write_dataset(version(trend, 1.0), root, PARTITIONS)
    plain = reading._read

    def overtaken(*found: object) -> pd.DataFrame:
        monkeypatch.setattr(reading, "_read", plain)
        sf.write_dataset(version(trend, 3.0), root)
        return plain(*found)

    monkeypatch.setattr(reading, "_read", overtaken)
    assert seen(root) == {3.0}


def test_a_file_is_seen_old_or_new_and_never_in_between(tmp_path) -> None:
    folder, stop = Folder(tmp_path), threading.Event()
    versions = [bytes([number]) * 3_000_000 for number in (1, 2)]
    folder.put("part", versions[0])

    def write() -> None:
        while not stop.is_set():
            for content in versions:
                folder.put("part", content)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert {folder.read("part") for _ in range(150)} <= set(versions)
    finally:
        stop.set()
        writer.join()


def test_two_writers_do_not_mix(trend, tmp_path) -> None:
    root = tmp_path / "x"
    sf.write_dataset(version(trend, 1.0), root, PARTITIONS)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from synerise_frames.export.opening import open_store\n"
            "with open_store(sys.argv[1]).locked():\n"
            "    print('held', flush=True); sys.stdin.read()",
            str(root),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "held"
    with pytest.raises(DatasetError, match="Somebody else is writing"):
        sf.write_dataset(version(trend, 2.0), root)
    assert seen(root) == {1.0}  # readers need no lock
    holder.communicate("")
    sf.write_dataset(version(trend, 3.0), root)
    assert seen(root) == {3.0}
