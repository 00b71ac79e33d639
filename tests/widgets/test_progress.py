"""How far a run is: the plain object, and the widget over it."""

from __future__ import annotations

import pytest

import synerise_frames as sf
from synerise_frames.bulk.progress import Progress
from synerise_frames.bulk.showing import Bar, chosen
from synerise_frames.http.swarm import Outcome
from synerise_frames.widgets.progress import BulkProgress, facts


def outcome(status: int | None) -> Outcome:
    return Outcome(status, b"", "application/json", None, 1, None, 0.0)


def test_a_function_is_told_until_the_end(ws: sf.Workspace) -> None:
    plan = ws.profiles(range(1, 40)).plan(aggregates=ws.aggregates.find("Top department"))
    told: list[tuple[int, bool]] = []
    result = plan.run(progress=lambda now: told.append((now.sent, now.is_over)))
    assert told[0] == (0, False)
    assert told[-1] == (result.sent, True)
    assert [over for _, over in told].count(True) == 1


def test_failures_are_counted_by_status() -> None:
    progress = Progress(10, known=3)
    progress.add([outcome(200), outcome(404), outcome(404), outcome(None)])
    assert progress.failures == {"404": 2, "no answer": 1}
    assert repr(progress) == (
        "<Progress: 4 of 10 calls, 3 values already known, "
        "3 failed (2 x 404, 1 x no answer)>"
    )  # fmt: skip
    assert "3 failed (404: 2, no answer: 1)" in facts(progress)


def test_time_left_needs_a_total_and_a_pace() -> None:
    assert Progress(None).seconds_left is None
    unknown = Progress(None)
    unknown.add([outcome(200)])
    assert unknown.seconds_left is None
    known = Progress(4)
    known.add([outcome(200)] * 2)
    left, rate = known.seconds_left, known.rate
    assert left is not None
    assert rate > 0
    with known:
        known.add([outcome(200)] * 2)
    assert known.seconds_left == 0


def test_what_shows_nothing_is_refused(ws: sf.Workspace) -> None:
    plan = ws.profiles([1]).plan(aggregates=ws.aggregates.find("Baskets"))
    with pytest.raises(sf.ConfigError) as caught:
        plan.run(progress="yes")  # type: ignore[arg-type]
    assert "function" in caught.value.hint


def test_outside_of_notebooks_it_is_a_bar() -> None:
    assert isinstance(chosen(True), Bar)
    assert chosen(False) is None


def test_the_widget_shows_a_real_run(ws: sf.Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    shown = BulkProgress()
    plan = ws.profiles(range(1, 30)).plan(aggregates=ws.aggregates.find("Favourite store"))
    result = plan.run(progress=shown)
    assert shown.progress is not None
    assert shown.progress.sent == result.sent
    assert shown.bar.value == 1.0
    assert shown.bar.bar_style == "success"
    assert f"<b>{result.sent} of {result.sent} calls</b>" in shown.facts.value
    assert "done in" in shown.facts.value
    assert shown.cancel.layout.display == "none"
    assert "over" in repr(shown)
    capsys.readouterr()  # outside of a notebook, what is displayed is written


def test_a_second_run_can_be_cancelled_too(capsys: pytest.CaptureFixture[str]) -> None:
    shown = BulkProgress()
    for _ in range(2):
        stopped: list[bool] = []
        progress = Progress(4, shown)
        progress.on_cancel(lambda stopped=stopped: stopped.append(True))
        with progress:
            assert not shown.cancel.disabled
            assert shown.cancel.description == "Cancel"
            shown.cancel.click()
            assert shown.cancel.description == "Cancelling…"
            assert stopped == [True]
    capsys.readouterr()


def test_failed_and_cancelled_runs_look_so(capsys: pytest.CaptureFixture[str]) -> None:
    shown, stopped = BulkProgress(), []
    progress = Progress(4, shown)
    progress.on_cancel(lambda: stopped.append(True))
    with progress:
        progress.add([outcome(200), outcome(500)])
        progress.show()
        assert shown.bar.bar_style == "warning"
        assert shown.bar.value == 0.5
        shown.cancel.click()
        assert stopped == [True]
        assert shown.cancel.disabled
        progress.is_cancelled = True
        progress.note = "go on with <this>"
    assert "cancelled after" in shown.facts.value
    assert "go on with &lt;this&gt;" in shown.facts.value
    # Too late is no harm.
    progress.cancel()
    assert stopped == [True]
    capsys.readouterr()


def test_a_run_that_an_error_ended_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    shown = BulkProgress()
    with pytest.raises(RuntimeError), Progress(4, shown):
        raise RuntimeError
    assert shown.bar.bar_style == "danger"
    assert "ended by an error" in shown.facts.value
    capsys.readouterr()
