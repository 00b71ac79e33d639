"""Equal calls are not prepared twice, and what only looks equal is another call."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import synerise_frames as sf
from synerise_frames.kinds.shortcuts import Shortcuts, digest, exact
from synerise_frames.periods import Absolute, Interval, Relative
from synerise_frames.wire.api import Api

DATES = sf.between("2020-01-01", "2020-02-01")
Ask = Callable[[sf.Workspace], pd.DataFrame]

REPEATED: dict[str, Ask] = {
    "trend": lambda ws: ws.trends.calculate("t", dates=DATES, interval="1D"),
    "made anew": lambda ws: ws.trends.calculate("t", dates=sf.between("2020-01-01", "2020-02-01")),
    "relative": lambda ws: ws.trends.calculate("t", dates=sf.last(3, "days"), interval="1D"),
    "interval": lambda ws: ws.trends.calculate("t", interval=Interval(1, "DAYS")),
    "filter": lambda ws: ws.trends.calculate("t", filter={"a": [1, {"b": None}]}),
    "variables": lambda ws: ws.trends.calculate("t", variables={"campaign": "7"}),
    "histogram": lambda ws: ws.histograms.calculate("h", dates=DATES),
    "plain metric": lambda ws: ws.metrics.calculate("m"),
    "dynamic metric": lambda ws: ws.metrics.calculate("m", variables={"a": 1}),
    "strict": lambda ws: ws.metrics.calculate("m", strict=False, max_age=60),
}


@pytest.mark.parametrize("name", REPEATED)
def test_equal_calls_are_prepared_once(
    own: sf.Workspace, api: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    live = REPEATED[name](own)
    monkeypatch.setattr(Api, "prepare", lambda *_, **__: pytest.fail("prepared again"))
    again = REPEATED[name](own)
    assert again.attrs["source"] == "cached"
    assert_frame_equal(again, live)
    assert api.calls == 1


def test_a_window_in_words_of_the_api_is_prepared_each_time(own: sf.Workspace, api: Any) -> None:
    window = {"type": "ABSOLUTE", "from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}
    own.trends.calculate("t", dates=window, interval={"type": "DAYS", "value": 1})
    window["to"] = "2020-03-01T00:00:00Z"
    later = own.trends.calculate("t", dates=window, interval={"type": "DAYS", "value": 1})
    assert later.attrs["window"]["to"] == "2020-03-01T00:00:00Z"
    assert api.calls == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 0.0}, {"a": -0.0}),
        ({"a": "1"}, {"a": 1}),
        ({"a": None}, {}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
    ],
)
def test_what_python_takes_for_equal_is_asked_for_apart(
    own: sf.Workspace, api: Any, one: dict[str, Any], other: dict[str, Any]
) -> None:
    for number, given in enumerate((one, other, one, other)):
        df = own.trends.calculate("t", filter=given)
        assert df["value"].item() == number % 2 + 1
    assert api.calls == 2


def test_what_is_changed_after_the_call_is_another_question(own: sf.Workspace, api: Any) -> None:
    given: dict[str, Any] = {"a": [1]}
    own.trends.calculate("t", filter=given)
    given["a"].append(2)
    assert own.trends.calculate("t", filter=given)["value"].item() == 2


def test_one_moment_in_two_zones_is_shown_as_it_was_asked_for(own: sf.Workspace) -> None:
    east = timezone(timedelta(hours=1))
    start, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)
    here = Absolute(start, end)
    there = Absolute(start.astimezone(east), end.astimezone(east))
    assert here == there
    for dates in (here, there, here, there):
        shown = own.trends.calculate("t", dates=dates).attrs["window"]
        assert (shown["start"], shown["end"]) == (
            dates.start.isoformat(),
            dates.end.isoformat(),
        )


def test_both_hours_of_a_clock_that_is_put_back(own: sf.Workspace, api: Any) -> None:
    end = datetime(2020, 11, 1)
    early = Absolute(datetime(2020, 10, 25, 2, 30), end)
    late = Absolute(datetime(2020, 10, 25, 2, 30, fold=1), end)
    assert early == late
    shown = [own.trends.calculate("t", dates=d).attrs["window"]["start"] for d in (early, late) * 2]
    assert shown == ["2020-10-25T02:30:00+02:00", "2020-10-25T02:30:00+01:00"] * 2
    assert api.calls == 2


def test_a_name_that_is_heard_of_later_is_shown(own: sf.Workspace, api: Any) -> None:
    api.say(200, b'{"legends":["a"],"items":[{"date":"2020-01-01T00:00:00Z","values":[1]}]}')
    assert own.trends.calculate("x").attrs["analysis_name"] is None
    api.say()
    own.trends.get("x")
    assert own.trends.calculate("x").attrs["analysis_name"] == "Sales"


@pytest.mark.parametrize("wrong", [[], {}, None, "", 1.5, True])
def test_no_id_is_refused_as_ever(own: sf.Workspace, wrong: Any) -> None:
    own.trends.calculate("1")
    with pytest.raises(sf.ConfigError, match="is no trend id"):
        own.trends.calculate(wrong)


def test_ids_are_what_they_say(own: sf.Workspace, api: Any) -> None:
    first = own.trends.calculate("7")
    assert own.trends.calculate(7).attrs["analysis_id"] == "7"
    assert own.trends.calculate(" 7 ")["value"].item() == first["value"].item()
    assert api.calls == 1


def test_fresh_enough_is_asked_each_time(own: sf.Workspace, api: Any, older: Any) -> None:
    own.trends.calculate("t", max_age=1e-9)
    own.trends.calculate("t", max_age=1e-9)
    own.trends.calculate("t", refresh=True)
    own.trends.calculate("t", refresh=True)
    assert api.calls == 4
    assert own.trends.calculate("t", max_age=60).attrs["source"] == "cached"


def test_a_window_that_ends_meanwhile_is_kept_longer(
    connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shortcut says how long an answer is good, and is itself good for a minute only."""
    ws = connect()
    before = time.monotonic()
    ws.trends.calculate("t", dates=DATES)
    (shortcut,) = ws.context.shortcuts._known.values()
    end = shortcut.until
    assert before + 60 <= end <= time.monotonic() + 60
    monkeypatch.setattr(time, "monotonic", lambda: end - 1)
    assert ws.context.shortcuts.find(*ws.context.shortcuts._known) is shortcut
    monkeypatch.setattr(time, "monotonic", lambda: end + 1)
    assert ws.context.shortcuts.find(*ws.context.shortcuts._known) is None
    assert ws.trends.calculate("t", dates=DATES).attrs["source"] == "cached"


def test_they_are_few_and_tell_nothing(own: sf.Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synerise_frames.kinds.shortcuts._MOST", 8)
    shortcuts = own.context.shortcuts
    for number in range(12):
        own.metrics.calculate("m", variables={"who": f"person-{number}@example.com"}, max_age=99)
        assert 1 <= len(shortcuts._known) <= 8
    assert "person-" not in repr(shortcuts._known)
    assert "shortcuts" not in repr(own.context)


def test_what_cannot_be_told_has_no_shortcut() -> None:
    loop: list[Any] = []
    loop.append(loop)
    for value in (object(), pd.Timestamp("2020-01-01"), {"a": {1, 2}.__iter__()}, loop):
        assert digest(value) is None
    assert exact({"type": "RELATIVE"}) is None
    assert exact(Relative(Interval(1, "DAYS"), True)) is None
    assert exact("2020") is None
    shortcuts = Shortcuts()
    for question in (None, [1], ("a", {})):
        shortcuts.keep(question, "name", None)  # type: ignore[arg-type]
        assert shortcuts.find(question) is None  # type: ignore[arg-type]


def test_windows_that_differ_have_other_questions() -> None:
    moment = datetime(2020, 10, 25, 2, 30)
    warsaw, utc = ZoneInfo("Europe/Warsaw"), UTC
    starts = [
        *(moment, moment.replace(fold=1), moment.replace(tzinfo=warsaw)),
        *(moment.replace(tzinfo=warsaw, fold=1), moment.replace(tzinfo=utc)),
    ]
    windows = [Absolute(start, datetime(2020, 12, 1, tzinfo=start.tzinfo)) for start in starts]
    questions = {(window, exact(window)) for window in windows}
    assert len(questions) == len(windows)
