"""What each kind can do beyond the starter set, against plain pandas."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from synerise_frames.sandbox.engine import DialectError, Overrides
from synerise_frames.sandbox.ids import stable_id

DIALECT = "synerise-frames-sandbox/1"
BASKET = {"action": "transaction.charge"}
LINE = {"action": "product.buy"}
COUNT = {"type": "COUNT"}
AMOUNT = {"type": "SUM", "field": "amount"}


def test_a_trend_by_a_missing_group_has_its_series_last(say: Any, engine: Any, facts: Any) -> None:
    window = say.between("2017-06-01", "2017-06-08")
    asked = say.analysis(event=LINE, measure=COUNT, groupBy="brand", dateFilter=window)
    answer = engine.trend(asked)
    assert [legend["name"] for legend in answer["legends"]] == ["National", "Private", None]
    lines = say.within(facts.lines, "2017-06-01", "2017-06-08")
    for i, part in enumerate(
        (lines["brand"] == "National", lines["brand"] == "Private", lines["brand"].isna())
    ):
        per_day = lines[part].groupby(lines["time"].dt.date).size()
        days = pd.date_range("2017-06-01", "2017-06-07").date
        assert say.values(answer, i) == per_day.reindex(days, fill_value=0).tolist()
    assert len({legend["id"] for legend in answer["legends"]}) == 3


def test_series_keep_their_ids_in_every_window(say: Any, engine: Any) -> None:
    asked = say.analysis(event=LINE, measure=COUNT, groupBy="department")
    ids = [
        {legend["name"]: legend["id"] for legend in engine.trend(asked, overrides)["legends"]}
        for overrides in (
            Overrides(date_filter=say.between("2017-06-01", "2017-06-02")),
            Overrides(date_filter=say.between("2017-07-01", "2017-07-09")),
        )
    ]
    common = set(ids[0]) & set(ids[1])
    assert len(common) > 10
    assert {name: ids[0][name] for name in common} == {name: ids[1][name] for name in common}


def test_a_trend_by_number_and_by_attribute(say: Any, engine: Any, facts: Any) -> None:
    receipts = {"action": "campaign.receive"}
    months = {"type": "MONTHS", "value": 1}
    by_campaign = engine.trend(
        say.analysis(event=receipts, measure=COUNT, groupBy="campaign_id", aggregateDataBy=months)
    )
    # In order of number, not of text.
    assert [legend["name"] for legend in by_campaign["legends"]] == [str(i) for i in range(1, 28)]
    by_age = engine.trend(
        say.analysis(**say.measured("COUNT", groupBy="age"), aggregateDataBy=months)
    )
    joined = facts.baskets.merge(facts.people, left_on="profile", right_index=True)
    sums = [sum(say.values(by_age, i)) for i in range(len(by_age["legends"]))]
    expected = joined["age"].value_counts(dropna=False).sort_index()
    assert [legend["name"] for legend in by_age["legends"]][:-1] == list(expected.index)[:-1]
    assert sums == expected.tolist()


def test_a_trend_too_wide_for_anyone_is_refused(say: Any, engine: Any) -> None:
    asked = say.analysis(event=LINE, measure=COUNT, groupBy="product_id")
    with pytest.raises(DialectError, match="coarser field or window"):
        engine.trend(asked)


def report(**more: Any) -> dict[str, Any]:
    metrics = [{"title": "Lines", "measure": COUNT}, {"title": "Revenue", "measure": AMOUNT}]
    analysis = {"dialect": DIALECT, "title": "Test", "event": LINE, "groupBy": ["brand"]}
    return {**analysis, "metrics": metrics, **more}


def test_a_report_can_leave_out_missing_groups(engine: Any) -> None:
    kept = engine.report(report())["data"]
    assert [row["brand"] for row in kept] == ["National", "Private", None]
    assert engine.report(report(), allow_null=False)["data"] == kept[:2]


def test_a_reports_limit_keeps_the_first(engine: Any) -> None:
    whole = engine.report(report(groupBy=["category"]))["data"]
    assert engine.report(report(groupBy=["category"], limit=10))["data"] == whole[:10]
    assert len(whole) > 100


def test_equal_rows_of_a_report_come_by_their_names(say: Any, engine: Any, facts: Any) -> None:
    window = say.between("2017-06-01", "2017-06-02")
    rows = engine.report(report(groupBy=["product_id", "department"], dateFilter=window))["data"]
    # Numbers are sent as text, but ordered as numbers.
    assert all(isinstance(row["product_id"], str) for row in rows)
    order = [(-row["Lines"], int(row["product_id"])) for row in rows]
    assert order == sorted(order)
    assert len({number for number, _ in order}) < len(order)
    assert len(rows) == say.within(facts.lines, "2017-06-01", "2017-06-02")["product_id"].nunique()


def test_a_missing_group_comes_after_those_it_equals(engine: Any, facts: Any) -> None:
    metrics = [{"title": "Least", "measure": {"type": "MIN", "field": "quantity"}}]
    data = engine.report(report(groupBy=["department"], metrics=metrics))["data"]
    least = facts.lines.groupby("department", dropna=False)["quantity"].min()
    names = sorted(least.index.dropna(), key=lambda name: (-least[name], name))
    assert least[least.index.isna()].item() == least[names[-1]]
    assert [row["department"] for row in data] == [*names, None]


def test_a_report_without_groups_is_one_row(say: Any, engine: Any) -> None:
    assert engine.report(report(groupBy=[]))["data"] == [
        {
            "Lines": 1_469_307,
            "Revenue": engine.metric(say.analysis(**say.measured("SUM", "amount")))["result"],
        }
    ]


def test_a_report_as_csv_has_the_same_content(engine: Any) -> None:
    asked = report(groupBy=["department", "brand"])
    data = pd.DataFrame(engine.report(asked)["data"])
    text = engine.report_csv(asked)
    read = pd.read_csv(
        io.StringIO(text), keep_default_na=False, na_values={"department": [""], "brand": [""]}
    )
    same = {"department": "string", "brand": "string"}  # so that nothing is NA in both
    pd.testing.assert_frame_equal(read.astype(same), data.astype(same), check_dtype=False)
    assert engine.report_csv(asked, allow_null=False).count("\n") == len(data)
    assert len(data) == text.count("\n") - 1


def test_a_formula_of_metrics(say: Any, engine: Any, facts: Any) -> None:
    baskets = {"event": BASKET, "measure": COUNT}
    revenue = {"event": BASKET, "measure": AMOUNT}
    cents, number = int(facts.baskets["cents"].sum()), len(facts.baskets)
    formula = {
        "op": "*",
        "args": [
            {"constant": 100},
            {"op": "-", "args": [{"op": "/", "args": [revenue, baskets]}, {"constant": 1}]},
        ],
    }
    expected = float(100 * (Fraction(cents, 100 * number) - 1))
    assert engine.metric(say.analysis(formula=formula))["result"] == expected
    nothing = {
        "event": {**BASKET, "where": [{"field": "items", "op": "<", "value": 0}]},
        "measure": COUNT,
    }
    by_zero = engine.metric(say.analysis(formula={"op": "/", "args": [revenue, nothing]}))
    assert by_zero["result"] is None


def test_steps_of_the_same_action_are_different_events(say: Any, engine: Any, facts: Any) -> None:
    steps = [{"title": str(i), "event": BASKET} for i in (1, 2, 3)]
    answer = engine.funnel(say.analysis(steps=steps))
    number = facts.baskets.groupby("profile").size()
    counts = [int((number >= i).sum()) for i in (1, 2, 3)]
    assert [step["value"] for step in answer["calculationResult"]] == counts
    assert counts[0] > counts[1] > counts[2]
    time = facts.baskets["time"].dt.tz_convert("UTC")
    gaps = time.groupby(facts.baskets["profile"]).diff() / pd.Timedelta("1ms")
    place = facts.baskets.groupby("profile").cumcount()
    expected = [gaps[place == i].mean() for i in (1, 2)]
    assert answer["timeBetweenSteps"] == pytest.approx(expected, rel=1e-12)


def test_a_funnel_that_nobody_finishes(say: Any, engine: Any) -> None:
    never = {**BASKET, "where": [{"field": "items", "op": "<", "value": 0}]}
    steps = [{"title": "Basket", "event": BASKET}, {"title": "Never", "event": never}]
    answer = engine.funnel(say.analysis(steps=[*steps, steps[0]]))
    assert [step["value"] for step in answer["calculationResult"]] == [2469, 0, 0]
    assert answer["timeBetweenSteps"] == [None, None]


def test_a_funnel_in_a_window_starts_anew(
    say: Any, engine: Any, definitions: Any, facts: Any
) -> None:
    asked = next(d for d in definitions.of("funnel") if d.name == "Campaign to coupon to basket")
    answer = engine.funnel(
        asked.analysis, Overrides(date_filter=say.between("2017-05-01", "2017-06-01"))
    )
    parts = [
        say.within(frame, "2017-05-01", "2017-06-01")
        for frame in (facts.receipts, facts.redemptions, facts.baskets)
    ]
    first = parts[0].groupby("profile")["time"].min()
    reached = [len(first)]
    for part in parts[1:]:
        later = part[part["time"] >= part["profile"].map(first)]
        first = later.groupby("profile")["time"].min()
        reached.append(len(first))
    assert [step["value"] for step in answer["calculationResult"]] == reached
    assert all(reached)


def test_segments_may_overlap(say: Any, engine: Any, facts: Any) -> None:
    segments = [
        {"title": "Married", "filter": {"conditions": [say.married]}},
        {"title": "Frequent", "filter": {"conditions": [say.frequent(100)]}},
    ]
    number = facts.baskets.groupby("profile").size().reindex(facts.people.index, fill_value=0)
    married, often = facts.people["marital_status"] == "Married", number >= 100
    answer = engine.segmentation(say.analysis(segments=segments))
    assert [r["value"] for r in answer["calculationResults"]] == [married.sum(), often.sum()]
    assert answer["excludedContacts"] == (~(married | often)).sum()
    once = engine.segmentation(say.analysis(segments=segments, overlap=False))
    assert [r["value"] for r in once["calculationResults"]] == [
        married.sum(),
        (often & ~married).sum(),
    ]
    assert once["excludedContacts"] == answer["excludedContacts"]
    both = str(facts.people.index[married & often][0])
    profile = engine.find_profile("id", both)
    assert engine.memberships(say.analysis(segments=segments), profile) == [True, True]
    assert engine.memberships(say.analysis(segments=segments, overlap=False), profile) == [
        True,
        False,
    ]


def test_a_segmentations_filter_excludes(say: Any, engine: Any, facts: Any) -> None:
    segments = [{"title": "All", "filter": {}}]
    asked = say.analysis(segments=segments, filter={"conditions": [say.married]})
    married = facts.people["marital_status"] == "Married"
    assert engine.segmentation(asked) == {
        "calculationResults": [{"title": "All", "value": married.sum()}],
        "totalContacts": 2469,
        "excludedContacts": (~married).sum(),
        "metadata": {},
    }
    single = engine.find_profile("id", str(facts.people.index[~married][0]))
    assert engine.memberships(asked, single) == [False]


def test_a_segmentations_window_is_that_of_its_conditions(
    say: Any, engine: Any, facts: Any
) -> None:
    segments = [{"title": "Often", "filter": {"conditions": [say.frequent(10)]}}]
    window = Overrides(date_filter=say.between("2017-06-01", "2017-07-01"))
    june = say.within(facts.baskets, "2017-06-01", "2017-07-01").groupby("profile").size()
    often = june.index[june >= 10]
    asked = say.analysis(segments=segments)
    assert engine.segmentation(asked, window)["calculationResults"][0]["value"] == len(often) > 0
    assert [p["id"] for p in engine.segment_profiles(asked, window)[0]] == often.tolist()
    profile = engine.find_profile("id", str(often[0]))
    assert engine.memberships(asked, profile, window) == [True]


def test_a_conditions_empty_window_is_the_segmentations(say: Any, engine: Any, facts: Any) -> None:
    aggregate = {**say.frequent(10)["aggregate"], "dateFilter": {}}
    conditions = [{**say.frequent(10), "aggregate": aggregate}]
    asked = say.analysis(segments=[{"title": "Often", "filter": {"conditions": conditions}}])
    window = Overrides(date_filter=say.between("2017-06-01", "2017-07-01"))
    june = say.within(facts.baskets, "2017-06-01", "2017-07-01").groupby("profile").size()
    found = engine.segmentation(asked, window)["calculationResults"][0]["value"]
    assert found == (june >= 10).sum() > 0


def test_the_history_of_an_aggregate(say: Any, engine: Any, definitions: Any, facts: Any) -> None:
    asked = next(d for d in definitions.of("aggregate") if d.name == "Spend").analysis
    mine = facts.baskets[facts.baskets["profile"] == 1]
    answer = engine.aggregate_history(
        asked,
        engine.find_profile("custom_identify", "H1"),
        Overrides(
            date_filter=say.between("2017-03-01", "2017-06-01"),
            aggregate_data_by={"type": "MONTHS", "value": 1},
        ),
    )
    months = ["2017-03-01", "2017-04-01", "2017-05-01", "2017-06-01"]
    sums = [int(say.within(mine, *pair)["cents"].sum()) for pair in pairwise(months)]
    assert answer == {
        "items": [
            {"date": "2017-03-01T00:00:00-05:00", "value": sums[0] / 100},
            {"date": "2017-04-01T00:00:00-04:00", "value": sums[1] / 100},
            {"date": "2017-05-01T00:00:00-04:00", "value": sums[2] / 100},
        ],
        "metadata": {},
    }
    assert all(sums)


def test_the_history_of_a_picked_value_is_refused(engine: Any, definitions: Any) -> None:
    asked = next(d for d in definitions.of("aggregate") if d.name == "Top department").analysis
    with pytest.raises(DialectError, match="A TOP is only for one profile, and not by bucket"):
        engine.aggregate_history(asked, engine.find_profile("id", "1"))


def test_picking_from_nothing(say: Any, engine: Any) -> None:
    nothing = {**BASKET, "where": [{"field": "items", "op": "<", "value": 0}]}
    profile = engine.find_profile("id", "1")
    for measure, expected in (
        ({"type": "LAST", "field": "time"}, None),
        ({"type": "FIRST", "field": "store_id"}, None),
        ({"type": "TOP", "field": "store_id"}, None),
        ({"type": "LAST_MULTI", "field": "store_id", "size": 5}, []),
        ({"type": "AVG", "field": "amount"}, None),
        ({"type": "MAX", "field": "time"}, None),
        ({"type": "SUM", "field": "amount"}, 0),
        ({"type": "COUNT"}, 0),
    ):
        found = engine.aggregate(say.analysis(event=nothing, measure=measure), profile)
        assert found == expected
        assert type(found) is not bool


def test_of_baskets_at_the_same_time_the_higher_number_is_newer(
    say: Any, engine: Any, facts: Any
) -> None:
    baskets = facts.baskets
    together = baskets[baskets.duplicated(["profile", "time"], keep=False)]
    differ = together.groupby(["profile", "time"])["cents"].nunique()
    households = sorted({profile for profile, _ in differ.index[differ > 1]})
    assert len(households) > 50
    measure = {"type": "LAST_MULTI", "field": "amount", "size": 1000}
    for profile_id in households[:20]:
        mine = baskets[baskets["profile"] == profile_id]
        newest = mine.sort_values(["time", "basket"], ascending=False)
        found = engine.aggregate(
            say.analysis(event=BASKET, measure=measure), engine.find_profile("id", str(profile_id))
        )
        assert found == [cents / 100 for cents in newest["cents"]]


def test_picking_passes_over_what_is_missing(say: Any, engine: Any, facts: Any) -> None:
    lines = facts.lines.sort_values(["profile", "time", "basket", "product_id"])
    last = lines.groupby("profile")["product_category"].tail(1)
    households = lines.loc[last.index[last.isna()], "profile"].tolist()
    assert len(households) > 10
    for profile_id in households[:10]:
        known = lines.loc[lines["profile"] == profile_id, "product_category"].dropna()
        found = engine.aggregate(
            say.analysis(event=LINE, measure={"type": "LAST", "field": "category"}),
            engine.find_profile("id", str(profile_id)),
        )
        assert found == known.iloc[-1]
    # Where most lines of an event have no category, it is still not the top one.
    nowhere = {**LINE, "where": [{"field": "category", "op": "is null"}]}
    top = say.analysis(event=nowhere, measure={"type": "TOP", "field": "category"})
    assert engine.aggregate(top, engine.find_profile("id", str(households[0]))) is None


def test_the_average_basket_of_no_baskets_is_missing(
    say: Any, engine: Any, definitions: Any
) -> None:
    expressions = {d.name: d.analysis for d in definitions.of("expression")}
    before = Overrides(date_filter=say.between("2015-01-01", "2016-01-01"))
    profile = engine.find_profile("id", "1")
    # The window reaches the aggregates of the expression.
    assert engine.expression(expressions["Average basket"], profile, before) is None
    assert engine.expression(expressions["Big spender"], profile, before) == "false"


def test_first_and_attributes(say: Any, engine: Any, facts: Any) -> None:
    asked = say.analysis(event=BASKET, measure={"type": "FIRST", "field": "time"})
    married = facts.people.index[facts.people["marital_status"] == "Married"][:3]
    same = say.analysis(
        formula={"op": "=", "args": [{"attribute": "marital_status"}, {"constant": "Married"}]}
    )
    for profile_id in married:
        profile = engine.find_profile("id", str(profile_id))
        mine = facts.baskets[facts.baskets["profile"] == profile_id]
        assert engine.aggregate(asked, profile) == mine["time"].min().isoformat()
        assert engine.expression(same, profile) == "true"
    unknown = facts.people.index[facts.people["marital_status"].isna()][0]
    assert engine.expression(same, engine.find_profile("id", str(unknown))) is None


def test_profiles_are_found_four_ways(engine: Any) -> None:
    profile = engine.find_profile("id", "7")
    for kind, value in (
        ("uuid", stable_id("profile", "7")),
        ("email", "household-7@example.com"),
        ("custom_identify", "H7"),
    ):
        assert engine.find_profile(kind, value) is profile
    assert engine.find_profile("id", "999999") is None
    with pytest.raises(DialectError, match=r"Did you mean 'email'\?"):
        engine.find_profile("mail", "x")


def test_answers_are_the_same_every_time_and_in_every_thread(engine: Any, definitions: Any) -> None:
    profile = engine.find_profile("id", "7")

    def answer(definition: Any) -> str:
        one = (profile,) if definition.kind in ("aggregate", "expression") else ()
        return json.dumps(getattr(engine, definition.kind)(definition.analysis, *one))

    alone = [answer(definition) for definition in definitions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(answer, definitions))
    assert together == alone
