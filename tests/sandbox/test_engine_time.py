"""Calculations over windows and buckets, against plain pandas."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synerise_frames.sandbox.engine import Overrides

ZONE = "America/New_York"
BASKET = {"action": "transaction.charge"}
COUNT = {"type": "COUNT"}


@pytest.mark.parametrize(
    ("day", "following", "hours"),
    [("2017-03-12", "2017-03-13", 23), ("2017-11-05", "2017-11-06", 25)],
)
def test_hours_of_a_day_with_a_change_of_the_clock(
    say: Any, engine: Any, facts: Any, day: str, following: str, hours: int
) -> None:
    answer = engine.trend(
        say.analysis(**say.measured("COUNT"), dateFilter=say.between(day, following)),
        Overrides(aggregate_data_by={"type": "HOURS", "value": 1}),
    )
    edges = pd.date_range(day, following, freq="h", tz=ZONE)
    own = say.within(facts.baskets, day, following)["time"]
    expected = pd.cut(own, edges, right=False).value_counts(sort=False).tolist()
    assert [item["date"] for item in answer["items"]] == [e.isoformat() for e in edges[:-1]]
    assert say.values(answer) == expected
    assert len(expected) == hours
    assert sum(expected) == len(own) > 200


def test_days_around_a_change_of_the_clock(say: Any, engine: Any, facts: Any) -> None:
    answer = engine.trend(
        say.analysis(
            **say.measured("SUM", "amount"), dateFilter=say.between("2017-03-11", "2017-03-14")
        )
    )
    assert [item["date"] for item in answer["items"]] == [
        "2017-03-11T00:00:00-05:00",
        "2017-03-12T00:00:00-05:00",
        "2017-03-13T00:00:00-04:00",
    ]
    days = say.within(facts.baskets, "2017-03-11", "2017-03-14")
    cents = days.groupby(days["time"].dt.date)["cents"].sum()
    assert say.values(answer) == [c / 100 for c in cents]


def test_nothing_happens_at_christmas(say: Any, engine: Any) -> None:
    measures = ("COUNT", "DISTINCT_PROFILES", "SUM", "AVG", "MIN", "MAX", "DISTINCT")
    metrics = [
        {"title": kind, **say.measured(kind, None if kind in measures[:2] else "amount")}
        for kind in measures
    ]
    answer = engine.histogram(
        say.analysis(metrics=metrics, dateFilter=say.between("2017-12-24", "2017-12-27"))
    )
    before, christmas, after = (item["values"] for item in answer["items"])
    assert christmas == [0, 0, 0, None, None, None, 0]
    # A basket may cost nothing, but then it is there.
    assert None not in before + after
    assert 0 not in (before[0], after[0], before[-1], after[-1])


@pytest.mark.parametrize("kind", ["COUNT", "AVG"])
def test_an_empty_window_has_no_bucket_but_its_series(say: Any, engine: Any, kind: str) -> None:
    asked = say.analysis(**say.measured(kind, "amount" if kind == "AVG" else None))
    nothing = {"type": "RELATIVE", "duration": {"type": "DAYS", "value": 0}}
    answer = engine.trend(asked, Overrides(date_filter=nothing))
    assert answer["items"] == []
    assert [legend["name"] for legend in answer["legends"]] == ["Test"]


def test_a_window_before_all_data_has_empty_buckets(say: Any, engine: Any) -> None:
    window = say.between("2015-01-01", "2015-01-04")
    assert say.values(engine.trend(say.analysis(**say.measured("COUNT"), dateFilter=window))) == [
        0,
        0,
        0,
    ]
    assert (
        engine.metric(say.analysis(**say.measured("SUM", "amount"), dateFilter=window))["result"]
        == 0
    )
    average = engine.metric(say.analysis(**say.measured("AVG", "amount"), dateFilter=window))
    assert average["result"] is None
    grouped = engine.trend(
        say.analysis(**say.measured("COUNT", groupBy="store_id"), dateFilter=window)
    )
    assert (grouped["legends"], say.values(grouped, slice(None))) == ([], [[], [], []])  # type: ignore[arg-type]
    rows = engine.report(
        say.analysis(
            event=BASKET,
            groupBy=["store_id"],
            metrics=[{"title": "n", "measure": COUNT}],
            dateFilter=window,
        )
    )
    assert rows == {"data": []}


@pytest.mark.parametrize(
    ("unit", "value", "offset", "start", "end"),
    [
        ("DAYS", 30, 0, "2017-12-02", "2018-01-01"),
        ("DAYS", 90, 0, "2017-10-03", "2018-01-01"),
        ("WEEKS", 2, 1, "2017-12-11", "2017-12-25"),
        ("MONTHS", 1, 1, "2017-11-01", "2017-12-01"),
    ],
)
def test_relative_windows(
    say: Any, engine: Any, facts: Any, unit: str, value: int, offset: int, start: str, end: str
) -> None:
    override = {
        "type": "RELATIVE",
        "offset": {"type": unit, "value": offset},
        "duration": {"type": unit, "value": value},
    }
    answer = engine.metric(say.analysis(**say.measured("COUNT")), Overrides(date_filter=override))
    assert answer["result"] == len(say.within(facts.baskets, start, end)) > 0


def test_an_empty_date_filter_takes_the_definitions_away(say: Any, engine: Any, facts: Any) -> None:
    asked = say.analysis(
        **say.measured("COUNT"), dateFilter=say.between("2017-05-01", "2017-05-02")
    )
    one_day = engine.metric(asked)["result"]
    assert one_day == len(say.within(facts.baskets, "2017-05-01", "2017-05-02"))
    assert engine.metric(asked, Overrides(date_filter=None))["result"] == one_day
    assert engine.metric(asked, Overrides(date_filter={}))["result"] == 155_848


def test_a_month_of_a_histogram_has_30_days_and_that_of_a_trend_the_calendars(
    say: Any, engine: Any
) -> None:
    months = {"type": "MONTHS", "value": 1}
    metrics = [{"title": "n", **say.measured("COUNT")}]
    histogram = engine.histogram(say.analysis(metrics=metrics, aggregateDataBy=months))
    trend = engine.trend(say.analysis(**say.measured("COUNT"), aggregateDataBy=months))
    assert [item["date"][:10] for item in histogram["items"]][:3] == [
        "2017-01-01",
        "2017-01-31",
        "2017-03-02",
    ]
    assert [item["date"][:10] for item in trend["items"]][:3] == [
        "2017-01-01",
        "2017-02-01",
        "2017-03-01",
    ]
    assert sum(say.values(histogram)) == sum(say.values(trend)) == 155_848


def test_a_histogram_begins_with_the_first_of_all_its_events(say: Any, engine: Any) -> None:
    metrics = [
        {"title": "Baskets", **say.measured("COUNT")},
        {"title": "Receipts", "event": {"action": "campaign.receive"}, "measure": COUNT},
    ]
    answer = engine.histogram(say.analysis(metrics=metrics))
    assert answer["items"][0]["date"] == "2016-11-14T00:00:00-05:00"
    assert answer["items"][0]["values"][0] == 0
    assert sum(say.values(answer, 1)) == 6_589


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.datetimes(pd.Timestamp("2016-12-01"), pd.Timestamp("2017-12-30")),
    days=st.floats(0.1, 200),
    step=st.sampled_from([("DAYS", 1), ("DAYS", 5), ("WEEKS", 1), ("HOURS", 6), ("MONTHS", 1)]),
)
def test_every_event_is_in_one_bucket(
    say: Any, engine: Any, facts: Any, start: Any, days: float, step: tuple[str, int]
) -> None:
    first = pd.Timestamp(start).floor("s").tz_localize("UTC").tz_convert(ZONE)
    last = first + pd.Timedelta(days=days).floor("s")
    window = {"type": "ABSOLUTE", "from": first.isoformat(), "to": last.isoformat()}
    answer = engine.trend(
        say.analysis(**say.measured("COUNT"), dateFilter=window),
        Overrides(aggregate_data_by={"type": step[0], "value": step[1]}),
    )
    times = facts.baskets["time"]
    edges = pd.DatetimeIndex(
        [pd.Timestamp(item["date"]).tz_convert("UTC") for item in answer["items"]]
    ).append(pd.DatetimeIndex([last.tz_convert("UTC") + pd.Timedelta("1s")]))
    expected = pd.cut(times.dt.tz_convert("UTC"), edges, right=False).value_counts(sort=False)
    assert say.values(answer) == expected.tolist()
    assert sum(say.values(answer)) == ((times >= first) & (times <= last)).sum()
