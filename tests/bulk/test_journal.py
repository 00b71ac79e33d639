"""The journal: what was answered is there after any end, and nobody else can read it."""

from __future__ import annotations

import base64
import logging
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.journal import Journal, pieces
from synerise_frames.bulk.journal.pieces import Piece, heads
from synerise_frames.bulk.journal.writer import Writer
from synerise_frames.bulk.kept.answered import Entry
from synerise_frames.errors import BulkError
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.redact import Secret
from tests.bulk import storing
from tests.bulk.storing import CREDENTIALS, HOST, PROFILE, TENANT, entries, entry

ABOUT = {"fingerprint": "abc", "schema_version": 1, "by": "id", "inputs": 3}


def begin(path: Path, *parts: list[Entry]) -> Path:
    """Make a journal whose pieces have one part each."""
    with Journal.start(path, TENANT, ABOUT) as journal:
        for part in parts:
            journal.append(part)
            journal.flush()
    return path


def read(path: Path, tenant: Tenant = TENANT) -> dict[tuple[bytes, int], Cell | None]:
    """Give all answers of the numbers that these tests use."""
    with Journal.open(path, tenant) as journal:
        answered = journal.answered()
    numbers = [storing.key(n) for n in range(len(answered) + 50)]
    found = {(k, 0): c for k, c in zip(numbers, answered.find(numbers, 0, "live"), strict=True)}
    assert sum(cell is not None for cell in found.values()) == len(answered)
    return {at: cell for at, cell in found.items() if cell is not None}


def expected(*parts: list[Entry]) -> dict[tuple[bytes, int], Cell]:
    return {(one.key, one.analysis): one.cell for part in parts for one in part}


def pieces_of(path: Path) -> list[Piece]:
    content = path.read_bytes()
    start = content.index(b"\n", content.index(b"\n") + 1) + 1
    with path.open("rb") as file:
        return [*heads(file, start)]


@contextmanager
def running(what: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, storing.__file__, what, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


# ---------------------------------------------------------------- there and back


@given(
    st.lists(st.lists(entries, max_size=5), max_size=5),
    st.lists(st.lists(st.none() | st.text(max_size=10), max_size=5), max_size=3),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_everything_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    parts: list[list[Entry]],
    inputs: list[list[str | None]],
) -> None:
    path = tmp_path_factory.mktemp("journal") / "some" / "where" / "j"
    with Journal.start(path, TENANT, ABOUT) as journal:
        for some in inputs:
            journal.add_inputs(some)
        for part in parts:
            journal.append(part)
    with Journal.open(path, TENANT) as journal:
        assert journal.about == ABOUT
        assert [one for some in journal.inputs() for one in some] == [
            one for some in inputs for one in some
        ]
        answered = journal.answered()
    last = expected(*parts)
    assert len(answered) == len(last)
    for (key, analysis), cell in last.items():
        assert repr(answered.find([key], analysis, "live")) == repr([cell])


def test_half_a_character_among_the_inputs(tmp_path: Path) -> None:
    with Journal.start(tmp_path / "j", TENANT, {}) as journal:
        journal.add_inputs(["\ud83d", None, ""])
    with Journal.open(tmp_path / "j", TENANT) as journal:
        assert [*journal.inputs()] == [["\ud83d", None, ""]]


def test_it_is_gone_on_with(tmp_path: Path) -> None:
    parts = [[entry(n)] for n in range(4)]
    path = begin(tmp_path / "j", *parts[:2])
    for part in parts[2:]:
        with Journal.open(path, TENANT) as journal:
            before = len(journal.answered())
            journal.append(part)
            journal.flush()
            assert len(journal.answered()) == before
    assert read(path) == expected(*parts)


def test_many_threads_append(tmp_path: Path) -> None:
    def append(first: int) -> None:
        for n in range(first, first + 1000, 10):
            journal.append([entry(i) for i in range(n, n + 10)])

    with Journal.start(tmp_path / "j", TENANT, {}) as journal:
        crew = [threading.Thread(target=append, args=(n * 1000,)) for n in range(8)]
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
    assert len(read(tmp_path / "j")) == 8000


def test_it_is_on_disk_though_nobody_asks_for_it(tmp_path: Path) -> None:
    with Journal.start(tmp_path / "j", TENANT, {}) as journal:
        journal.append([entry(1), entry(2)])
        ends = time.monotonic() + 60
        while Journal.peek(tmp_path / "j")["answers_written"] < 2:
            assert time.monotonic() < ends
            time.sleep(0.01)
        # Nor is anything left for the next part to push out.
        assert len(pieces_of(tmp_path / "j")) == 2


# ---------------------------------------------------------------- any end


def test_torn_off_at_every_byte(tmp_path: Path) -> None:
    parts = [[entry(0)], [entry(1), entry(2)], [entry(3)]]
    whole = begin(tmp_path / "whole", *parts).read_bytes()
    _, first, second, third = pieces_of(tmp_path / "whole")
    assert third.end == len(whole)
    path = tmp_path / "torn"
    for size in range(second.start, third.end):
        path.write_bytes(whole[:size])
        left = parts[:1] if size < second.end else parts[:2]
        with Journal.open(path, TENANT) as journal:
            assert len(journal.answered()) == sum(map(len, left))
            assert path.stat().st_size == (first.end if size < second.end else second.end)
            if size % 40:
                continue
            more = [entry(9)]
            journal.append(more)
        assert read(path) == expected(*left, more)


@pytest.mark.parametrize(
    "tail", [bytes(5000), b"\xf0SFp" * 50, os.urandom(300)], ids=["zeros", "heads", "noise"]
)
def test_what_a_power_failure_left_at_the_end(
    tmp_path: Path, tail: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    part = [entry(1)]
    path = begin(tmp_path / "j", part)
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    with caplog.at_level(logging.INFO, "synerise_frames"):
        assert read(path) == expected(part)
    assert f"{len(tail)} bytes" in caplog.text
    assert path.read_bytes() == whole


def test_any_altered_byte_is_noticed(tmp_path: Path) -> None:
    parts = [[entry(0)], [entry(1)]]
    path = begin(tmp_path / "j", *parts)
    whole = path.read_bytes()
    last = pieces_of(path)[-1]
    path = tmp_path / "altered"
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x21]) + whole[place + 1 :])
        if place < last.start:
            with pytest.raises(BulkError) as raised:
                Journal.open(path, TENANT)
            assert raised.value.hint
            assert path.stat().st_size == len(whole)
        else:
            with Journal.open(path, TENANT) as journal:
                assert len(journal.answered()) == 1
                assert journal.answered().find([storing.key(0)], 0, "live") == [parts[0][0].cell]


def test_the_place_of_the_damage_is_told(tmp_path: Path) -> None:
    path = begin(tmp_path / "j", [entry(0)], [entry(1)])
    content = bytearray(path.read_bytes())
    damaged = pieces_of(path)[1]
    content[damaged.end - 1] ^= 1
    path.write_bytes(content)
    with pytest.raises(BulkError, match=rf"altered at byte {damaged.start:,}\.") as raised:
        Journal.open(path, TENANT)
    assert raised.value.code == "journal_altered"


Order = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize(
    "order",
    [
        lambda p: [p[0], p[2], p[1], p[3]],
        lambda p: [p[0], p[2], p[3]],
        lambda p: [p[0], p[1], p[1], p[2], p[3]],
        lambda p: [*p, p[3]],
        lambda p: [*p, p[0]],
        lambda p: p[1:],
        lambda p: [],
    ],
    ids=["exchanged", "left out", "repeated", "last again", "first again", "no first", "none"],
)
def test_pieces_stay_in_their_order(tmp_path: Path, order: Order) -> None:
    path = begin(tmp_path / "j", *([entry(n)] for n in range(3)))
    content, found = path.read_bytes(), pieces_of(path)
    parts = [content[piece.start : piece.end] for piece in found]
    path.write_bytes(content[: found[0].start] + b"".join(order(parts)))
    with pytest.raises(BulkError, match="was altered at byte"):
        Journal.open(path, TENANT)


def test_pieces_stay_in_their_file(tmp_path: Path) -> None:
    one, two = begin(tmp_path / "one", [entry(0)]), begin(tmp_path / "two", [entry(1)])
    first, second = one.read_bytes(), two.read_bytes()
    a, b = pieces_of(one), pieces_of(two)
    one.write_bytes(first[: a[0].start] + second[b[0].start :])
    two.write_bytes(second[: b[1].start] + first[a[1].start :])
    with pytest.raises(BulkError, match="was altered at byte"):
        Journal.open(one, TENANT)
    # What follows nothing good may as well have been torn off: it is not read.
    assert read(two) == {}


def test_killed_while_it_writes(tmp_path: Path) -> None:
    for round_ in range(3):
        path = tmp_path / f"j{round_}"
        with running("write", path) as process:
            assert process.stdout
            safe = 0
            for _ in range(1 + 3 * round_):
                safe = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            process.wait()
            told = process.stdout.read().split()
        found = read(path)
        assert len(found) >= max([safe, *map(int, told)])
        assert [*found] == [(storing.key(n), 0) for n in range(len(found))]
        with Journal.open(path, TENANT) as journal:
            assert [*journal.inputs()] == [[str(n) for n in range(1000)]]


# ---------------------------------------------------------------- one at a time


def test_a_second_one_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    path = begin(tmp_path / "j", [entry(1)])
    with running("hold", path) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        with pytest.raises(BulkError, match="in use") as raised:
            Journal.open(path, TENANT)
        assert raised.value.code == "journal_in_use"
        assert Journal.peek(path)["answers_written"] == 1
        process.send_signal(signal.SIGKILL)
        process.wait()
    with Journal.open(path, TENANT), pytest.raises(BulkError, match="in use"):
        Journal.open(path, TENANT)
    assert len(read(path)) == 1


def test_a_child_that_inherited_the_file_holds_nobody_up(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "j", TENANT, {})
    with subprocess.Popen(["sleep", "600"], pass_fds=[journal._file.fileno()]) as child:
        try:
            journal.close()
            assert read(tmp_path / "j") == {}
        finally:
            child.kill()


def test_one_of_two_that_begin_at_once(tmp_path: Path) -> None:
    path, told = tmp_path / "j", []

    def start() -> None:
        barrier.wait()
        try:
            Journal.start(path, TENANT, {}).close()
            told.append("begun")
        except BulkError as error:
            told.append(error.message)

    for _ in range(10):
        told.clear()
        path.unlink(missing_ok=True)
        barrier = threading.Barrier(2)
        crew = [threading.Thread(target=start) for _ in range(2)]
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
        assert sorted(told) == [f"There is a file {path} already.", "begun"]
        assert read(path) == {}
        assert [one.name for one in tmp_path.iterdir()] == ["j"]


# ---------------------------------------------------------------- disks


def test_a_full_disk(tmp_path: Path) -> None:
    with running("full", tmp_path / "j", 20_000) as process:
        told, _ = process.communicate(timeout=180)
    safe, code, message, hint, again = told.splitlines()
    assert code == "disk"
    assert message == f"The journal {tmp_path}/j cannot be written: File too large."
    assert "Make room" in hint
    assert again == "again disk"
    assert int(safe) > 100
    # The answers before, and nothing of those that did not fit.
    assert [*read(tmp_path / "j")] == [(storing.key(n), 0) for n in range(int(safe))]


def test_a_file_that_is_removed_in_mid_run(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "j", TENANT, {})
    (tmp_path / "j").unlink()
    journal.append([entry(1)])
    with pytest.raises(BulkError, match="the file was removed"):
        journal.flush()
    with pytest.raises(BulkError, match="the file was removed"):
        journal.append([entry(1)])
    journal.close()  # It was told.


def test_what_was_not_told_is_told_at_the_end(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "j", TENANT, {})
    (tmp_path / "j").unlink()
    journal.append([entry(1)])
    with pytest.raises(BulkError, match="the file was removed"):
        journal.close()
    journal.close()
    journal.flush()
    with pytest.raises(BulkError, match="the file was removed"):
        journal.append([entry(1)])


def test_a_closed_one_takes_nothing(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "j", TENANT, {})
    journal.close()
    with pytest.raises(BulkError, match="closed"):
        journal.append([entry(1)])


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "j", tmp_path / "file" / "deeper" / "j"):
        with pytest.raises(BulkError, match="cannot be written") as raised:
            Journal.start(path, TENANT, {})
        assert raised.value.code == "disk"
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        with pytest.raises(BulkError, match="Permission denied"):
            Journal.start(tmp_path / "j", TENANT, {})
        tmp_path.chmod(0o700)


def test_who_writes_faster_than_the_disk_waits() -> None:
    free, seen = threading.Event(), []

    def write(items: list[int]) -> None:
        assert free.wait(60)
        seen.extend(items)

    writer: Writer[int] = Writer(write)
    handed = []

    def hand_over() -> None:
        for n in range(30):
            assert writer.put(n, 5000)
            handed.append(n)

    thread = threading.Thread(target=hand_over)
    thread.start()
    while len(handed) < 10:
        time.sleep(0.001)
    # Ten are with the disk at most, ten wait, and no more come in.
    time.sleep(0.05)
    assert len(handed) <= 21
    free.set()
    thread.join(60)
    assert writer.close()
    assert seen == [*range(30)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_in_writing_holds_nobody_up() -> None:
    def write(items: list[int]) -> None:
        raise ValueError(items)

    writer: Writer[int] = Writer(write)
    assert writer.put(1, 1)
    assert not writer.flush()
    assert not writer.put(1, 1)
    assert not writer.close()


# ---------------------------------------------------------------- whose it is


def test_nothing_of_it_can_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cell = entry(1, result=f"belongs to {PROFILE}").cell
    key = TENANT.digest("email", PROFILE)
    path = tmp_path / "j"
    with caplog.at_level(logging.DEBUG), Journal.start(path, TENANT, ABOUT) as journal:
        journal.add_inputs([PROFILE, PROFILE])
        journal.append([Entry(key, 0, cell)])
        shown = repr(journal) + caplog.text
    content = path.read_bytes() + shown.encode()
    for secret in (PROFILE.encode(), CREDENTIALS.encode(), TENANT._key, key, b"belongs to"):
        encoded = secret.decode(errors="ignore").encode("utf-16-le")
        for form in (secret, encoded, base64.b64encode(secret)[:-4], secret.hex().encode()):
            assert len(form) < 8 or form not in content
    assert b'"fingerprint": "abc"' in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_other_credentials_and_hosts_are_told_apart(tmp_path: Path) -> None:
    path = begin(tmp_path / "j", [entry(1)])
    others = [
        Tenant(HOST, ["workspace", ""], Secret("another-key-altogether")),
        Tenant("https://other.example", ["workspace", ""], Secret(CREDENTIALS)),
        Tenant(HOST, ["workspace", "guid"], Secret(CREDENTIALS)),
    ]
    for tenant in others:
        with pytest.raises(BulkError, match="other credentials or for another host") as raised:
            Journal.open(path, tenant)
        assert raised.value.code == "journal_of_others"
    # Nor does it help to claim to be the one.
    for tenant in others:
        tenant.prefix = TENANT.prefix
        with pytest.raises(BulkError, match="was altered at byte"):
            Journal.open(path, tenant)
    assert len(read(path)) == 1


def test_what_it_is_about_can_be_read_by_all(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal.start(path, TENANT, {**ABOUT, "names": {"id": "Wärme"}}) as journal:
        journal.add_inputs(["a", "b", None])
        journal.append([entry(1)])
        journal.append([entry(1)])
    told = {"inputs_written": 3, "answers_written": 2, "names": {"id": "Wärme"}}
    assert Journal.peek(path) == {**ABOUT, **told}


def test_facts_that_differ_are_named(tmp_path: Path) -> None:
    with Journal.start(tmp_path / "j", TENANT, ABOUT) as journal:
        journal.expect(fingerprint="abc", schema_version=1)
        with pytest.raises(BulkError, match="is of another plan: other identifiers"):
            journal.expect(fingerprint="xyz")
        with pytest.raises(BulkError, match="version 1 of the ledger's columns; this is version 2"):
            journal.expect(fingerprint="abc", schema_version=2)
        with pytest.raises(BulkError, match="has by 'id', not 'email'") as raised:
            journal.expect(by="email")
    assert "sf.resume()" in raised.value.hint


def test_another_version_of_the_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = begin(tmp_path / "j", [entry(1)])
    monkeypatch.setattr(pieces, "_VERSION", 2)
    with pytest.raises(BulkError, match="has format 1; this version of the library writes 2"):
        Journal.open(path, TENANT)
    monkeypatch.undo()
    assert len(read(path)) == 1


@pytest.mark.parametrize("content", [b"", b"synerise_fr", b"PAR1", b"synerise_frames journal\n"])
def test_a_foreign_file_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j"
    path.write_bytes(content)
    for call in (lambda: Journal.open(path, TENANT), lambda: Journal.peek(path)):
        with pytest.raises(BulkError, match=r"/j is no journal"):
            call()
    with pytest.raises(BulkError, match=r"There is a file \S+/j already"):
        Journal.start(path, TENANT, {})
    assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["j"]


def test_what_is_no_file_is_no_journal(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "nothing"):
        with pytest.raises(BulkError, match="There is no journal") as raised:
            Journal.open(tmp_path / name, TENANT)
        assert raised.value.hint
    for name in ("pipe", "."):
        with pytest.raises(BulkError, match="already"):
            Journal.start(tmp_path / name, TENANT, {})


def test_a_head_of_nonsense(tmp_path: Path) -> None:
    for line in (b"{}", b"[]", b"null", b'{"version": 1, "library": "1"}', b"\xff{", b"7"):
        (tmp_path / "j").write_bytes(b"synerise_frames journal\n" + line + b"\n")
        with pytest.raises(BulkError, match="was altered at byte 24"):
            Journal.open(tmp_path / "j", TENANT)


def test_without_links_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    path = begin(tmp_path / "j", [entry(1)])
    assert len(read(path)) == 1
    with pytest.raises(BulkError, match=r"There is a file \S+/j already"):
        Journal.start(path, TENANT, {})
    assert [one.name for one in tmp_path.iterdir()] == ["j"]
