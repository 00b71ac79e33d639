"""Whatever is wrong with the folder, calls work; it is told once, and counted."""

from __future__ import annotations

import builtins
import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import synerise_frames as sf

DATES = sf.between("2020-01-01", "2020-02-01")


def check(ws: sf.Workspace, api: Any) -> sf.caching.CacheInfo:
    """Make calls of all sorts on a folder that does not work."""
    calls = api.calls
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        first = ws.trends.calculate("t", dates=DATES)
        second = ws.trends.get("t")
        raw = [ws.call("metrics.calculate", metricId="m")["result"] for _ in range(2)]
        ws.trends.delete("t")
        ws.cache.prune()
    assert [str(one.message)[:26] for one in told] == ["The cache cannot be used ("]
    assert told[0].category is sf.SyneriseWarning
    assert told[0].filename == __file__
    assert first["value"].item() == calls + 1
    assert second["analysis"]["n"] == calls + 2
    assert raw == [calls + 3, calls + 4]
    info = ws.cache.info()
    assert info.failures > 0
    assert info.last_failure
    assert info.stored == 0
    return info


def test_a_file_in_place_of_the_folder(connect: Any, api: Any, tmp_path: Path) -> None:
    (tmp_path / "http-1").write_text("not a folder")
    info = check(connect(), api)
    assert info.files == 0
    assert (tmp_path / "http-1").read_text() == "not a folder"


def test_a_file_above_the_folder(connect: Any, api: Any, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a folder")
    check(connect(cache=tmp_path / "cache"), api)


def test_a_link_that_leads_nowhere(connect: Any, api: Any, tmp_path: Path) -> None:
    (tmp_path / "http-1").symlink_to(tmp_path / "loop")
    (tmp_path / "loop").symlink_to(tmp_path / "http-1")
    check(connect(), api)


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """Let the system refuse every file that grows beyond `size`: a real EFBIG of write()."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_disk_that_takes_no_more_bytes(connect: Any, api: Any, kept: Any) -> None:
    """The system itself fails the write in its middle (a limit of this process, not a mock)."""
    ws = connect()
    with files_limited_to(100):
        info = check(ws, api)
    assert "large" in (info.last_failure or "")
    assert kept("") == []
    # There is room again.
    assert ws.trends.calculate("u").attrs["source"] == "live"
    assert connect().trends.calculate("u").attrs["source"] == "cached"


def test_a_full_disk(connect: Any, api: Any, kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in: no small disk can be mounted everywhere. Half is written, then ENOSPC."""
    plain = builtins.open

    class Full:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def write(self, content: bytes) -> None:
            self.file.write(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(
        "synerise_frames.http.cache.shelf.open",
        lambda file, mode, **how: (
            Full(plain(file, mode, **how)) if mode == "wb" else plain(file, mode, **how)
        ),
        raising=False,
    )
    info = check(connect(), api)
    assert info.last_failure == os.strerror(errno.ENOSPC)
    assert kept("") == []


def _run(*command: str) -> int:
    return subprocess.run(command, check=False, capture_output=True).returncode


@pytest.mark.skipif(sys.platform != "linux", reason="mounts of Linux")
def test_a_really_full_and_a_really_read_only_disk(connect: Any, api: Any, tmp_path: Path) -> None:
    """A small tmpfs, where this machine lets us mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if not shutil.which("mount") or _run(*mount):
        pytest.skip("no disk can be mounted here")
    try:
        (folder / "filler").write_bytes(b"x" * 65536)
        assert check(connect(cache=folder), api).last_failure == os.strerror(errno.ENOSPC)
        (folder / "filler").unlink()
        ws = connect(cache=folder)
        ws.trends.calculate("kept", dates=DATES)
        remount = ["mount", "-o", "remount,ro", str(folder)]
        assert not _run(*remount)
        # What is there is read, what is new is not kept.
        again = connect(cache=folder)
        assert again.trends.calculate("kept", dates=DATES).attrs["source"] == "cached"
        info = check(again, api)
        assert info.last_failure == os.strerror(errno.EROFS)
        # The write could not remove what it made stale: it is void all the same.
        assert again.trends.calculate("kept", dates=DATES).attrs["source"] == "live"
    finally:
        _run("umount", "-l", str(folder))


def test_in_process_frames_work_without_a_disk(connect: Any, api: Any, tmp_path: Path) -> None:
    (tmp_path / "http-1").write_text("not a folder")
    ws = connect()
    with pytest.warns(sf.SyneriseWarning):
        ws.trends.calculate("t", dates=DATES)
    assert ws.trends.calculate("t", dates=DATES).attrs["source"] == "cached"
    ws.trends.delete("t")
    assert ws.trends.calculate("t", dates=DATES).attrs["source"] == "live"


@pytest.mark.parametrize("what", ["folder", "root", "content"])
def test_a_folder_that_is_deleted_in_mid_run(
    connect: Any, api: Any, tmp_path: Path, what: str
) -> None:
    """Nothing is lost but time, and nothing has to be told: the folder is made again."""
    root = tmp_path / "root"
    ws = connect(cache=root)
    for number in range(1, 4):
        assert ws.trends.calculate("t", dates=DATES)["value"].item() == number
        assert ws.trends.calculate("t", dates=DATES).attrs["source"] == "cached"
        if what == "content":
            for path in (root / "http-1").iterdir():
                path.unlink()
        else:
            _remove(root if what == "root" else root / "http-1")
    assert ws.cache.info().failures == 0


def _remove(folder: Path) -> None:
    """Remove a folder into which something is written meanwhile."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    raise AssertionError(f"{folder} can't be removed")


def test_a_folder_that_is_deleted_between_two_steps_of_writing(
    own: sf.Workspace, kept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, deleted = tempfile.mkstemp, []

    def mkstemp(*args: Any, **kwargs: Any) -> Any:
        if not deleted:
            deleted.append(1)
            shutil.rmtree(tmp_path / "http-1")
        return plain(*args, **kwargs)

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    own.call("trends.get", trendId="t")
    assert len(kept(".answer")) == 1
    assert own.cache.info().failures == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(os.urandom(path.stat().st_size)),
        lambda path: path.write_bytes(b"\0" * path.stat().st_size),
        lambda path: path.write_bytes(b"\x80\x04cos\nsystem\n(S'false'\ntR."),
        lambda path: path.write_bytes(b'{"version": 99}\n' + path.read_bytes()),
        lambda path: path.write_bytes(b"SQLite format 3\x00" + b"x" * 4096),
        lambda path: path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 2')),
    ],
    ids=["empty", "random", "zeros", "pickle", "future", "sqlite", "version"],
)
def test_files_that_are_not_ours(
    connect: Any, api: Any, kept: Any, spoil: Callable[[Path], object]
) -> None:
    connect().trends.calculate("t", dates=DATES)
    for path in kept(""):
        spoil(path)
    ws = connect()
    assert ws.trends.calculate("t", dates=DATES)["value"].item() == 2
    assert connect().trends.calculate("t", dates=DATES).attrs["source"] == "cached"
    assert ws.cache.info().failures == 0


def test_a_lock_that_somebody_holds_costs_nothing(connect: Any, api: Any, kept: Any) -> None:
    """Whole-file locks of both kinds, held by another process, on every file."""
    connect().trends.calculate("t", dates=DATES)
    script = (
        "import fcntl,sys,time\n"
        "files=[open(p,'r+b') for p in sys.argv[1:]]\n"
        "[fcntl.flock(f,fcntl.LOCK_EX) for f in files]\n"
        "[fcntl.lockf(f,fcntl.LOCK_EX) for f in files]\n"
        "print('held',flush=True)\n"
        "time.sleep(120)\n"
    )
    paths = [str(path) for path in kept("")]
    with subprocess.Popen([sys.executable, "-c", script, *paths], stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout
            assert holder.stdout.readline() == b"held\n"
            ws = connect()
            start = time.perf_counter()
            assert ws.trends.calculate("t", dates=DATES).attrs["source"] == "cached"
            ws.trends.calculate("t", dates=DATES, refresh=True)
            ws.cache.clear()
            ws.trends.calculate("t", dates=DATES)
            assert time.perf_counter() - start < 60
            assert ws.cache.info().failures == 0
        finally:
            holder.kill()


def test_the_warning_comes_once_even_where_all_are_shown(connect: Any, tmp_path: Path) -> None:
    (tmp_path / "http-1").write_text("not a folder")
    ws = connect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for number in range(5):
            ws.trends.calculate(f"t{number}")
    assert len(told) == 1
    assert "SYNERISE_CACHE_DIR" in str(told[0].message)
