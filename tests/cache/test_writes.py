"""A write drops what it makes stale: of this tenant, here, on disk, and in flight."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import synerise_frames as sf

Write = Callable[[sf.Workspace], Any]
DATES = sf.between("2020-01-01", "2020-02-01")
ANALYSES: dict[str, Write] = {
    "create": lambda ws: ws.trends.create({"a": 1}, allow_unverified=True),
    "update": lambda ws: ws.trends.update("t", {"a": 1}, allow_unverified=True),
    "delete": lambda ws: ws.trends.delete("t"),
    "another kind": lambda ws: ws.funnels.delete("f"),
    "by its key": lambda ws: ws.call("trends.delete", trendId="t"),
}
DIRECTORIES: dict[str, Write] = {
    "create": lambda ws: ws.directories.create("x", "trend", allow_unverified=True),
    "rename": lambda ws: ws.directories.rename("d", "x", allow_unverified=True),
    "delete": lambda ws: ws.directories.delete("d"),
    "move": lambda ws: ws.directories.move("t", "d", "trend", allow_unverified=True),
}


def _prefix(ws: sf.Workspace) -> str:
    return ws.context.api.tenant.prefix


def sources(ws: sf.Workspace) -> dict[str, str]:
    """Ask for one of each, and say where each came from."""
    asks: dict[str, Callable[[], Any]] = {
        "calculation": lambda: ws.trends.calculate("t", dates=DATES),
        "profile": lambda: ws.aggregates.calculate("a", 7),
        "definition": lambda: ws.trends.get("t"),
        "list": ws.metrics.list,
    }
    told = {}
    for name, ask in asks.items():
        before = ws.cache.info().misses
        ask()
        told[name] = "live" if ws.cache.info().misses > before else "kept"
    return told


@pytest.mark.parametrize("write", ANALYSES)
def test_a_write_drops_definitions_and_calculations(connect: Any, write: str, kept: Any) -> None:
    ws, other = connect(), connect(api_key="another-key")
    sources(ws)
    sources(other)
    assert set(sources(ws).values()) == {"kept"}
    others = {path for path in kept("") if path.name.startswith(_prefix(other))}
    assert others < set(kept(""))
    ANALYSES[write](ws)
    assert set(kept("")) == others
    # In this process, and in a new one.
    assert set(sources(ws).values()) == {"live"}
    ANALYSES[write](ws)
    assert set(sources(connect()).values()) == {"live"}
    # Nobody else's.
    assert set(sources(other).values()) == {"kept"}


@pytest.mark.parametrize("write", DIRECTORIES)
def test_directories_only_concern_definitions(connect: Any, write: str) -> None:
    ws = connect()
    sources(ws)
    DIRECTORIES[write](ws)
    expected = {"calculation": "kept", "profile": "kept", "definition": "live", "list": "live"}
    assert sources(ws) == expected
    DIRECTORIES[write](ws)
    assert sources(connect()) == expected


def test_a_write_that_failed_may_have_worked(connect: Any, api: Any) -> None:
    ws = connect()
    sources(ws)
    api.say(500, b"{}")
    with pytest.raises(sf.ServerError):
        ws.trends.delete("t")
    api.say()
    assert set(sources(ws).values()) == {"live"}


def test_a_write_that_was_refused_changed_nothing(connect: Any, api: Any) -> None:
    ws = connect()
    sources(ws)
    api.say(403, b"{}")
    with pytest.raises(sf.PermissionDenied):
        ws.trends.delete("t")
    assert set(sources(ws).values()) == {"kept"}


def test_a_write_that_was_interrupted_may_have_worked(
    connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = connect()
    sources(ws)
    client = ws.context.api._client
    plain = client.send

    def interrupted(*args: Any, **kwargs: Any) -> None:
        plain(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ws.trends.delete("t")
    monkeypatch.undo()
    assert set(sources(ws).values()) == {"live"}


def test_a_write_that_was_never_sent_drops_nothing(connect: Any) -> None:
    ws = connect(paths={})
    with pytest.warns(sf.UnverifiedPathWarning):
        sources(ws)
    with pytest.raises(sf.PathNotVerified):
        ws.trends.create({"a": 1})
    assert set(sources(ws).values()) == {"kept"}


def test_what_other_processes_hold_in_memory_is_dropped_too(connect: Any) -> None:
    one, other = connect(), connect()
    sources(one)
    sources(other)
    one.trends.delete("t")
    assert set(sources(other).values()) == {"live"}
    sources(one)
    other.cache.clear()
    assert set(sources(one).values()) == {"live"}


@pytest.mark.parametrize("clear", [False, True], ids=["write", "clear"])
def test_an_answer_that_was_on_its_way_is_not_kept(
    connect: Any, api: Any, kept: Any, clear: bool
) -> None:
    """The server answered before the write, and the answer arrives after it."""
    ws = connect()
    ws.trends.get("warm-up")
    arrived, go_on = threading.Event(), threading.Event()

    def wait(method: str, path: str) -> None:
        if method == "POST":
            arrived.set()
            assert go_on.wait(120)

    api.before = wait
    frames: list[Any] = []
    slow = threading.Thread(target=lambda: frames.append(ws.trends.calculate("t", dates=DATES)))
    slow.start()
    assert arrived.wait(120)
    if clear:
        ws.cache.clear()
    else:
        ws.trends.delete("t")
    go_on.set()
    slow.join()
    api.before = lambda method, path: None
    assert frames[0].attrs["source"] == "live"
    assert kept("") == []
    assert ws.trends.calculate("t", dates=DATES).attrs["source"] == "live"
    assert ws.trends.calculate("t", dates=DATES).attrs["source"] == "cached"


@pytest.mark.parametrize("clear", [False, True], ids=["write", "clear"])
@pytest.mark.parametrize("refresh", [False, True])
def test_who_asks_after_a_write_does_not_join_a_call_from_before(
    connect: Any, api: Any, clear: bool, refresh: bool
) -> None:
    """The first call is still in flight when the third comes, with the write between them."""
    ws = connect()
    ws.trends.get("warm-up")
    arrived, go_on = threading.Event(), threading.Event()

    def hold_the_first(method: str, path: str) -> None:
        if method == "POST" and not arrived.is_set():
            arrived.set()
            assert go_on.wait(120)

    api.before = hold_the_first
    before: list[Any] = []
    first = threading.Thread(target=lambda: before.append(ws.metrics.calculate("m")))
    first.start()
    assert arrived.wait(120)
    if clear:
        ws.cache.clear()
    else:
        ws.metrics.delete("other")
    after: list[Any] = []
    third = threading.Thread(
        target=lambda: after.append(ws.metrics.calculate("m", refresh=refresh))
    )
    third.start()
    # It has its answer while the first one still waits.
    third.join(120)
    joined = third.is_alive()
    go_on.set()
    first.join()
    third.join()
    assert not joined
    assert after[0]["value"].item() > before[0]["value"].item()
    assert ws.cache.info().shared == 0
    # What arrived late did not replace what is newer.
    assert ws.metrics.calculate("m")["value"].item() == after[0]["value"].item()


def test_a_frame_that_is_still_being_read_is_not_kept(
    connect: Any, monkeypatch: pytest.MonkeyPatch, kept: Any
) -> None:
    """The write comes while a large answer is read."""
    ws = connect()
    from synerise_frames.kinds.trends import Trends

    plain = Trends._read

    def slow(self: Trends, payload: Any, view: Any) -> Any:
        ws.trends.delete("t")
        return plain(self, payload, view)

    monkeypatch.setattr(Trends, "_read", slow)
    assert ws.trends.calculate("t", dates=DATES).attrs["source"] == "live"
    monkeypatch.setattr(Trends, "_read", plain)
    assert kept("") == []
    assert ws.trends.calculate("t", dates=DATES).attrs["source"] == "live"


def test_where_the_disk_does_not_let_go(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be removed, as in a folder that became read-only: and yet nothing is stale."""
    from pathlib import Path

    ws = connect()
    sources(ws)

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.warns(sf.SyneriseWarning, match="Permission denied"):
        ws.trends.delete("t")
    monkeypatch.undo()
    assert set(sources(ws).values()) == {"live"}
