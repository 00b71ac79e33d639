"""Work that is done later: all of it, in order, and before anybody looks."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.http.cache.behind import BEHIND, Behind

DATES = sf.between("2020-01-01", "2020-02-01")


def test_all_is_done_in_order() -> None:
    behind, done = Behind(1000), list[int]()
    for number in range(500):
        assert behind.do(lambda number=number: done.append(number), 1)
    behind.wait()
    assert done == list(range(500))
    assert behind._thread is None or not behind._waiting


def test_there_is_no_thread_where_there_is_no_work() -> None:
    behind = Behind(10)
    behind.wait()
    before = threading.active_count()
    behind.do(lambda: None, 1)
    thread = behind._thread
    behind.wait()
    if thread:
        thread.join(120)
    assert threading.active_count() <= before
    assert behind.do(lambda: None, 1)
    behind.wait()


def test_no_more_waits_than_may() -> None:
    behind, go_on = Behind(10), threading.Event()
    assert behind.do(go_on.wait, 4)
    assert behind.do(lambda: None, 6)
    assert not behind.do(lambda: None, 1)
    go_on.set()
    behind.wait()
    assert behind.do(lambda: None, 10)
    behind.wait()
    assert not behind.do(lambda: None, 11)


def test_who_waits_does_not_wait_for_what_comes_later() -> None:
    behind, first, later = Behind(10), threading.Event(), threading.Event()
    behind.do(first.wait, 1)
    waiter = threading.Thread(target=behind.wait)
    waiter.start()
    # What is given while somebody waits, of which there may be no end.
    threading.Timer(0.05, lambda: (behind.do(later.wait, 1), first.set())).start()
    waiter.join(120)
    assert not waiter.is_alive()
    later.set()
    behind.wait()


def test_work_that_fails_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    behind, done, go_on = Behind(10), list[str](), threading.Event()

    def fail() -> None:
        go_on.wait(120)
        raise MemoryError

    behind.do(fail, 4)
    behind.do(lambda: done.append("left behind"), 3)
    go_on.set()
    behind.wait()
    assert behind.do(lambda: done.append("later"), 7)
    behind.wait()
    assert done == ["left behind", "later"]
    assert [one.exc_type for one in told] == [MemoryError]


def test_nothing_is_taken_while_work_is_told_to_be_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two writes to one place, the end of the first must not hide the second."""
    told: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    behind, entered = Behind(10), list[bool]()

    def over() -> None:
        other = threading.Thread(
            target=lambda: entered.append(behind._changed.acquire(blocking=False))
        )
        other.start()
        other.join(120)

    def fail() -> None:
        raise MemoryError

    behind.do(lambda: None, 1, over=over)
    behind.wait()
    behind.do(fail, 1, over=over)
    behind.wait()
    assert entered == [False, False]
    assert [one.exc_type for one in told] == [MemoryError]


def test_who_does_the_work_may_wait() -> None:
    behind, done = Behind(10), list[bool]()
    behind.do(lambda: (behind.wait(), done.append(behind.is_here())), 1)
    behind.wait()
    assert done == [True]
    assert not behind.is_here()


@pytest.mark.parametrize("daemon", [False, True])
def test_the_end_of_python_waits_and_is_not_held_up(tmp_path: Path, daemon: bool) -> None:
    """Also for what a thread has given that Python does not wait for."""
    script = f"""
        import threading, time
        from synerise_frames.http.cache.behind import BEHIND
        def give():
            BEHIND.do(lambda: (time.sleep(0.2), open({str(tmp_path / "done")!r}, "w").close()), 1)
        thread = threading.Thread(target=give, daemon={daemon})
        thread.start()
        thread.join()
        assert BEHIND._thread
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=180)
    assert (tmp_path / "done").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_forked_process_works_on_its_own(tmp_path: Path) -> None:
    script = f"""
        import os, threading, time
        from pathlib import Path
        from synerise_frames.http.cache.behind import BEHIND
        folder = Path({str(tmp_path)!r})
        BEHIND.do(lambda: (time.sleep(0.2), (folder / "parent").touch()), 1)
        child = os.fork()
        if not child:
            assert (folder / "parent").exists(), "the fork did not wait"
            assert threading.active_count() == 1
            BEHIND.do((folder / "child").touch, 1)
            BEHIND.wait()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=180)
    assert {path.name for path in tmp_path.iterdir()} == {"parent", "child"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_fork_leaves_the_work_that_it_did_not_wait_for_to_its_parent(tmp_path: Path) -> None:
    script = f"""
        import os, threading, time
        from pathlib import Path
        go_on, now = threading.Event(), time.time_ns()

        def give():  # as another thread might, after the fork has waited
            shelf.write_later("large", lambda: go_on.wait(120) and b"x", now, 1, print)

        os.register_at_fork(before=give)  # the last to be called, for it is the first to be there
        from synerise_frames.http.cache.behind import BEHIND
        from synerise_frames.http.cache.shelf import Shelf
        folder = Path({str(tmp_path)!r})
        shelf = Shelf(folder, max_bytes=1000, max_age=1000)
        child = os.fork()
        if not child:
            assert shelf.mark("large") is None
            BEHIND.do((folder / "child").touch, 1)
            BEHIND.wait()
            assert (folder / "child").exists()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        go_on.set()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=60)
    assert {path.name for path in tmp_path.iterdir()} == {"large", "child"}


def large(number: int) -> bytes:
    """Give an answer that is too large to be written while the caller waits."""
    items = ",".join(
        f'{{"date":"2020-01-{day:02}T00:00:00+01:00","values":[{number}]}}' for day in range(1, 32)
    )
    content = f'{{"legends":["a"],"items":[{items}],"note":"{"x" * 70_000}"}}'
    return content.encode()


@pytest.fixture
def held() -> Iterator[Callable[[], None]]:
    """Hold up all that is written later; calling it lets it go on."""
    go_on = threading.Event()
    assert BEHIND.do(lambda: go_on.wait(120), 1)
    yield go_on.set
    go_on.set()
    BEHIND.wait()


def test_what_is_not_written_yet_is_found(
    connect: Any, api: Any, tmp_path: Path, held: Callable[[], None]
) -> None:
    api.say(200, large(7))
    ws = connect()
    live = ws.trends.calculate("t", dates=DATES)
    assert not list(tmp_path.rglob("*.answer"))
    again = ws.trends.calculate("t", dates=DATES)
    assert (live.attrs["source"], again.attrs["source"]) == ("live", "cached")
    # Who needs the file itself waits for it.
    threading.Timer(0.1, held).start()
    assert connect().trends.calculate("t", dates=DATES).attrs["source"] == "cached"
    assert api.calls == 1
    assert ws.cache.info().stored == 1


def test_what_the_account_says_is_so(connect: Any, api: Any, kept: Any) -> None:
    api.say(200, large(7))
    with connect() as ws:
        for number in range(5):
            ws.trends.calculate(f"t{number}", dates=DATES)
        info = ws.cache.info()
        assert info.stored == 5
        assert info.files == 10
    assert info.bytes == sum(path.stat().st_size for path in kept(""))


def test_a_workspace_that_was_closed_has_written_all(
    connect: Any, api: Any, tmp_path: Path
) -> None:
    api.say(200, large(7))
    with connect() as ws:
        ws.trends.calculate("t", dates=DATES)
    assert {path.suffix for path in tmp_path.rglob("*.*")} == {".answer", ".arrow"}


@pytest.mark.parametrize("how", ["write", "clear", "another workspace"])
def test_what_is_dropped_before_it_is_written_does_not_come_back(
    connect: Any, api: Any, kept: Any, held: Callable[[], None], how: str
) -> None:
    ws = connect()
    api.say(200, large(7))
    ws.trends.calculate("t", dates=DATES)
    threading.Timer(0.1, held).start()
    if how == "clear":
        ws.cache.clear()
    else:
        (ws if how == "write" else connect()).trends.delete("t")
    assert kept("") == []
    api.say(200, large(8))
    assert ws.trends.calculate("t", dates=DATES)["value"].unique().tolist() == [8]


def test_a_later_answer_is_not_overwritten_by_an_earlier_one(
    connect: Any, api: Any, held: Callable[[], None]
) -> None:
    ws = connect()
    api.say(200, large(7))
    ws.trends.calculate("t", dates=DATES)
    api.say()
    threading.Timer(0.1, held).start()
    ws.trends.calculate("t", dates=DATES, refresh=True)
    ws.cache.flush()
    assert connect().trends.calculate("t", dates=DATES)["value"].tolist() == [2]


def test_a_disk_that_fails_is_told_where_somebody_hears_it(
    connect: Any, api: Any, tmp_path: Path
) -> None:
    (tmp_path / "http-1").write_text("not a folder")
    api.say(200, large(7))
    ws = connect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        sources = []
        for _ in range(4):
            sources.append(ws.trends.calculate("t", dates=DATES).attrs["source"])
            BEHIND.wait()
        info = ws.cache.info()
    assert [one.category for one in told] == [sf.SyneriseWarning]
    # The first frame is forgotten where it was thought to have an answer on disk.
    assert (sources[0], *sources[2:]) == ("live", "cached", "cached")
    assert info.stored == 0
    assert info.failures > 0


def test_what_is_too_much_to_wait_is_written_at_once(
    connect: Any, api: Any, tmp_path: Path, held: Callable[[], None], monkeypatch: Any
) -> None:
    monkeypatch.setattr(BEHIND, "_most", 0)
    api.say(200, large(7))
    connect().trends.calculate("t", dates=DATES)
    assert [path.suffix for path in tmp_path.rglob("*.*")] == [".answer"]
