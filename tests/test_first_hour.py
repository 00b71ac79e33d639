"""What somebody meets in the first hour: wrong words, missing settings, folders of other people."""

from __future__ import annotations

import os
import stat
import warnings
from pathlib import Path

import pytest

import synerise_frames as sf
from synerise_frames import cli
from synerise_frames.doctor.machine import check_folder
from synerise_frames.replacing import whole

NAIVE = [{"date": "2024-01-01T00:00:00", "value": 1}, {"date": "2024-01-02T00:00:00", "value": 2}]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("Spend", r"ws\.aggregates\.find\('Spend'\) gives its id"),
        ("spend", r"ws\.aggregates\.find\('spend'\) gives its id"),
        ("Spendd", r"Did you mean 'Spend'\? aggregates= takes ids"),
    ],
)
def test_a_name_where_an_id_is_wanted(given: str, words: str) -> None:
    # A workspace that has listed nothing yet knows no names by itself.
    with sf.demo(cache=False) as ws:
        plan = ws.profiles([1]).plan(aggregates=[given])
        with pytest.raises(sf.NotFound, match=words):
            plan.run(progress=False)


def test_an_interval_of_a_metric_is_not_ignored_silently(
    ws: sf.Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    revenue = ws.metrics.find("Revenue")
    with pytest.warns(sf.SyneriseWarning, match="one figure: interval= is passed on") as caught:
        df = ws.metrics.calculate(revenue, interval="1D")
    assert len(df) == 1
    assert caught[0].filename == __file__
    assert cli.main(["pull", "metric", "Revenue", "--demo", "--interval", "1D"]) == 0
    assert "warning: A metric is one figure: --interval is passed on" in capsys.readouterr().err


def test_times_without_a_zone_are_missing_with_a_warning() -> None:
    with pytest.warns(sf.SyneriseWarning, match="Pass tz=, the zone of the workspace") as caught:
        df = sf.frames.trend(NAIVE)
    assert df["bucket_start"].isna().all()
    assert df["bucket_start_raw"].tolist() == [one["date"] for one in NAIVE]
    # Once an answer, not once a column or a row.
    assert [one.filename for one in caught] == [__file__]
    created = [{"id": "a", "name": "A", "createdAt": "2024-01-01T00:00:00"}]
    with pytest.warns(sf.SyneriseWarning, match="Pass tz="):
        assert sf.frames.listing(created)["created_at"].isna().all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sf.frames.trend(NAIVE, tz="Europe/Warsaw")["bucket_start"].notna().all()
        # No time at all is another matter, which a zone would not mend.
        created[0]["createdAt"] = "yesterday"
        assert sf.frames.listing(created)["created_at"].isna().all()


def test_a_file_of_identifiers_without_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["profiles", "ids.csv"]) == 2
    assert "Identifiers are named by --ids: --ids FILE" in capsys.readouterr().err


def test_a_key_and_a_user_are_told_what_each_is_for() -> None:
    with pytest.raises(sf.ConfigError) as caught:
        sf.connect(username="u", password="p", api_key="k")
    assert "without it, username= and password= log in a user" in caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_the_doctor_has_nothing_against_a_folder_that_the_library_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    monkeypatch.setenv("SYNERISE_CACHE_DIR", str(folder))
    before = os.umask(0o022)
    try:
        with sf.demo() as ws:
            ws.metrics.list()
            ws.cache.flush()
    finally:
        os.umask(before)
    assert [*folder.iterdir()]
    row = check_folder(folder)
    assert row.status == "ok", row.detail


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_ledgers_folder_is_its_owners_and_one_that_was_there_keeps_its_rights(
    ws: sf.Workspace, tmp_path: Path
) -> None:
    plan = ws.profiles([1, 2]).plan(aggregates=ws.aggregates.find("Spend"))
    before = os.umask(0o022)
    try:
        plan.run(out=tmp_path / "made", progress=False)
        (tmp_path / "shared").mkdir(mode=0o755)
        plan.run(out=tmp_path / "shared", progress=False)
    finally:
        os.umask(before)
    rights = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("made", "shared")]
    assert rights == [0o700, 0o755]


def test_a_data_set_whose_manifest_was_lost_says_how_to_get_it_back(
    ws: sf.Workspace, tmp_path: Path
) -> None:
    frame = ws.metrics.calculate(ws.metrics.find("Revenue"))
    sf.write_dataset(frame, tmp_path / "set")
    [manifest] = (tmp_path / "set").rglob("manifest.json")
    kept = manifest.read_bytes()
    manifest.unlink()
    with pytest.raises(sf.DatasetError, match="put it back from a copy, or empty the folder"):
        sf.write_dataset(frame, tmp_path / "set")
    with whole(manifest) as place:
        place.write_bytes(kept)
    assert sf.read_dataset(tmp_path / "set")["value"].tolist() == frame["value"].tolist()
