"""Journals and folders: of this plan, of another one, of nobody."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import synerise_frames as sf

A = "00000000-0000-4000-8000-00000000000a"
B = "00000000-0000-4000-8000-00000000000b"


def plan(ws: Any, ids: Any = range(100), analyses: Any = A, **how: Any) -> Any:
    return ws.profiles(ids, **how).plan(aggregates=analyses)


def test_the_same_call_goes_on_and_asks_nothing_twice(
    server: Any, connect: Callable[..., Any], tmp_path: Path
) -> None:
    ws = connect(cache=False)
    first = plan(ws).run(journal=tmp_path / "j", progress=False)
    again = plan(ws).run(journal=tmp_path / "j", progress=False)
    resumed = sf.resume(tmp_path / "j", ws, progress=False)
    assert (first.sent, again.sent, resumed.sent) == (100, 0, 0)
    pd.testing.assert_frame_equal(first.frame, again.frame)
    pd.testing.assert_frame_equal(first.frame, resumed.frame)
    assert len(server.asked) == 100


def test_what_was_no_identifier_stays_none_after_resuming(
    connect: Callable[..., Any], tmp_path: Path
) -> None:
    ws = connect(cache=False)
    ids = [1, None, 1.5, "", "=2", '["a"]', True, 1]
    ws_plan = ws.profiles(ids, by="custom_identify").plan(aggregates=A)
    # Those that are texts are asked; the server of the test knows numbers only.
    first = ws_plan.run(journal=tmp_path / "j", progress=False)
    resumed = sf.resume(tmp_path / "j", ws, progress=False)
    columns = ["profile", "status", "result"]
    pd.testing.assert_frame_equal(first.frame[columns], resumed.frame[columns])
    assert resumed.plan.fingerprint == ws_plan.fingerprint


def test_failures_that_may_pass_are_asked_again_by_the_next_run(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any, tmp_path: Path
) -> None:
    server.answer = lambda asked: reply(500, {}) if int(asked.profile) % 10 == 0 else value(asked)
    ws = connect(cache=False, retry=sf.RetryPolicy(attempts=1))
    first = plan(ws).run(journal=tmp_path / "j", progress=False)
    assert first.counts == {"ok": 90, "error": 10}
    server.answer = value
    again = plan(ws).run(journal=tmp_path / "j", progress=False)
    assert (again.sent, again.counts) == (10, {"ok": 100})


@pytest.mark.parametrize(
    "other",
    [
        lambda ws: plan(ws, range(101)),
        lambda ws: plan(ws, analyses=B),
        lambda ws: plan(ws, analyses=[A, B]),
        lambda ws: plan(ws, by="uuid"),
        lambda ws: plan(ws, [*range(99), None]),
    ],
)
def test_a_journal_of_another_plan_is_refused(
    server: Any, connect: Callable[..., Any], tmp_path: Path, other: Any
) -> None:
    ws = connect(cache=False)
    plan(ws).run(journal=tmp_path / "j", progress=False)
    before = (tmp_path / "j").read_bytes()
    with pytest.raises(sf.BulkError, match="another plan") as caught:
        other(ws).run(journal=tmp_path / "j", progress=False)
    assert caught.value.hint
    assert (tmp_path / "j").read_bytes() == before
    assert len(server.asked) == 100


def test_a_journal_of_other_credentials_is_refused(
    connect: Callable[..., Any], tmp_path: Path
) -> None:
    plan(connect(cache=False)).run(journal=tmp_path / "j", progress=False)
    stranger = connect(cache=False, api_key="another-key-of-a-test")
    with pytest.raises(sf.BulkError, match="credentials"):
        sf.resume(tmp_path / "j", stranger, progress=False)
    with pytest.raises(sf.BulkError, match="credentials"):
        plan(stranger).run(journal=tmp_path / "j", progress=False)


def test_what_is_no_journal_is_refused_and_stays(
    connect: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("dear diary")
    with pytest.raises(sf.BulkError):
        plan(connect(cache=False)).run(journal=file, progress=False)
    with pytest.raises(sf.BulkError):
        sf.resume(file, connect(cache=False))
    with pytest.raises(sf.BulkError):
        sf.resume(tmp_path / "not-there", connect(cache=False))
    assert file.read_text() == "dear diary"


def test_an_iterator_cannot_be_resumed_without_it(
    server: Any, connect: Callable[..., Any], tmp_path: Path
) -> None:
    ws = connect(cache=False)
    first = plan(ws, iter(range(100))).run(journal=tmp_path / "j", progress=False)
    with pytest.raises(sf.BulkError, match="iterator"):
        sf.resume(tmp_path / "j", ws, progress=False)
    again = plan(ws, iter(range(100))).run(journal=tmp_path / "j", progress=False)
    assert again.sent == 0
    pd.testing.assert_frame_equal(first.frame, again.frame)


def test_a_folder_takes_the_ledger_of_one_plan(connect: Callable[..., Any], tmp_path: Path) -> None:
    ws = connect(cache=False)
    plan(ws).run(out=tmp_path / "out", progress=False)
    with pytest.raises(sf.ConfigError, match="not of this plan") as caught:
        plan(ws, range(5)).run(out=tmp_path / "out", progress=False)
    assert "empty folder" in caught.value.hint
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "mine.parquet")
    with pytest.raises(sf.ConfigError, match=r"mine\.parquet"):
        plan(ws).run(out=tmp_path, progress=False)
    (tmp_path / "file").write_text("x")
    with pytest.raises(sf.ConfigError, match="Cannot write"):
        plan(ws).run(out=tmp_path / "file", progress=False)


@pytest.mark.parametrize("name", ["a.csv", "notes", "below/part-000000.parquet"])
def test_a_run_begins_in_no_folder_whose_readers_stumble(
    connect: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    ws, out = connect(cache=False), tmp_path / "mix"
    other = out / name
    other.parent.mkdir(parents=True)
    other.write_text("x")
    with pytest.raises(sf.ConfigError, match=f"holds {Path(name).parts[0]}, which") as caught:
        plan(ws).run(out=out, progress=False)
    assert "empty folder" in caught.value.hint
    assert [*out.rglob("*.parquet")] == [other] * name.endswith(".parquet")
    other.unlink()
    if other.parent != out:
        other.parent.rmdir()
    # What no reader looks at is no reason.
    for unseen in (".DS_Store", "_notes.txt"):
        (out / unseen).write_text("x")
    first = plan(ws).run(out=out, progress=False)
    assert len(pd.read_parquet(out)) == len(first)
    # A folder that is a ledger's stays one, whatever is put there.
    other.parent.mkdir(exist_ok=True)
    other.write_text("x")
    assert plan(ws).run(out=out, progress=False).sent == 0
    assert sf.resume(out, ws, progress=False).sent == 0


def test_a_shorter_run_leaves_no_parts_of_a_longer_one(
    connect: Callable[..., Any], tmp_path: Path
) -> None:
    ws = connect(cache=False)
    # Iterators of any length are one plan; the second part begins after 512 rows.
    for count in (600, 100):
        plan(ws, iter(range(count))).run(out=tmp_path / "out", progress=False)
        assert len(pd.read_parquet(tmp_path / "out")) == count


def test_retrying_mends_the_folder_too(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any, tmp_path: Path
) -> None:
    server.answer = lambda asked: reply(503, {}) if int(asked.profile) < 7_000 else value(asked)
    ws = connect(cache=False, retry=sf.RetryPolicy(attempts=1))
    ids = [*range(6_990, 12_500), None, 6_990]
    result = plan(ws, ids).run(out=tmp_path / "out", progress=False)
    assert result.counts == {"ok": 5_500, "error": 11, "invalid": 1}
    server.answer, server.asked[:] = value, []
    mended = result.retry_failed(progress=False)
    assert len(server.asked) == mended.sent == 10
    assert mended.counts == {"ok": 5_511, "invalid": 1}
    read = pd.read_parquet(tmp_path / "out")
    assert read["profile"].tolist()[:-2] == [str(i) for i in ids[:-2]]
    assert read["value"].tolist()[:-2] == [2.0 * i for i in ids[:-2]]
    pd.testing.assert_frame_equal(mended.frame.reset_index(drop=True), mended.frame)


def test_offline_gives_what_is_known_and_names_the_rest(
    server: Any, connect: Callable[..., Any]
) -> None:
    plan(connect()).run(progress=False)
    offline = connect(offline=True)
    with pytest.warns(sf.SyneriseWarning, match="10 of 110 rows have no kept answer") as told:
        result = plan(offline, range(110)).run(progress=False)
    assert [one.filename for one in told] == [__file__]
    assert result.wide().columns.tolist() == ["profile", "N"]
    assert result.counts == {"ok": 100, "skipped": 10}
    assert result.sent == 0
    assert "offline" in result.failed()["error"].iloc[0]
    assert len(server.asked) == 100


def test_a_run_that_ended_well_is_made_again_when_its_answers_are_old(
    server: Any, connect: Callable[..., Any], reply: Any, tmp_path: Path
) -> None:
    ws = connect(cache=False)
    out = tmp_path / "out"
    first = plan(ws).run(out=out, progress=False)
    assert plan(ws).run(out=out, progress=False).sent == 0
    server.answer = lambda asked: reply(
        content={"clientId": int(asked.profile), "aggregateId": A, "name": "N", "result": 999}
    )
    profiles = ws.profiles(range(100))
    assert profiles.plan(aggregates=A, max_age=3600).run(out=out, progress=False).sent == 0
    again = profiles.plan(aggregates=A, refresh=True).run(out=out, progress=False)
    assert again.sent == 100
    assert set(pd.read_parquet(out)["value"]) == {999}
    older = profiles.plan(aggregates=A, max_age=0).run(out=out, progress=False)
    assert older.sent == 100
    # Resuming asks for what is missing and for nothing else.
    assert sf.resume(out / "_journal", ws, progress=False).sent == 0
    assert first.plan.fingerprint == again.plan.fingerprint


def test_a_second_try_is_one_with_a_journal_too(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any, tmp_path: Path
) -> None:
    server.answer = lambda asked: (
        reply(404, {"status": 404}) if asked.profile == "7" else value(asked)
    )
    result = plan(connect(cache=False)).run(journal=tmp_path / "j", progress=False)
    assert result.counts == {"ok": 99, "not_found": 1}
    server.answer = value
    mended = result.retry_failed(progress=False)
    assert (mended.sent, mended.counts) == (1, {"ok": 100})


def test_an_interrupt_while_the_journal_begins_leaves_it_usable(
    connect: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from synerise_frames.bulk.journal import Journal

    ws = connect(cache=False)
    usual = Journal.add_inputs

    def interrupted(self: Any, inputs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Journal, "add_inputs", interrupted)
    with pytest.raises(KeyboardInterrupt):
        plan(ws).run(journal=tmp_path / "j", progress=False)
    monkeypatch.setattr(Journal, "add_inputs", usual)
    assert plan(ws).run(journal=tmp_path / "j", progress=False).counts == {"ok": 100}
    assert sf.resume(tmp_path / "j", ws, progress=False).counts == {"ok": 100}


def test_a_part_that_was_cut_is_written_anew(connect: Callable[..., Any], tmp_path: Path) -> None:
    ws, out = connect(cache=False), tmp_path / "out"
    plan(ws).run(out=out, progress=False)
    (out / "part-000000.parquet").write_bytes(b"")
    again = plan(ws).run(out=out, progress=False)
    assert again.sent == 0
    assert len(pd.read_parquet(out)) == 100


def test_a_folder_that_was_moved_is_gone_on_with_where_it_is(
    connect: Callable[..., Any], tmp_path: Path
) -> None:
    ws = connect(cache=False)
    plan(ws).run(out=tmp_path / "x", progress=False)
    (tmp_path / "x").rename(tmp_path / "y")
    assert sf.resume(tmp_path / "y" / "_journal", ws, progress=False).out == tmp_path / "y"
    assert not (tmp_path / "x").exists()


def test_a_ledger_that_is_gone_is_no_success(connect: Callable[..., Any], tmp_path: Path) -> None:
    result = plan(connect(cache=False)).run(out=tmp_path / "out", progress=False)
    shutil.rmtree(tmp_path / "out")
    with pytest.raises(sf.BulkError, match="not whole"):
        result.raise_if_failed()


def test_a_result_of_resume_can_ask_again(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    server.answer = lambda asked: reply(400, {}) if asked.profile == "7" else value(asked)
    plan(connect(cache=False)).run(journal=tmp_path / "j", progress=False)
    monkeypatch.setenv("SYNERISE_API_KEY", "key-of-a-bulk-test")
    monkeypatch.setenv("SYNERISE_HOST", server.url)
    monkeypatch.setenv("SYNERISE_CACHE_DIR", str(tmp_path / "cache"))
    result = sf.resume(tmp_path / "j", progress=False)
    server.answer = value
    assert result.retry_failed(progress=False).counts == {"ok": 100}


def test_provenance_is_that_of_the_rows(connect: Callable[..., Any]) -> None:
    ws = connect()
    first = plan(ws).run(progress=False).frame
    assert first.attrs["source"] == "live"
    again = plan(ws).run(progress=False).frame
    assert again.attrs["source"] == "cached"
    assert again.attrs["age"] > 0
    assert pd.Timestamp(again.attrs["fetched_at"]) <= again["fetched_at"].min()
    assert plan(connect(offline=True)).run(progress=False).frame.attrs["source"] == "offline"


_FULL = """
import resource, sys
import synerise_frames as sf
ws = sf.connect(host=sys.argv[1], api_key="key-of-a-bulk-test", cache=False)
plan = ws.profiles(range(30_000)).plan(aggregates=sys.argv[2])
# A file may not grow beyond this: what a full disk does, without a disk.
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    plan.run(out=sys.argv[3], progress=False)
except sf.BulkError as error:
    print(error.code, "|", error.hint)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of files there")
def test_a_full_disk_stops_the_run_with_a_word_and_loses_nothing(
    server: Any, connect: Callable[..., Any], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL, server.url, A, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.startswith("disk"), done.stderr
    assert "room" in done.stdout
    before = len(server.asked)
    assert 0 < before < 30_000
    result = sf.resume(tmp_path / "out" / "_journal", connect(cache=False), progress=False)
    assert result.counts == {"ok": 30_000}
    # What came while the disk was full is lost, what was written before is not.
    assert result.sent < 30_000
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_folder_of_other_credentials_is_told_from_one_of_another_plan(
    connect: Callable[..., Any], tmp_path: Path
) -> None:
    plan(connect(cache=False)).run(out=tmp_path / "out", progress=False)
    before = sorted(tmp_path.rglob("*"))
    stranger = connect(cache=False, api_key="another-key-of-a-test")
    with pytest.raises(sf.BulkError, match="other credentials") as caught:
        plan(stranger).run(out=tmp_path / "out", progress=False)
    assert str(tmp_path / "out" / "_journal") in caught.value.message
    assert f"delete {tmp_path / 'out'}." in caught.value.hint
    assert "out=" in caught.value.hint
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_is_resumed_by_its_name(connect: Callable[..., Any], tmp_path: Path) -> None:
    ws = connect(cache=False)
    first = plan(ws).run(out=tmp_path / "out", progress=False)
    again = sf.resume(tmp_path / "out", ws, progress=False)
    assert again.sent == 0
    pd.testing.assert_frame_equal(first.frame, again.frame)
    (tmp_path / "empty").mkdir()
    with pytest.raises(sf.BulkError, match=r"no journal .*empty/_journal"):
        sf.resume(tmp_path / "empty", ws)


def test_a_folder_whose_journal_is_elsewhere_says_so(
    connect: Callable[..., Any], tmp_path: Path
) -> None:
    ws = connect(cache=False)
    plan(ws).run(out=tmp_path / "out", journal=tmp_path / "j", progress=False)
    with pytest.raises(sf.BulkError, match="holds a ledger, and no journal") as caught:
        sf.resume(tmp_path / "out", ws)
    assert "journal=" in caught.value.hint
    assert sf.resume(tmp_path / "j", ws, progress=False).sent == 0


def test_going_on_with_a_file_that_is_no_journal_says_what_to_name(
    connect: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "ids.csv").write_text("id\n1\n")
    with pytest.raises(sf.BulkError, match="is no journal") as caught:
        sf.resume(tmp_path / "ids.csv", connect(cache=False))
    assert "to go on with one" in caught.value.hint


def test_offline_nothing_can_be_refreshed(connect: Callable[..., Any]) -> None:
    with pytest.raises(sf.ConfigError, match="nobody to ask"):
        connect(offline=True).profiles([1]).plan(aggregates=A, refresh=True)


def test_the_wide_form_has_names_where_nothing_was_fetched(connect: Callable[..., Any]) -> None:
    ws = connect()
    ws.aggregates.get(A)
    assert plan(ws, []).run(progress=False).wide().columns.tolist() == ["profile", "N"]
    assert plan(ws, [None]).run(progress=False).wide().columns.tolist() == ["profile", "N"]


def test_a_folder_takes_one_run_at_a_time_whatever_their_journals(
    server: Any, connect: Callable[..., Any], value: Any, tmp_path: Path
) -> None:
    asked, gate, results = threading.Event(), threading.Event(), []

    def answer(one: Any) -> Any:
        asked.set()
        assert gate.wait(20)
        return value(one)

    server.answer = answer
    ws, out = connect(cache=False), tmp_path / "out"
    first = threading.Thread(
        target=lambda: results.append(
            plan(ws).run(out=out, journal=tmp_path / "one", progress=False)
        )
    )
    first.start()
    try:
        assert asked.wait(20)
        with pytest.raises(sf.BulkError, match="in use by another run") as caught:
            plan(ws).run(out=out, journal=tmp_path / "other", progress=False)
        assert caught.value.code == "folder_in_use"
        assert not (tmp_path / "other").exists()
    finally:
        gate.set()
        first.join(20)
    again = plan(ws).run(out=out, journal=tmp_path / "other", progress=False)
    assert results[0].counts == again.counts == {"ok": 100}
    assert len(pd.read_parquet(out)) == 100


def test_a_folder_is_not_called_as_a_file(ws: sf.Workspace, tmp_path: Path) -> None:
    plan = ws.profiles([1]).plan(aggregates=ws.aggregates.find("Spend"))
    with pytest.raises(sf.ConfigError, match="called as a file") as caught:
        plan.run(out=tmp_path / "x.csv", progress=False)
    assert "to_csv" in caught.value.hint
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    ("out", "journal", "why"),
    [
        (None, "full", "is a folder"),
        ("o1", "full", "is a folder"),
        ("o1", "o1", "is the place of out="),
        ("o1", "full/../o1", "is the place of out="),
        ("o1/deep", "o1", "is the place of out= or above"),
    ],
)
def test_a_journal_in_a_place_that_cannot_be_makes_nothing(
    connect: Callable[..., Any], tmp_path: Path, out: str | None, journal: str, why: str
) -> None:
    (tmp_path / "full").mkdir()
    ws = connect(cache=False)
    with pytest.raises(sf.ConfigError, match=why) as caught:
        plan(ws).run(out=out and tmp_path / out, journal=tmp_path / journal, progress=False)
    assert caught.value.hint
    assert [*tmp_path.rglob("*")] == [tmp_path / "full"]
    done = plan(ws).run(out=tmp_path / "o1", journal=tmp_path / "o1" / "_journal", progress=False)
    assert done.counts == {"ok": 100}
