"""Syncs over the demo workspace: what is asked, what is left alone, what is told."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames import cli
from synerise_frames.export.opening import open_store
from synerise_frames.export.reading import manifest_of
from synerise_frames.sandbox.launch import RunningSandbox
from synerise_frames.syncing.calendar import CalendarWindow, midnight
from synerise_frames.syncing.planning import open_dataset
from synerise_frames.syncing.pulling import check_inside
from synerise_frames.syncing.recipe import read_recipe

MakeRecipe = Callable[..., Path]

pytestmark = pytest.mark.filterwarnings("ignore::synerise_frames.UnverifiedPathWarning")

REVENUE = {"name": "revenue", "kind": "metric", "analysis": "Revenue", "from": "2017-02-20"}
BASKETS = {
    "name": "baskets",
    "kind": "trend",
    "analysis": "Baskets per day",
    "from": "2017-02-20",
    "window": "week",
}


def told(done: sf.syncing.SyncResult) -> list[tuple[str, str, str, str]]:
    return [(s.dataset, s.window, s.reason, s.status) for s in done.steps]


def test_only_what_is_open_is_asked(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, calls: Callable[[], int]
) -> None:
    recipe = make({**REVENUE, "look_back": "2 days"})
    sandbox.set_now("2017-03-10T12:00")
    first = sf.sync(recipe, ws)
    assert told(first) == [
        ("revenue", "2017-02", "new", "done"),
        ("revenue", "2017-03", "new", "done"),
    ]
    before = calls()
    assert told(sf.sync(recipe, ws)) == [("revenue", "2017-03", "open", "done")]
    # The name is not looked up again, and nobody logs in.
    assert calls() - before == 1
    sandbox.set_now("2017-04-02")
    assert [(s.window, s.reason) for s in sf.sync(recipe, ws).steps] == [
        ("2017-03", "look-back"),
        ("2017-04", "new"),
    ]
    sandbox.set_now("2017-04-20")
    # Not within the look-back any more, but what was pulled last was.
    assert [(s.window, s.reason) for s in sf.sync(recipe, ws).steps] == [
        ("2017-03", "closing"),
        ("2017-04", "open"),
    ]
    assert [(s.window, s.reason) for s in sf.sync(recipe, ws).steps] == [("2017-04", "open")]


def test_nothing_new_sends_nothing(
    ws: sf.Workspace, make: MakeRecipe, calls: Callable[[], int]
) -> None:
    recipe = make(
        {"name": "rhythm", "kind": "segmentation", "analysis": "Buying rhythm", "every": "1 day"}
    )
    assert sf.sync(recipe, ws).ok
    before = calls()
    done = sf.sync(recipe, ws)
    assert told(done) == [("rhythm", "", "", "current")]
    assert calls() == before
    assert "1 current" in repr(done)


def test_a_window_without_a_time_in_its_rows_says_which_it_is(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    sandbox.set_now("2017-03-10T12:00")
    recipe = make(REVENUE)
    assert sf.sync(recipe, ws).ok
    found = sf.read_dataset(tmp_path / "data" / "revenue")
    assert found["window_start"].dt.strftime("%m-%d").tolist() == ["02-20", "03-01"]
    assert found["window_end"].dt.strftime("%m-%d").tolist() == ["03-01", "04-01"]
    assert found["is_partial"].tolist() == [False, True]
    revenue = ws.metrics.find("Revenue")
    february = ws.metrics.calculate(revenue, dates=sf.between("2017-02-20", "2017-03-01"))
    assert found["value"][0] == february["value"].item()


def test_several_analyses_are_told_apart(
    ws: sf.Workspace, make: MakeRecipe, tmp_path: Path
) -> None:
    recipe = make({**REVENUE, "analysis": ["Revenue", "Buyers"]})
    assert sf.sync(recipe, ws).ok
    found = sf.read_dataset(tmp_path / "data" / "revenue")
    assert found["analysis"].tolist() == ["Revenue", "Buyers"] * 2
    assert set(found["analysis_id"]) == {ws.metrics.find("Revenue"), ws.metrics.find("Buyers")}


def test_hours_that_have_not_come_are_no_rows(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    sandbox.set_now("2017-03-01T09:30")
    assert sf.sync(make({**BASKETS, "from": "2017-03-01", "interval": "1h"}), ws).ok
    found = sf.read_dataset(tmp_path / "data" / "baskets")
    assert found["bucket_start"].dt.hour.tolist() == list(range(10))
    assert found["is_partial"].tolist() == [False] * 9 + [True]


def test_another_question_pulls_all_again(
    ws: sf.Workspace, make: MakeRecipe, tmp_path: Path
) -> None:
    assert sf.sync(make(BASKETS), ws).ok
    done = sf.sync(make({**BASKETS, "interval": "1h"}), ws)
    assert {step.reason for step in done.steps} == {"changed"}
    found = sf.read_dataset(tmp_path / "data" / "baskets")
    assert (found["bucket_end"] - found["bucket_start"]).max() == pd.Timedelta(hours=1)


def test_profiles_are_kept_by_day(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    pd.DataFrame({"household": [1, 2, 3]}).to_parquet(tmp_path / "ids.parquet")
    values = {"name": "values", "kind": "profiles", "ids": "ids.parquet", "column": "household",
              "aggregates": ["Baskets"], "segmentations": ["Buying rhythm"]}  # fmt: skip
    recipe = make({**values, "keep": "days"}, {**values, "name": "latest"})
    for now in ("2017-03-02T09:00", "2017-03-02T15:00", "2017-03-03T09:00"):
        sandbox.set_now(now)
        done = sf.sync(recipe, ws)
        assert done.ok, done
    found = sf.read_dataset(tmp_path / "data" / "values")
    assert found["window_start"].dt.day.tolist() == [2] * 6 + [3] * 6
    assert len(sf.read_dataset(tmp_path / "data" / "latest")) == 6
    # Steps tell no profile.
    assert not {"1", "2", "3"} & {str(v) for s in done.steps for v in s.to_dict().values()}


def test_one_that_fails_does_not_hold_up_the_others(ws: sf.Workspace, make: MakeRecipe) -> None:
    wrong = {**REVENUE, "name": "wrong", "analysis": "Revenu"}
    gone = {**REVENUE, "name": "gone", "analysis": "98c92d01-d274-576f-bfea-6751ca61b1d0"}
    done = sf.sync(make(wrong, gone, REVENUE), ws)
    assert [(s.dataset, s.status) for s in done.steps] == [
        ("wrong", "failed"),
        ("gone", "failed"),
        ("revenue", "done"),
        ("revenue", "done"),
    ]
    assert "recipe.toml, line 6" in done.steps[0].message
    assert "'Revenue'" in done.steps[0].hint
    assert "recipe.toml, line 12" in done.steps[1].message
    assert not done.ok
    assert "wrong: recipe.toml" in repr(done)
    assert done.frame["code"].tolist()[:2] == ["not_found", "not_found"]


def test_an_analysis_deleted_in_the_meantime(
    ws: sf.Workspace, make: MakeRecipe, tmp_path: Path
) -> None:
    made = ws.call("metrics.get", metricId=ws.metrics.find("Revenue"))["analysis"]
    title = {**made, "title": "Short-lived"}
    metric = ws.metrics.create(title, allow_unverified=True)
    recipe = make({**REVENUE, "analysis": "Short-lived"})
    assert sf.sync(recipe, ws).ok
    ws.metrics.delete(metric)
    done = sf.sync(recipe, ws)
    assert [s.code for s in done.steps] == ["not_found"]
    assert len(sf.read_dataset(tmp_path / "data" / "revenue")) == 2
    # One of the same name takes its place.
    ws.metrics.create(title, allow_unverified=True)
    assert sf.sync(recipe, ws).ok


def test_a_clock_that_went_back(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    recipe = make(REVENUE)
    sandbox.set_now("2017-03-10")
    assert sf.sync(recipe, ws).ok
    before = manifest_of(tmp_path / "data" / "revenue")
    sandbox.set_now("2017-03-08")
    done = sf.sync(recipe, ws)
    assert [s.code for s in done.steps] == ["clock"]
    assert manifest_of(tmp_path / "data" / "revenue") == before
    # A few seconds between two machines are no matter.
    sandbox.set_now("2017-03-09T23:59:50")
    assert sf.sync(recipe, ws).ok


def test_another_workspace_or_zone_does_not_go_on_with_it(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    recipe = make(BASKETS)
    sandbox.set_now("2017-03-10")
    assert sf.sync(recipe, ws).ok
    before = manifest_of(tmp_path / "data" / "baskets")
    for change, says in (({"alias": "other.example"}, "not from other"), ({"tz": "UTC"}, "zone")):
        other = sf.Workspace(dataclasses.replace(ws.context, **change), ws.cache)
        (step,) = sf.sync(recipe, other).steps
        assert (step.status, step.code) == ("failed", "origin")
        assert says in step.message
        assert "Nothing was changed" in step.hint
    assert manifest_of(tmp_path / "data" / "baskets") == before
    assert sf.sync(recipe, ws).ok


def test_rows_of_other_windows_are_refused(make: MakeRecipe) -> None:
    recipe = make(BASKETS)
    dataset = open_dataset(read_recipe(recipe).datasets[0], str(recipe.parent / "data"))
    zone = ZoneInfo("America/New_York")
    window = CalendarWindow(
        midnight(date(2017, 3, 6), zone), midnight(date(2017, 3, 13), zone), "week"
    )
    days = pd.date_range("2017-03-06", periods=7, tz=zone)
    inside = pd.DataFrame({"bucket_start": days})
    check_inside(inside, window, dataset)
    early = pd.DataFrame({"bucket_start": days - pd.Timedelta(days=1)})
    timeless = inside.assign(bucket_start=inside["bucket_start"].where(inside.index > 0))
    for frame in (early, timeless):
        with pytest.raises(sf.DatasetError, match="1 of 7 rows are not of the window 2017-W10"):
            check_inside(frame, window, dataset)


def test_two_at_once(ws: sf.Workspace, make: MakeRecipe, tmp_path: Path) -> None:
    recipe = make(REVENUE)
    with open_store(tmp_path / "data").locked():
        with pytest.raises(sf.DatasetError, match="Another sync") as caught:
            sf.sync(recipe, ws)
        assert caught.value.code == "busy"
        assert sf.sync(recipe, ws, dry_run=True).ok  # looks, and writes nothing
    assert sf.sync(recipe, ws).ok


def test_a_dry_run_sends_and_writes_nothing(
    ws: sf.Workspace, make: MakeRecipe, tmp_path: Path, calls: Callable[[], int]
) -> None:
    before = calls()
    done = sf.sync(make(REVENUE, BASKETS), ws, dry_run=True, only="baskets")
    assert told(done) == [
        ("baskets", "2017-W08", "new", "planned"),
        ("baskets", "2017-W09", "new", "planned"),
    ]
    assert calls() == before
    assert not (tmp_path / "data").exists()
    with pytest.raises(sf.ConfigError, match="no data set 'basket'") as caught:
        sf.sync(make(BASKETS), ws, only="basket")
    assert "'baskets'" in caught.value.hint


def test_a_url(ws: sf.Workspace, make: MakeRecipe) -> None:
    recipe = make(REVENUE, root="memory://shop-sync")
    assert sf.sync(recipe, ws).ok
    assert len(sf.read_dataset("memory://shop-sync/revenue")) == 2
    assert told(sf.sync(recipe, ws)) == [("revenue", "2017-03", "open", "done")]


def test_a_folder_of_something_else(ws: sf.Workspace, make: MakeRecipe, tmp_path: Path) -> None:
    (tmp_path / "data" / "revenue").mkdir(parents=True)
    (tmp_path / "data" / "revenue" / "thesis.txt").write_text("mine")
    done = sf.sync(make(REVENUE), ws)
    assert "no data set" in done.steps[0].message
    assert (tmp_path / "data" / "revenue" / "thesis.txt").read_text() == "mine"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="rights do not bind here")
def test_a_read_only_disk(ws: sf.Workspace, make: MakeRecipe, tmp_path: Path) -> None:
    tmp_path.joinpath("data").mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(sf.DatasetError, match="Cannot write to"):
        sf.sync(make(REVENUE), ws)


def test_what_was_changed_by_hand_is_pulled_again(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    recipe = make({**REVENUE, "from": "2017-01-01"})
    sandbox.set_now("2017-04-10")
    assert sf.sync(recipe, ws).ok
    before = sf.read_dataset(tmp_path / "data" / "revenue")
    (file,) = tmp_path.glob("data/revenue/*2017-02/*.parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(sf.DatasetError, match="checksum"):
        sf.read_dataset(tmp_path / "data" / "revenue")
    done = sf.sync(recipe, ws, again="2017-02-14")
    assert [(s.window, s.reason) for s in done.steps] == [
        ("2017-02", "again"),
        ("2017-03", "again"),
        ("2017-04", "open"),
    ]
    pd.testing.assert_frame_equal(sf.read_dataset(tmp_path / "data" / "revenue"), before)
    with pytest.raises(sf.ConfigError, match="no day"):
        sf.sync(recipe, ws, again="February")


def test_a_root_that_cannot_be_a_folder(ws: sf.Workspace, make: MakeRecipe, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(sf.DatasetError, match="Cannot write to"):
        sf.sync(make(REVENUE), ws)


def test_the_command(make: MakeRecipe, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    recipe = make({**REVENUE, "from": "2017-03-01"}, {**REVENUE, "name": "b", "analysis": "Revenu"})
    demo = ["sync", str(recipe), "--demo", "--now", "2017-03-15"]
    assert cli.main([*demo, "--dry-run"]) == 0
    assert "3 steps to do" in capsys.readouterr().out
    assert cli.main(demo) == 1
    # Warnings too are lines of JSON.
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(one["dataset"], one["status"]) for one in lines] == [
        ("revenue", "done"),
        ("b", "failed"),
    ]
    assert lines[0].keys() >= {"ts", "level", "window", "rows", "seconds"}
    assert "'Revenue'" in lines[1]["hint"]
    assert cli.main([*demo, "--only", "revenue", "--log", "text"]) == 0
    assert capsys.readouterr().err.startswith("done     revenue")
    with open_store(tmp_path / "data").locked():
        assert cli.main(demo) == 3
    recipe.write_text(recipe.read_text().replace("metric", "metrik"))
    assert cli.main(demo) == 2
    assert "line 5" in capsys.readouterr().err


def test_warnings_are_lines_of_the_log_too(
    make: MakeRecipe,
    sandbox: RunningSandbox,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SYNERISE_API_KEY", sandbox.api_key)
    monkeypatch.setenv("SYNERISE_HOST", sandbox.url)
    monkeypatch.setenv("SYNERISE_TZ", sandbox.timezone)
    recipe = make({**REVENUE, "from": "2099-01-01"}, {**REVENUE, "name": "later", "window": "day",
                  "from": str(pd.Timestamp.now(sandbox.timezone).date())})  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert cli.main(["sync", str(recipe)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["level"] for one in lines] == ["info", "warning", "info"]
    assert lines[0]["status"] == "current"  # what begins in the future has no windows yet
    assert "not printed in the reference" in lines[1]["message"]
