"""The store: what is in it, that it is shared, and that it mends itself."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

import synerise_frames.sandbox.store as module
from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.profiles import Profile
from synerise_frames.sandbox.store import Store, open_store, store_path


@pytest.mark.parametrize(
    ("table", "number"),
    [
        ("product_buy", 1_469_307),
        ("transaction_charge", 155_848),
        ("campaign_receive", 6_589),
        ("coupon_redeem", 2_102),
        ("profiles", 2_469),
    ],
)
def test_everything_is_there_once(store: Store, table: str, number: int) -> None:
    assert store.query(f"select count(*) from {table}") == [(number,)]


def test_every_event_equals_the_data(store: Store, facts: Any) -> None:
    found = store.query(
        "select profile_id, ts, amount, items, lines, store_id from transaction_charge order by seq"
    )
    b = facts.baskets
    utc = [moment.to_pydatetime() for moment in b["time"].dt.tz_convert("UTC").dt.tz_localize(None)]
    expected = zip(b["profile"], utc, b["cents"], b["items"], b["lines"], b["store"], strict=True)
    assert [(p, t, int(a * 100), i, n, s) for p, t, a, i, n, s in found] == list(expected)


def test_lines_of_unknown_products_have_no_department(store: Store) -> None:
    nulls = "department is null and brand is null and category is null"
    assert store.query(f"select count(*) from product_buy where {nulls}") == [(4_836,)]
    # 'FRZN ICE' is a category of 'GROCERY': category comes from product_category.
    assert store.query(
        "select distinct department from product_buy where category = 'FRZN ICE'"
    ) == [("GROCERY",)]


def test_campaigns_and_coupons_are_at_local_midnight(store: Store, facts: Any) -> None:
    for table, frame in (
        ("campaign_receive", facts.receipts),
        ("coupon_redeem", facts.redemptions),
    ):
        moments = store.query(f"select ts, count(*) from {table} group by 1 order by 1")
        expected = frame["time"].dt.tz_convert("UTC").dt.tz_localize(None).value_counts()
        assert dict(moments) == {t.to_pydatetime(): n for t, n in expected.items()}
    # Before and after the change of the clock.
    hours = store.query("select distinct hour(ts) from campaign_receive order by 1")
    assert hours == [(4,), (5,)]


def test_the_order_of_events_is_total(store: Store) -> None:
    for table in ("product_buy", "transaction_charge", "campaign_receive", "coupon_redeem"):
        # Numbered without gaps, and never against profile and time.
        rows = store.query(
            f"select count(*), min(seq), max(seq), count(distinct seq) from {table} "
        )
        number, low, high, distinct = rows[0]
        assert (low, high, distinct) == (1, number, number)
        wrong = store.query(
            "select count(*) from (select (profile_id, ts) as here, "
            f"lag((profile_id, ts)) over (order by seq) as before from {table}) where here < before"
        )
        assert wrong == [(0,)]


def test_profiles(store: Store, facts: Any) -> None:
    assert [p.id for p in store.profiles.all] == facts.people.index.tolist()
    seven = store.profiles.find("id", "7")
    assert isinstance(seven, Profile)
    assert seven.uuid == str(uuid.uuid5(uuid.NAMESPACE_URL, "synerise-frames:profile:7"))
    assert (seven.email, seven.custom_id) == ("household-7@example.com", "H7")
    expected = facts.people.loc[7]
    assert seven.attributes == {k: None if pd.isna(v) else v for k, v in expected.items()}
    for kind, value in (
        ("uuid", seven.uuid.upper()),
        ("email", "Household-7@Example.com"),
        ("custom_identify", "H7"),
    ):
        assert store.profiles.find(kind, value) is seven
    for kind in ("id", "uuid", "email", "custom_identify"):
        assert store.profiles.find(kind, "nobody") is None
    known = sum(p.attributes["age"] is not None for p in store.profiles.all)
    assert known == 801


def test_the_clock_stands_at_new_year(store: Store) -> None:
    assert store.clock.isoformat() == "2018-01-01T00:00:00-05:00"
    assert store.zone.key == "America/New_York"
    assert store.first_event("campaign.receive").isoformat() == "2016-11-14T00:00:00-05:00"
    assert store.first_event("transaction.charge").isoformat() == "2017-01-01T06:53:26-05:00"


def test_the_file_tells_nothing_of_this_machine(store: Store) -> None:
    place = str(Path(duckdb.__file__).parents[1]).encode()
    assert place not in store.path.read_bytes()


def test_threads_share_one_store(store: Store) -> None:
    def ask(profile: int) -> tuple[int, int]:
        sql = "select count(*) from product_buy where profile_id = ?"
        return threading.get_ident(), store.query(sql, [profile])[0][0]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(1, 201)))
    assert [number for _, number in answers] == [ask(profile)[1] for profile in range(1, 201)]
    assert len({thread for thread, _ in answers}) > 1


_CHILD = """
import sys
from pathlib import Path
from synerise_frames.sandbox.store import open_store
store = open_store(Path(sys.argv[1]))
print(store.query("select count(*) from product_buy")[0][0], flush=True)
sys.stdin.readline()
"""


def test_two_processes_build_at_once_and_share(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "store"
    command = [sys.executable, "-c", _CHILD, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as child:  # type: ignore[call-overload]
        mine = open_store(folder)
        # Nothing else is printed: no bar of progress.
        assert child.stdout.readline() == "1469307\n"
        # The child still has it open.
        assert mine.query("select count(*) from product_buy") == [(1_469_307,)]
        open_store(folder)
        child.communicate("\n", timeout=180)
    assert child.returncode == 0
    assert [path.name for path in folder.iterdir()] == [store_path(folder).name]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_opening_is_quick(store_folder: Path, store: Store) -> None:
    # Work, not waiting for a machine that is busy: building takes ten times as much.
    began = time.process_time()
    open_store(store_folder)
    assert time.process_time() - began < 1


@pytest.fixture
def rebuilt(monkeypatch: pytest.MonkeyPatch, store: Store) -> list[Path]:
    """Let building be a copy of the session's store, and say what was built."""
    built = []

    def build(path: Path) -> None:
        built.append(path)
        path.unlink(missing_ok=True)
        path.write_bytes(store.path.read_bytes())

    monkeypatch.setattr(module, "_build", build)
    return built


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-300_000],
        lambda whole: whole[:-262_144],
        lambda whole: whole[:-4096],
        lambda whole: whole[:-1],
        lambda whole: whole[:100],
        lambda whole: b"",
        lambda whole: b"no database" * 10_000,
    ],
    ids=["half", "end missing", "last block", "last page", "last byte", "header", "empty", "other"],
)
def test_a_broken_file_is_built_again(
    tmp_path: Path, store: Store, rebuilt: list[Path], damage: Callable[[bytes], bytes]
) -> None:
    path = store_path(tmp_path)
    path.write_bytes(damage(store.path.read_bytes()))
    mended = open_store(tmp_path)
    assert rebuilt == [path]
    assert mended.query("select sum(lines) from transaction_charge") == [(1_469_307,)]
    assert len(mended.profiles) == 2_469
    mended.close()


def test_a_whole_file_is_not_built_again(tmp_path: Path, store: Store, rebuilt: list[Path]) -> None:
    store_path(tmp_path).write_bytes(store.path.read_bytes())
    open_store(tmp_path).close()
    assert rebuilt == []


def test_a_failed_build_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: Any) -> None:
        connection.execute("create table begun (i integer)")
        raise duckdb.IOException("no space left")

    monkeypatch.setattr(module, "fill", fail)
    with pytest.raises(ConfigError, match="no space left") as caught:
        open_store(tmp_path / "store")
    assert "SYNERISE_CACHE_DIR" in caught.value.hint
    assert list((tmp_path / "store").iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError, match="Cannot build"):
        open_store(tmp_path / "file" / "store")


def test_a_missing_extra_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synerise_frames.extras.find_spec", lambda name: None)
    with pytest.raises(ConfigError) as caught:
        open_store(tmp_path)
    assert 'pip install "synerise-frames[sandbox]"' in caught.value.hint


def test_the_place_of_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNERISE_CACHE_DIR", str(tmp_path))
    assert store_path().parent == tmp_path / "sandbox"
    monkeypatch.delenv("SYNERISE_CACHE_DIR")
    assert store_path().parent.name == "sandbox"
    assert "synerise-frames" in str(store_path().parent)
