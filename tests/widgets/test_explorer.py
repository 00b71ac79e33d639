"""The explorer's widgets, driven as a browser drives them: by the values of their menus."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import threading
from pathlib import Path

import matplotlib.image
import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.widgets import download
from synerise_frames.widgets.choice import Choice
from synerise_frames.widgets.explorer import Explorer
from synerise_frames.widgets.table import table
from synerise_frames.widgets.turns import Turn, Turns

GROUPS = "Campaign to coupon by income group"


def choose(explorer: Explorer, menu: str, value: object) -> None:
    """Choose in a menu as a person does, and wait until it is shown."""
    getattr(explorer.controls, menu).value = value
    assert explorer.wait(120)


def test_the_menus_say_what_is_shown(ws: sf.Workspace, explorer: Explorer) -> None:
    controls = explorer.controls
    assert controls.kind.value == "funnel"
    assert controls.analysis.value == ws.funnels.find(GROUPS)
    assert {name for name, _ in controls.analysis.options} == set(ws.funnels.list()["name"])
    assert controls.interval.disabled
    assert not controls.window.disabled
    assert "(none)" in [label for label, _ in controls.series.options]


def test_what_is_chosen_is_calculated(ws: sf.Workspace, explorer: Explorer) -> None:
    before = explorer.picture.value
    choose(explorer, "window", "between")
    choose(explorer, "first_day", dt.date(2017, 3, 1))
    choose(explorer, "last_day", dt.date(2017, 5, 31))
    expected = ws.funnels.calculate(
        ws.funnels.find(GROUPS), dates=sf.between("2017-03-01", "2017-06-01"), refresh=True
    )
    pd.testing.assert_frame_equal(explorer.frame, expected)
    assert explorer.picture.value != before
    assert explorer.code_text.value == explorer.code
    choose(explorer, "series", ("15-24K",))
    assert explorer.frame["group"].unique().tolist() == ["15-24K"]
    assert explorer.message.value == ""


def test_another_kind_begins_with_its_first_analysis(ws: sf.Workspace, explorer: Explorer) -> None:
    choose(explorer, "window", "90d")
    choose(explorer, "kind", "sankey")
    assert explorer.controls.analysis.value == ws.sankeys.list()["id"].iloc[0]
    assert explorer.controls.window.disabled
    choose(explorer, "kind", "metric")
    # What a sankey does not take is not forgotten.
    assert explorer.exploration.choice.dates == sf.last(90, "days")


def test_two_quick_changes_are_both_made(explorer: Explorer) -> None:
    explorer.choose("trend", "Baskets per day")
    assert explorer.wait(120)
    explorer.controls.window.value = "30d"
    explorer.controls.interval.value = "1W"
    assert explorer.wait(120)
    assert explorer.exploration.choice.dates == sf.last(30, "days")
    assert explorer.exploration.choice.interval == "1W"
    assert len(explorer.frame) < 7


def test_a_window_of_code_has_an_entry_of_its_own(explorer: Explorer) -> None:
    explorer.choose(dates=sf.last(45, "days"))
    assert explorer.wait(120)
    labels = {value: label for label, value in explorer.controls.window.options}
    assert labels[explorer.controls.window.value] == "Last 45 days"
    choose(explorer, "series", ("15-24K",))
    assert explorer.exploration.choice.dates == sf.last(45, "days")


def test_an_error_is_told_and_the_last_good_result_stays(explorer: Explorer) -> None:
    good, picture = explorer.frame, explorer.picture.value
    choose(explorer, "window", "between")
    good, picture = explorer.frame, explorer.picture.value
    choose(explorer, "last_day", dt.date(2016, 1, 1))
    told = explorer.message.value
    assert 'role="alert"' in told
    assert "is empty" in told
    assert "between(" in told.replace("&#x27;", "'")
    assert "Still shown: funnel" in told
    assert "Traceback" not in told
    pd.testing.assert_frame_equal(explorer.frame, good)
    assert explorer.picture.value == picture
    choose(explorer, "last_day", dt.date.max)
    assert "the last day of all" in explorer.message.value
    choose(explorer, "last_day", dt.date(2017, 12, 31))
    assert explorer.message.value == ""


def test_a_slow_answer_does_not_replace_a_newer_one(ws: sf.Workspace, gate) -> None:
    slow, quick = ws.metrics.find("Revenue"), ws.metrics.find("Buyers")
    go_on = gate.hold(slow)
    explorer = ws.explore("metric", slow)
    assert gate.reached.wait(120)
    assert not explorer.wait(0.3)
    assert "Calculating" in explorer.message.value
    choose(explorer, "analysis", quick)
    assert explorer.frame["metric"].tolist() == ["Buyers"]
    shown = explorer.picture.value
    go_on.set()
    # The thread of the slow one ends without a trace.
    for thread in threading.enumerate():
        if thread.name.startswith("synerise-explorer"):
            thread.join(120)
    assert explorer.frame["metric"].tolist() == ["Buyers"]
    assert explorer.picture.value == shown
    assert explorer.controls.analysis.value == quick


def test_refresh_asks_the_server_again(ws: sf.Workspace, explorer: Explorer) -> None:
    explorer.choose("metric", "Private label share")
    assert explorer.wait(120)
    ws.metrics.calculate(ws.metrics.find("Private label share"))
    again = ws.explore("metric", "Private label share")
    assert again.wait(120)
    assert "sf-cached" in again.state.value
    again.controls.refresh.click()
    assert again.wait(120)
    assert "sf-live" in again.state.value


def test_the_link_holds_the_file(explorer: Explorer, tmp_path: Path) -> None:
    found = re.search(r'download="(.*?)" href="data:.*?;base64,(.*?)"', explorer.link.value)
    assert found
    assert found[1] == "campaign-to-coupon-by-income-group.parquet"
    read = pd.read_parquet(io.BytesIO(base64.b64decode(found[2])))
    assert read["value"].tolist() == explorer.frame["value"].tolist()
    written = pd.read_parquet(explorer.to_parquet(tmp_path / "a.parquet"))
    pd.testing.assert_frame_equal(written, read)


def test_a_large_file_is_no_link(explorer: Explorer) -> None:
    told = download.link(explorer.frame, limit=100)
    assert "<a" not in told
    assert 'explorer.to_parquet("' in told


def test_the_picture_is_a_png_that_lets_the_page_through(explorer: Explorer) -> None:
    read = matplotlib.image.imread(io.BytesIO(explorer.picture.value))
    assert read.shape[2] == 4
    assert read[0, 0, 3] == 0
    assert read[..., 3].max() == 1


def test_nothing_is_calculated_yet(ws: sf.Workspace, gate) -> None:
    slow = ws.metrics.find("Revenue")
    go_on = gate.hold(slow)
    explorer = ws.explore("metric", slow)
    with pytest.raises(sf.ConfigError) as caught:
        _ = explorer.frame
    assert "wait()" in caught.value.hint
    go_on.set()
    assert explorer.wait(120)
    assert len(explorer.frame) == 1


def test_a_notebook_shows_the_view(explorer: Explorer) -> None:
    bundle = explorer._repr_mimebundle_()
    model = bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert model == explorer.view.model_id
    assert repr(explorer).startswith("<Explorer of demo: funnel 'Campaign")


def test_table_cells_are_text_and_only_the_first_rows() -> None:
    frame = pd.DataFrame(
        {
            "<b>name</b>": pd.array(["<script>", None], dtype="string"),
            "count": pd.array([1234567, None], dtype="Int64"),
            "flag": pd.array([True, None], dtype="boolean"),
        }
    )
    html = table(frame)
    assert "<b>" not in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "1,234,567" in html
    assert ">yes<" in html
    assert html.count("<td>–</td>") == 3
    many = table(pd.DataFrame({"n": range(1000)}))
    assert many.count("<tr") == 201
    assert "The first 200 of 1,000 rows" in many
    assert "No rows." in table(frame.head(0))


def test_a_chosen_series_stays_chosen_where_the_menu_is_cut(explorer: Explorer) -> None:
    frame = pd.DataFrame({"group": pd.array([f"group {n}" for n in range(1000)], "string")})
    choice = Choice("funnel", "f", series=("group 3", "group 900"))
    explorer.controls.offer_series(choice, frame)
    assert explorer.controls.chosen_series == choice.series
    assert len(explorer.controls.series.options) == 501


def test_only_the_newest_turn_shows() -> None:
    turns, first_may_end, shown = Turns(), threading.Event(), []

    def first(turn: Turn) -> None:
        assert first_may_end.wait(120)
        shown.append(("first", turn.show(lambda: shown.append("first"))))
        ended.set()

    def second(turn: Turn) -> None:
        turn.show(lambda: shown.append("second"))

    ended = threading.Event()
    turns.begin(first)
    turns.begin(second)
    assert turns.wait(120)
    first_may_end.set()
    assert ended.wait(120)
    assert shown == ["second", ("first", False)]


def test_no_older_job_comes_between_a_new_one_and_what_it_tells_first() -> None:
    turns, shown = Turns(), []
    begun, old_may_show = threading.Event(), threading.Event()

    def old(turn: Turn) -> None:
        begun.set()
        assert old_may_show.wait(120)
        turn.show(lambda: shown.append("old"))

    def first() -> None:
        old_may_show.set()
        older.join(0.3)
        shown.append("busy")

    turns.begin(old)
    assert begun.wait(120)
    (older,) = (t for t in threading.enumerate() if t.name == "synerise-explorer-1")
    turns.begin(lambda turn: None, first)
    older.join(120)
    assert turns.wait(120)
    assert shown == ["busy"]


def test_an_error_of_the_menus_is_not_overwritten_by_an_older_answer(
    ws: sf.Workspace, gate
) -> None:
    slow = ws.metrics.find("Revenue")
    go_on = gate.hold(slow)
    explorer = ws.explore("metric", slow)
    assert gate.reached.wait(120)
    assert not explorer.wait(0.3)  # its menus are there, its answer is not
    explorer.controls.window.value = "between"
    explorer.controls.first_day.value = None
    assert "A day of the window is missing" in explorer.message.value
    go_on.set()
    for thread in threading.enumerate():
        if thread.name.startswith("synerise-explorer"):
            thread.join(120)
    assert explorer.wait(120)
    assert "A day of the window is missing" in explorer.message.value


def test_series_that_are_not_there_are_told_at_once(explorer: Explorer) -> None:
    with pytest.raises(sf.NotFound) as caught:
        explorer.choose(series="15-25K")
    assert "15-24K" in caught.value.hint
    assert explorer.wait(120)
    assert explorer.exploration.choice.series == ()
