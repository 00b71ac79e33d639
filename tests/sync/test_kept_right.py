"""What is in a data set stays right: wrong answers, other hands and other questions."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.bulk.result import Result
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.sandbox import Faults
from synerise_frames.sandbox.launch import RunningSandbox, launch

MakeRecipe = Callable[..., Path]

pytestmark = pytest.mark.filterwarnings("ignore::synerise_frames.UnverifiedPathWarning")

REVENUE = {"name": "revenue", "kind": "metric", "analysis": "Revenue", "from": "2017-02-01"}
BASKETS = {
    "name": "baskets",
    "kind": "trend",
    "analysis": "Baskets per day",
    "from": "2017-02-01",
}
VALUES = {"name": "values", "kind": "profiles", "ids": "ids.csv", "aggregates": ["Baskets"]}


def told(done: sf.syncing.SyncResult) -> list[tuple[str, str, str]]:
    return [(step.window, step.reason, step.status) for step in done.steps]


def with_ids(tmp_path: Path, *ids: object) -> None:
    (tmp_path / "ids.csv").write_text("\n".join(["profile", *map(str, ids)]) + "\n")


def test_offline_nothing_is_taken_for_new(
    make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    for offline in (False, True):
        with sf.connect(
            api_key=sandbox.api_key, host=sandbox.url, tz=sandbox.timezone,
            cache=tmp_path / "cache", offline=offline,
        ) as ws:  # fmt: skip
            at = sf.Workspace(dataclasses.replace(ws.context, now=lambda: sandbox.now), ws.cache)
            if not offline:
                assert sf.sync(make(REVENUE), at).ok
                continue
            sandbox.set_now("2017-04-20")
            with pytest.raises(sf.ConfigError, match="offline") as caught:
                sf.sync(make(REVENUE), at)
            assert "SYNERISE_OFFLINE" in caught.value.hint
            assert sf.sync(make(REVENUE), at, dry_run=True).counts == {"planned": 2}


def test_a_ledger_of_failures_does_not_take_the_place_of_a_good_one(
    make: MakeRecipe, tmp_path: Path
) -> None:
    with_ids(tmp_path, *range(1, 21))
    recipe = make(VALUES)
    for faults in (None, Faults(failing=0.6, seed=3)):
        with launch(now="2017-03-10", faults=faults) as running:
            ws = sf.connect(
                api_key=running.api_key, host=running.url, tz=running.timezone, cache=False,
                retry=RetryPolicy(attempts=1),
            )  # fmt: skip
            at = sf.Workspace(
                dataclasses.replace(ws.context, alias="shop", now=lambda r=running: r.now),
                ws.cache,
            )
            again = "2017-03-10" if faults else None
            (step,) = sf.sync(recipe, at, again=again).steps
            assert step.status == ("failed" if faults else "done")
    assert "too few were answered" in step.message
    found = sf.read_dataset(tmp_path / "data" / "values")
    assert found["status"].tolist() == ["ok"] * 20


def test_that_somebody_is_not_known_is_an_answer_and_a_failure_is_none(
    ws: sf.Workspace, make: MakeRecipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_ids(tmp_path, 1, 91111, 92222, "1.5", "NA", "x" * 1001)
    assert sf.sync(make(VALUES), ws).ok
    found = sf.read_dataset(tmp_path / "data" / "values")
    assert found["status"].tolist() == ["ok"] + ["not_found"] * 2 + ["invalid"] * 3
    for status, is_answer in (
        *((one, True) for one in ("not_found", "forbidden", "invalid")),
        *((one, False) for one in ("error", "rate_limited", "skipped")),
    ):
        counts = {"ok": 98, status: 2}
        monkeypatch.setattr(Result, "counts", property(lambda _, c=counts: c))
        monkeypatch.setattr(Result, "retry_failed", lambda self, **_: self)
        (step,) = sf.sync(make(VALUES), ws, again="2017-03-01").steps
        assert (step.status == "done") is is_answer, status
        counts = {"ok": 99, status: 1}
        monkeypatch.setattr(Result, "counts", property(lambda _, c=counts: c))
        assert sf.sync(make(VALUES), ws, again="2017-03-01").ok, status


@pytest.mark.parametrize("ids", [(), (91111, 92222)])
def test_nobody_does_not_take_the_place_of_somebody(
    ws: sf.Workspace, make: MakeRecipe, tmp_path: Path, ids: tuple[int, ...]
) -> None:
    with_ids(tmp_path, 1, 2)
    assert sf.sync(make(VALUES), ws).ok
    with_ids(tmp_path, *ids)
    (step,) = sf.sync(make(VALUES), ws, again="2017-03-01").steps
    assert step.status == "failed"
    assert "no profile was answered" in step.message
    assert len(sf.read_dataset(tmp_path / "data" / "values")) == 2


def test_values_are_asked_for_again_and_not_taken_from_the_last_sync(
    sandbox: RunningSandbox, make: MakeRecipe, tmp_path: Path
) -> None:
    with_ids(tmp_path, 1, 2)
    with sf.connect(
        api_key=sandbox.api_key, host=sandbox.url, tz=sandbox.timezone,
        cache=tmp_path / "cache", offline=False,
    ) as ws:  # fmt: skip
        at = sf.Workspace(dataclasses.replace(ws.context, now=lambda: sandbox.now), ws.cache)
        assert sf.sync(make(VALUES), at).ok
        assert sf.sync(make(VALUES), at, again="2017-03-01").ok
        assert sf.read_dataset(tmp_path / "data" / "values")["source"].tolist() == ["live"] * 2


def test_copies_of_a_day_are_whole_and_as_far_apart_as_asked(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    with_ids(tmp_path, 1)
    recipe = make({**VALUES, "keep": "days", "every": "7 days"})
    days = []
    for day in range(10, 20):
        sandbox.set_now(f"2017-03-{day}T08:00")
        days += [day for step in sf.sync(recipe, ws).steps if step.status == "done"]
    assert days == [10, 17]
    found = sf.read_dataset(tmp_path / "data" / "values")
    assert found["window_start"].dt.day.tolist() == [10, 17]
    assert found["is_partial"].tolist() == [False, False]


def test_other_credentials_that_know_other_ids_are_another_workspace(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    title = {**ws.metrics.get(ws.metrics.find("Revenue"))["analysis"], "title": "To go"}
    made = ws.metrics.create(title, allow_unverified=True)
    recipe = make({**REVENUE, "analysis": "To go"})
    assert sf.sync(recipe, ws).ok
    # As of a key of another workspace: what had that id is not there, the name is.
    ws.metrics.delete(made)
    ws.metrics.create(title, allow_unverified=True)
    manifest = tmp_path / "data" / "revenue" / "_meta" / "manifest.json"
    text = manifest.read_text()
    signer = json.loads(text)["windows"][0]["signer"]
    assert signer
    assert sandbox.api_key not in text
    manifest.write_text(text.replace(signer, "ffff0000ffff0000-"))
    (step,) = sf.sync(recipe, ws).steps
    assert (step.status, step.code) == ("failed", "origin")
    assert "another workspace" in step.message
    # The same key finds it by its name.
    manifest.write_text(text)
    assert sf.sync(recipe, ws).ok


def test_a_report_by_other_dimensions_is_told(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    like = ws.reports.get(ws.reports.find("Revenue by department and brand"))["analysis"]
    like = {**like, "title": "Moving"}
    sandbox.set_now("2017-03-10")
    made = ws.reports.create(like, allow_unverified=True)
    recipe = make({**REVENUE, "name": "moving", "kind": "report", "analysis": "Moving"})
    assert sf.sync(recipe, ws).ok
    other = json.loads(json.dumps(like).replace('"brand"', '"category"'))
    assert other != like
    ws.reports.update(made, other, allow_unverified=True)
    (step,) = sf.sync(recipe, ws).steps
    assert (step.status, step.code) == ("failed", "definition")
    assert "category came; brand went" in step.message
    assert "category" not in sf.read_dataset(tmp_path / "data" / "moving").columns
    assert sf.sync(recipe, ws, again="2017-02-01").ok
    found = sf.read_dataset(tmp_path / "data" / "moving")
    assert found["brand"].isna().all()
    assert found["category"].notna().any()
    ws.reports.delete(made)


def test_an_edited_definition_is_told_once_and_costs_open_windows_nothing(
    ws: sf.Workspace,
    make: MakeRecipe,
    sandbox: RunningSandbox,
    calls: Callable[[], int],
    tmp_path: Path,
) -> None:
    like = {**ws.metrics.get(ws.metrics.find("Revenue"))["analysis"], "title": "Edited"}
    made = ws.metrics.create(like, allow_unverified=True)
    recipe = make({**REVENUE, "analysis": "Edited"})
    sandbox.set_now("2017-03-10")
    assert sf.sync(recipe, ws).ok
    # Moved to a folder, it is still the same question.
    spring = ws.directories.create("Spring", "metric", allow_unverified=True)
    ws.directories.move(made, spring, "metric", allow_unverified=True)
    largest = {**like, "measure": {"type": "MAX", "field": "amount"}}
    ws.metrics.update(made, largest, allow_unverified=True)
    before = calls()
    assert told(sf.sync(recipe, ws)) == [("2017-03", "open", "done")]
    assert calls() - before == 1
    sandbox.set_now("2017-04-10")
    with pytest.warns(sf.SyneriseWarning) as caught:
        assert [step.reason for step in sf.sync(recipe, ws).steps] == ["closing", "new"]
    (one,) = map(str, [told.message for told in caught])
    assert re.search("recipe.toml.*line.*'Edited' was edited since the windows before 2017-03", one)
    assert "--again 2017-02-01" in one
    # It was told; from here on the windows are of one definition.
    sandbox.set_now("2017-05-10")
    assert sf.sync(recipe, ws).ok
    assert sf.sync(recipe, ws, again="2017-02-01").ok
    sandbox.set_now("2017-06-10")
    assert sf.sync(recipe, ws).ok
    found = sf.read_dataset(tmp_path / "data" / "revenue").set_index("window_start")["value"]
    assert found.index.month.tolist() == [2, 3, 4, 5, 6]
    assert found.max() < 1_000
    notes = json.loads((tmp_path / "data/revenue/_meta/manifest.json").read_text())["windows"]
    # All that is over is one note again, and what calculates a metric is not written down.
    assert len(notes) == 2
    assert "amount" not in json.dumps(notes)
    ws.metrics.delete(made)


def test_a_key_that_reads_no_definitions_syncs_as_well(make: MakeRecipe) -> None:
    with launch(now="2017-03-10", denied=["ANALYTICS_BACKEND_METRICS_READ"]) as running:
        ws = sf.connect(
            api_key=running.api_key, host=running.url, tz=running.timezone, cache=False,
        )  # fmt: skip
        at = sf.Workspace(dataclasses.replace(ws.context, now=lambda: running.now), ws.cache)
        revenue = running.definitions["metric"][0]
        with pytest.raises(sf.PermissionDenied):
            at.metrics.get(revenue)
        assert sf.sync(make({**REVENUE, "analysis": revenue}), at).ok


@pytest.mark.parametrize("mode", ["append", "replace-partitions"])
def test_what_somebody_else_wrote_is_mended(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path, mode: Any
) -> None:
    sandbox.set_now("2017-03-10")
    recipe = make(BASKETS)
    assert sf.sync(recipe, ws).ok
    before = sf.read_dataset(tmp_path / "data" / "baskets")
    few = before[before["bucket_start"].dt.day == 10].iloc[:1]
    with pytest.warns(sf.SyneriseWarning) as caught:
        sf.write_dataset(few, tmp_path / "data" / "baskets", mode=mode)
    assert any("its next sync pulls all windows again" in str(one.message) for one in caught)
    done = sf.sync(recipe, ws)
    assert told(done) == [("2017-02", "new", "done"), ("2017-03", "new", "done")]
    pd.testing.assert_frame_equal(sf.read_dataset(tmp_path / "data" / "baskets"), before)


def test_a_file_that_vanished_is_pulled_again(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    sandbox.set_now("2017-04-10")
    recipe = make({**BASKETS, "from": "2017-01-01"})
    assert sf.sync(recipe, ws).ok
    before = sf.read_dataset(tmp_path / "data" / "baskets")
    (file,) = tmp_path.glob("data/baskets/*2017-02/*.parquet")
    file.unlink()
    assert told(sf.sync(recipe, ws)) == [
        ("2017-02", "missing", "done"), ("2017-03", "closing", "done"), ("2017-04", "open", "done"),
    ][::2]  # fmt: skip
    pd.testing.assert_frame_equal(sf.read_dataset(tmp_path / "data" / "baskets"), before)


def test_one_analysis_by_name_and_id_is_told(ws: sf.Workspace, make: MakeRecipe) -> None:
    both = ["Revenue", ws.metrics.find("Revenue")]
    (step,) = sf.sync(make({**REVENUE, "analysis": both}), ws).steps
    assert step.status == "failed"
    assert "named twice" in step.message
    assert "line" in step.message


def test_what_answered_another_question_does_not_stay_before_a_later_start(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    sandbox.set_now("2017-04-10")
    assert sf.sync(make({**REVENUE, "from": "2017-01-01"}), ws).ok
    baskets = {**REVENUE, "analysis": "Baskets", "from": "2017-03-01"}
    assert sf.sync(make(baskets), ws).ok
    found = sf.read_dataset(tmp_path / "data" / "revenue")
    assert found["metric"].tolist() == ["Baskets", "Baskets"]
    assert found["window_start"].dt.month.tolist() == [3, 4]


def test_a_start_that_would_cut_what_is_there_is_refused(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    sandbox.set_now("2017-03-10")
    assert sf.sync(make(BASKETS), ws).ok
    before = sf.read_dataset(tmp_path / "data" / "baskets")
    (step,) = sf.sync(make({**BASKETS, "from": "2017-03-05"}), ws).steps
    assert (step.status, step.code) == ("failed", "from")
    assert "line" in step.message
    assert sf.sync(make({**BASKETS, "from": "2017-03-01"}), ws).ok
    pd.testing.assert_frame_equal(sf.read_dataset(tmp_path / "data" / "baskets"), before)


def test_buckets_end_with_their_window(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    # The clock goes forward on the 12th: buckets of six hours are an hour off from there.
    sandbox.set_now("2017-03-25")
    recipe = make({**BASKETS, "from": "2017-03-06", "window": "week", "interval": "6h"})
    assert sf.sync(recipe, ws).ok
    found = sf.read_dataset(tmp_path / "data" / "baskets").sort_values("bucket_start")
    assert (found["bucket_start"].iloc[1:].to_numpy() >= found["bucket_end"].iloc[:-1]).all()


def test_other_folders_than_there_are_told_before_anything_is_asked(
    ws: sf.Workspace, make: MakeRecipe, calls: Callable[[], int]
) -> None:
    assert sf.sync(make(BASKETS), ws).ok
    before = calls()
    (step,) = sf.sync(make({**BASKETS, "window": "week"}), ws).steps
    assert (step.status, step.code) == ("failed", "folders")
    assert "line" in step.message
    assert calls() == before


def test_notes_that_were_changed_by_hand_do_not_end_the_others(
    ws: sf.Workspace, make: MakeRecipe, tmp_path: Path
) -> None:
    recipe = make(REVENUE, BASKETS)
    assert sf.sync(recipe, ws).ok
    manifest = tmp_path / "data" / "revenue" / "_meta" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"asked"', '"axed"'))
    broken, *good = sf.sync(recipe, ws).steps
    assert "cannot be read" in broken.message
    assert [step.status for step in good] == ["done"]


def test_a_workspace_with_a_fixed_offset_goes_on(
    ws: sf.Workspace, make: MakeRecipe, sandbox: RunningSandbox
) -> None:
    fixed = pd.Timestamp("2017-01-01T00:00-05:00").tz
    at = sf.Workspace(dataclasses.replace(ws.context, tz=fixed), ws.cache)
    for _ in range(2):
        assert sf.sync(make(REVENUE), at).ok


def test_all_analyses_are_sources(ws: sf.Workspace, make: MakeRecipe, tmp_path: Path) -> None:
    assert sf.sync(make({**REVENUE, "analysis": ["Revenue", "Buyers"]}), ws).ok
    sources = sf.read_dataset(tmp_path / "data" / "revenue").attrs["sources"]
    assert {one["analysis_name"] for one in sources} == {"Revenue", "Buyers"}
