"""Which calls are answered from the cache: by age, by ``max_age``, by ``refresh``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import synerise_frames as sf

MINUTE, HOUR, DAY = 60, 3600, 86400
CLOSED = sf.between("2020-01-01", "2020-02-01")


def closed(ws: sf.Workspace, **how: Any) -> Any:
    return ws.trends.calculate("t", dates=CLOSED, **how)


def still_open(ws: sf.Workspace, **how: Any) -> Any:
    return ws.trends.calculate("t", dates=sf.last(30, "days"), **how)


def definition(ws: sf.Workspace, **how: Any) -> Any:
    return ws.trends.get("t", **how)


def listed(ws: sf.Workspace, **how: Any) -> Any:
    return ws.metrics.list(**how)


def of_profile(ws: sf.Workspace, **how: Any) -> Any:
    return ws.aggregates.calculate("a", "7", **how)


@pytest.mark.parametrize(
    ("ask", "good_for"),
    [
        (closed, 30 * DAY),
        (still_open, 5 * MINUTE),
        (definition, 10 * MINUTE),
        (listed, 10 * MINUTE),
        (of_profile, HOUR),
    ],
)
def test_answers_are_good_as_long_as_the_policy_says(
    connect: Any, api: Any, older: Any, ask: Callable[..., Any], good_for: float
) -> None:
    ask(connect())
    ask(connect())
    assert api.calls == 1
    older(good_for - 30)
    ask(connect())
    assert api.calls == 1
    older(31)
    ask(connect())
    assert api.calls == 2
    ask(connect())
    assert api.calls == 2


@pytest.mark.parametrize("ask", [closed, still_open, definition, listed, of_profile])
@pytest.mark.parametrize("again", [True, False], ids=["same process", "new process"])
def test_max_age_and_refresh(
    connect: Any, api: Any, older: Any, ask: Callable[..., Any], again: bool
) -> None:
    ws = connect()

    def workspace() -> sf.Workspace:
        return ws if again else connect()

    ask(ws)
    ask(workspace(), max_age=60)
    assert api.calls == 1
    ask(workspace(), refresh=True)
    assert api.calls == 2
    ask(workspace(), max_age=0)
    assert api.calls == 3
    ask(workspace())
    ask(workspace(), max_age=60)
    assert api.calls == 3


def test_max_age_stands_instead_of_the_lifetime(connect: Any, api: Any, older: Any) -> None:
    still_open(connect())
    older(2 * HOUR)
    assert still_open(connect(), max_age=3 * HOUR).attrs["source"] == "cached"
    assert still_open(connect(), max_age=HOUR).attrs["source"] == "live"
    assert api.calls == 2


@pytest.mark.parametrize("age", [-1, float("nan"), "1h", [5]])
def test_a_max_age_that_is_none_is_refused(own: sf.Workspace, age: Any) -> None:
    with pytest.raises(sf.ConfigError, match="max_age"):
        own.trends.calculate("t", max_age=age)


def test_refresh_replaces_what_all_see(connect: Any, api: Any) -> None:
    ws, new = connect(), None
    values = [still_open(ws)["value"].item(), still_open(ws, refresh=True)["value"].item()]
    new = connect()
    values += [still_open(ws)["value"].item(), still_open(new)["value"].item()]
    assert values == [1, 2, 2, 2]


def test_zero_is_not_kept(connect: Any, api: Any, kept: Any, tmp_path: Any) -> None:
    ws = connect(cache=sf.CachePolicy(folder=tmp_path, open_window=0))
    for _ in range(3):
        assert still_open(ws).attrs["source"] == "live"
    assert api.calls == 3
    assert kept("") == []


def test_the_policy_of_now_counts_and_not_that_of_then(
    connect: Any, api: Any, older: Any, tmp_path: Any
) -> None:
    still_open(connect())
    assert still_open(connect()).attrs["source"] == "cached"
    none = connect(cache=sf.CachePolicy(folder=tmp_path, open_window=0))
    assert still_open(none).attrs["source"] == "live"
    older(120)
    short = connect(cache=sf.CachePolicy(folder=tmp_path, open_window=60))
    assert still_open(short).attrs["source"] == "live"
    assert api.calls == 3


def test_a_window_that_closed_since_does_not_make_an_open_answer_good(
    connect: Any, api: Any, older: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime, timedelta

    end = (datetime.now(UTC) + timedelta(seconds=60)).isoformat()
    window = {"type": "ABSOLUTE", "from": "2020-01-01T00:00:00Z", "to": end}
    connect().trends.calculate("t", dates=window)
    older(HOUR)
    later = connect()
    monkeypatch.setattr(
        type(later.context.api.memory.freshness), "_is_over", lambda self, body: True
    )
    later.trends.calculate("t", dates=window)
    assert api.calls == 2


def test_forever_is_a_long_time(connect: Any, api: Any, tmp_path: Any) -> None:
    forever = sf.CachePolicy(
        folder=tmp_path, closed_window=float("inf"), max_age=float("inf"), stale=float("inf")
    )
    assert closed(connect(cache=forever)).attrs["source"] == "live"
    assert closed(connect(cache=forever)).attrs["source"] == "cached"


def test_a_clock_that_went_back(connect: Any, api: Any, older: Any) -> None:
    closed(connect())
    older(-2 * HOUR)
    found = closed(connect())
    assert found.attrs["source"] == "live"
    assert api.calls == 2
    # What came from the future was replaced.
    again = closed(connect())
    assert again.attrs["source"] == "cached"
    assert 0 <= again.attrs["age"] < 60


def test_a_clock_that_went_back_in_mid_run(
    own: sf.Workspace, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import datetime, timedelta

    closed(own)

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - timedelta(hours=2)

    monkeypatch.setattr("synerise_frames.http.cache.dated.datetime", Earlier)
    assert closed(own).attrs["source"] == "live"


def test_different_questions_have_different_answers(own: sf.Workspace, api: Any) -> None:
    asked = [
        own.trends.calculate("t"),
        own.trends.calculate("u"),
        own.trends.calculate("t", dates=CLOSED),
        own.trends.calculate("t", dates=sf.between("2020-01-01", "2020-02-02")),
        own.trends.calculate("t", dates=CLOSED, interval="1D"),
        own.trends.calculate("t", dates=CLOSED, filter={"a": 1}),
        own.trends.calculate("t", dates=CLOSED, variables={"a": "1"}),
        own.trends.calculate("t", dates=CLOSED, variables={"a": "2"}),
    ]
    assert [df["value"].item() for df in asked] == [*range(1, 9)]


def test_the_same_answer_read_in_another_way_is_another_frame(own: sf.Workspace, api: Any) -> None:
    plain = own.trends.calculate("t", dates=CLOSED)
    window = json.loads(api.seen[0][2])["dateFilter"]
    # The same request in the API's own words.
    pd.testing.assert_frame_equal(own.trends.calculate("t", dates=window), plain)
    # What was kept as it is, with all that nobody expected, is no strict reading.
    with pytest.raises(sf.ShapeError):
        own.trends.calculate("t", dates=CLOSED, strict=True)
    pd.testing.assert_frame_equal(own.trends.calculate("t", dates=CLOSED), plain)
    assert api.calls == 1
