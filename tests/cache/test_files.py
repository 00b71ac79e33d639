"""Files that were damaged, exchanged or put there by somebody else are as good as none."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.http.cache import sealed
from synerise_frames.http.cache.answers import Answers
from synerise_frames.http.cache.behind import BEHIND
from synerise_frames.http.cache.sealed import seal, unseal
from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.http.message import Response

DATES = sf.between("2020-01-01", "2020-02-01")
NOW = datetime(2024, 1, 1, tzinfo=UTC)


@given(st.binary(max_size=200), st.text(max_size=10), st.text(max_size=10))
def test_what_is_sealed_opens_again(payload: bytes, name: str, note: str) -> None:
    content = seal("name", {name: note}, payload)
    opened = unseal("name", content)
    assert opened
    head, found = opened
    assert bytes(found) == payload
    if name != "version":
        assert head[name] == note


@given(st.data(), st.binary(min_size=1, max_size=50))
@settings(max_examples=300)
def test_any_change_is_noticed(data: st.DataObject, payload: bytes) -> None:
    content = seal("name", {"a": 1}, payload)
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[at]))
    changed = content[:at] + bytes([byte]) + content[at + 1 :]
    assert unseal("name", changed) is None


@given(st.binary(max_size=100))
def test_foreign_bytes_are_not_ours(content: bytes) -> None:
    assert unseal("name", content) is None


def test_cut_at_any_length_or_longer() -> None:
    content = seal("name", {"a": 1}, b"payload")
    for length in range(len(content)):
        assert unseal("name", content[:length]) is None
    assert unseal("name", content + b"x") is None
    assert unseal("another name", content) is None


def test_a_future_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "VERSION", 2)
    future = seal("name", {"a": 1}, b"x")
    monkeypatch.undo()
    assert unseal("name", future) is None


def answers(folder: Path, *, cap: int = 1 << 20, age: float = 1e9) -> Answers:
    return Answers(Shelf(folder, max_bytes=cap, max_age=age))


def keep(store: Answers, key: str, content: bytes, kind: str = "text/csv") -> bool:
    response = Response(200, {"Content-Type": kind}, content)
    stored: list[str] = []
    store.keep(key, response, NOW, NOW + timedelta(days=1), lambda: stored.append(key))
    BEHIND.wait()
    return bool(stored)


@pytest.mark.parametrize("content", [b"", b"{}", b"x" * 100_000, bytes(range(256)) * 10])
def test_answers_come_back_as_they_were(tmp_path: Path, content: bytes) -> None:
    store = answers(tmp_path)
    assert keep(store, "key", content)
    found = store.find("key")
    assert found is not None
    assert (found.content, found.status_code) == (content, 200)
    assert found.headers["content-type"] == "text/csv"
    assert (found.created_at, found.expires) == (NOW, NOW + timedelta(days=1))
    assert store.find("another key") is None


def test_requests_cache_may_do_with_it_what_it_does(tmp_path: Path) -> None:
    store = answers(tmp_path)
    for key in ("a", "b", "c"):
        keep(store, key, key.encode())
    assert sorted(store.responses) == ["a", "b", "c"]
    assert len(store.responses) == 3
    assert store.contains("a")
    del store.responses["a"]
    with pytest.raises(KeyError):
        del store.responses["a"]
    store.forget("b")
    store.forget("b")
    assert [*store.responses] == ["c"]
    store.clear()
    assert len(store.responses) == 0


def test_an_answer_cut_at_any_length_is_none(tmp_path: Path) -> None:
    store = answers(tmp_path)
    keep(store, "key", b'{"a": 1}')
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        assert store.find("key") is None
    path.write_bytes(content)
    assert store.find("key") is not None


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"status": 200},
        {"status": "x", "type": 1, "created": 0, "expires": 0, "size": 3},
        {"status": 200, "type": "", "created": 1e300, "expires": 0, "size": 3},
        {"status": 200, "type": "", "created": 0, "expires": None, "size": 3},
        {"status": 200, "type": "", "created": 0, "expires": 0, "size": -1},
        {"status": 200, "type": "", "created": 0, "expires": 0, "size": "3"},
    ],
)
def test_well_sealed_nonsense_is_none(tmp_path: Path, head: dict[str, Any]) -> None:
    store = answers(tmp_path)
    (tmp_path / "key.answer").write_bytes(seal("key", head, b"abc"))
    assert store.find("key") is None


def damage(paths: list[Path], length: int) -> None:
    for path in paths:
        content = path.read_bytes()
        path.write_bytes(content[: min(length, len(content) - 1)])


@pytest.mark.parametrize("ending", [".answer", ".arrow", ""])
def test_calls_go_to_the_server_where_files_are_cut(
    connect: Any, api: Any, kept: Any, ending: str
) -> None:
    truth = connect().trends.calculate("t", dates=DATES)
    shortest = min(path.stat().st_size for path in kept(ending))
    for number, length in enumerate([0, 1, 8, 9, 60, shortest // 2, shortest - 1], start=1):
        damage(kept(ending), length)
        found = connect().trends.calculate("t", dates=DATES)
        assert found.drop(columns="value").equals(truth.drop(columns="value"))
        # Where only the frame is damaged, the answer is read again. Where the answer is, the
        # frame is not that of what lies there now.
        assert api.calls == (1 if ending == ".arrow" else number + 1)
        assert found["value"].item() == api.calls


def test_damage_in_the_middle_of_a_frame(connect: Any, api: Any, kept: Any) -> None:
    connect().trends.calculate("t", dates=DATES)
    (path,) = kept(".arrow")
    content = path.read_bytes()
    for at in range(0, len(content), 97):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])
        assert connect().trends.calculate("t", dates=DATES)["value"].item() == 1
    assert api.calls == 1


def test_files_are_the_owners_alone(own: sf.Workspace, kept: Any, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        own.trends.calculate("t")
    finally:
        os.umask(before)
    folder = kept("")[0].parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept("")} == {0o600}


def test_a_folder_that_others_may_read_is_closed(connect: Any, kept: Any) -> None:
    connect().trends.calculate("t")
    folder = kept("")[0].parent
    folder.chmod(0o755)
    connect().trends.calculate("u")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_is_neither_read_nor_followed(
    connect: Any, api: Any, kept: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    connect().call("trends.get", trendId="t")
    (path,) = kept(".answer")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "file"
    elsewhere.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    ws = connect()
    with pytest.warns(sf.SyneriseWarning, match="cache"):
        ws.call("trends.get", trendId="t")
    assert api.calls == 2
    assert not path.is_symlink()
    assert elsewhere.read_bytes() == before
    ws.call("trends.get", trendId="t")
    assert api.calls == 2


def test_a_link_is_dropped_like_a_file(connect: Any, kept: Any, tmp_path: Path) -> None:
    ws = connect()
    ws.trends.get("t")
    (path,) = kept(".answer")
    target = tmp_path / "target"
    path.rename(target)
    path.symlink_to(target)
    ws.trends.delete("t")
    assert not path.is_symlink()
    assert target.exists()


def test_a_pipe_in_the_place_of_a_file_blocks_nobody(connect: Any, api: Any, kept: Any) -> None:
    connect().call("trends.get", trendId="t")
    (path,) = kept(".answer")
    path.unlink()
    os.mkfifo(path)
    with pytest.warns(sf.SyneriseWarning, match="something else"):
        connect().call("trends.get", trendId="t")
    assert path.is_file()


def test_a_folder_in_the_place_of_a_file(connect: Any, api: Any, kept: Any) -> None:
    connect().call("trends.get", trendId="t")
    (path,) = kept(".answer")
    path.unlink()
    path.mkdir()
    ws = connect()
    with pytest.warns(sf.SyneriseWarning, match="cache"):
        ws.call("trends.get", trendId="t")
    assert ws.call("trends.get", trendId="t")
    assert api.calls == 3
    assert ws.cache.info().failures >= 2
    if Path("/proc/self/fd").exists():
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(50):
            ws.call("trends.get", trendId="t")
        assert len(os.listdir("/proc/self/fd")) < before + 10
