"""Dynamic keys, conditions and filters, against plain pandas."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from synerise_frames.sandbox.engine import DialectError, Overrides
from synerise_frames.sandbox.ids import stable_id

BASKET = {"action": "transaction.charge"}
LINE = {"action": "product.buy"}
COUNT = {"type": "COUNT"}


def test_a_dynamic_key_has_a_default_and_can_be_given(
    engine: Any, definitions: Any, facts: Any
) -> None:
    asked = next(d for d in definitions.of("metric") if d.name == "Revenue of department").analysis
    for department in ("MEAT", "FUEL", "no such department"):
        given_ = Overrides(variables=({"name": "department", "value": department},))
        cents = facts.lines.loc[facts.lines["department"] == department, "cents"].sum()
        assert engine.metric(asked, given_)["result"] == cents / 100
    with pytest.raises(DialectError, match=r"Did you mean 'department'\?") as caught:
        engine.metric(asked, Overrides(variables=({"name": "departement", "value": "MEAT"},)))
    assert caught.value.field == "variables[0].name"
    with pytest.raises(DialectError, match="Must be a text"):
        engine.metric(asked, Overrides(variables=({"name": "department", "value": 5},)))


def test_dynamic_numbers_may_come_as_text(say: Any, engine: Any, facts: Any) -> None:
    where = [{"field": "campaign_id", "op": "=", "value": {"variable": "campaign"}}]
    asked = say.analysis(event={"action": "campaign.receive", "where": where}, measure=COUNT)
    expected = int((facts.receipts["campaign_id"] == 7).sum())
    for value in (7, "7", 7.0):
        answer = engine.metric(asked, Overrides(variables=({"name": "campaign", "value": value},)))
        assert answer["result"] == expected > 0
    with pytest.raises(DialectError, match="no default"):
        engine.metric(asked)
    with pytest.raises(DialectError, match="Must be a number"):
        engine.metric(asked, Overrides(variables=({"name": "campaign", "value": "seven"},)))


def test_dynamic_lists(say: Any, engine: Any, facts: Any) -> None:
    where = [{"field": "department", "op": "in", "value": {"variable": "departments"}}]
    asked = say.analysis(event={**LINE, "where": where}, measure=COUNT)
    chosen = ["MEAT", "DELI"]
    given_ = Overrides(variables=({"name": "departments", "value": chosen},))
    expected = int(facts.lines["department"].isin(chosen).sum())
    assert engine.metric(asked, given_)["result"] == expected


def test_expressions_pass_dynamic_keys_to_their_aggregates(
    say: Any, engine: Any, definitions: Any, facts: Any
) -> None:
    aggregate = stable_id("aggregate", "Spend in department")
    formula = {"op": "+", "args": [{"aggregate": aggregate}, {"constant": 0.5}]}
    profile = engine.find_profile("id", "1")
    own = facts.lines[facts.lines["profile"] == 1]
    for department, overrides in (
        ("GROCERY", Overrides()),
        ("MEAT", Overrides(variables=({"name": "department", "value": "MEAT"},))),
    ):
        cents = int(own.loc[own["department"] == department, "cents"].sum())
        found = engine.expression(say.analysis(formula=formula), profile, overrides)
        assert found == float(Fraction(cents, 100) + Fraction(1, 2))


@pytest.mark.parametrize(
    ("field", "op", "value", "keep"),
    [
        ("items", "=", 3, lambda b: b["items"] == 3),
        ("items", "!=", 3, lambda b: b["items"] != 3),
        ("amount", "<", 9.99, lambda b: b["cents"] < 999),
        ("amount", "<=", 9.99, lambda b: b["cents"] <= 999),
        ("amount", ">", 9.99, lambda b: b["cents"] > 999),
        ("amount", ">=", 9.99, lambda b: b["cents"] >= 999),
        ("amount", "between", [5, 9.99], lambda b: b["cents"].between(500, 999)),
        ("store_id", "in", [367, 406], lambda b: b["store"].isin([367, 406])),
        ("store_id", "not in", [367, 406], lambda b: ~b["store"].isin([367, 406])),
        ("hour", ">=", 20, lambda b: b["time"].dt.hour >= 20),
        ("weekday", "=", 7, lambda b: b["time"].dt.day_of_week == 6),
    ],
)
def test_conditions_on_events(
    say: Any, engine: Any, facts: Any, field: str, op: str, value: Any, keep: Any
) -> None:
    event = {**BASKET, "where": [{"field": field, "op": op, "value": value}]}
    found = engine.metric(say.analysis(event=event, measure=COUNT))["result"]
    assert 0 < found == int(keep(facts.baskets).sum()) < len(facts.baskets)


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ({"op": "is null"}, None, lambda d: d.isna()),
        ({"op": "is not null"}, None, lambda d: d.notna()),
        # What is missing is neither equal nor unequal to anything.
        ({"op": "!=", "value": "GROCERY"}, None, lambda d: d.notna() & (d != "GROCERY")),
        ({"op": "not in", "value": ["GROCERY"]}, None, lambda d: d.notna() & (d != "GROCERY")),
    ],
)
def test_conditions_on_what_is_missing(
    say: Any, engine: Any, facts: Any, op: dict[str, Any], value: None, expected: Any
) -> None:
    event = {**LINE, "where": [{"field": "department", **op}]}
    found = engine.metric(say.analysis(event=event, measure=COUNT))["result"]
    assert 0 < found == int(expected(facts.lines["department"]).sum())


def test_all_conditions_of_an_event_must_hold(say: Any, engine: Any, facts: Any) -> None:
    where = [
        {"field": "department", "op": "=", "value": "MEAT"},
        {"field": "brand", "op": "=", "value": "Private"},
    ]
    found = engine.metric(say.analysis(event={**LINE, "where": where}, measure=COUNT))["result"]
    lines = facts.lines
    expected = ((lines["department"] == "MEAT") & (lines["brand"] == "Private")).sum()
    assert found == expected > 0


def test_a_quote_in_a_value_is_just_a_character(say: Any, engine: Any) -> None:
    where = [{"field": "department", "op": "=", "value": "x' or 1=1 --"}]
    assert engine.metric(say.analysis(event={**LINE, "where": where}, measure=COUNT))["result"] == 0


@pytest.mark.parametrize(
    ("asked", "keep"),
    [
        (lambda say: {}, lambda p, n: pd.Series(True, p.index)),
        (lambda say: {"conditions": [say.married]}, lambda p, n: p["marital_status"] == "Married"),
        (
            lambda say: {"conditions": [say.married, say.frequent(100)]},
            lambda p, n: (p["marital_status"] == "Married") & (n >= 100),
        ),
        (
            lambda say: {"match": "ANY", "conditions": [say.married, say.frequent(100)]},
            lambda p, n: (p["marital_status"] == "Married") | (n >= 100),
        ),
        (
            lambda say: {
                "conditions": [
                    {"attribute": "income", "op": "is null"},
                    {"match": "ANY", "conditions": [say.frequent(200), say.married]},
                ]
            },
            lambda p, n: p["income"].isna() & ((n >= 200) | (p["marital_status"] == "Married")),
        ),
    ],
    ids=["none", "attribute", "all", "any", "nested"],
)
def test_filters_limit_the_profiles(
    say: Any, engine: Any, facts: Any, asked: Any, keep: Any
) -> None:
    asked = asked(say)
    number = facts.baskets.groupby("profile").size().reindex(facts.people.index, fill_value=0)
    inside = facts.people.index[keep(facts.people, number)]
    mine = facts.baskets[facts.baskets["profile"].isin(inside)]
    metric = say.analysis(**say.measured("SUM", "amount"))
    override = engine.metric(metric, Overrides(filter=asked))["result"]
    assert override == int(mine["cents"].sum()) / 100 > 0
    assert engine.metric({**metric, "filter": asked})["result"] == override
    # An override replaces the definition's filter, {} takes it away.
    nobody = {"conditions": [say.frequent(10_000)]}
    assert engine.metric({**metric, "filter": nobody})["result"] == 0
    assert (
        engine.metric({**metric, "filter": nobody}, Overrides(filter=asked))["result"] == override
    )
    count = engine.trend(say.analysis(**say.measured("COUNT")), Overrides(filter=asked))
    assert sum(say.values(count)) == len(mine)


def test_a_filters_condition_has_a_window_of_its_own(say: Any, engine: Any, facts: Any) -> None:
    window = say.between("2017-06-01", "2017-07-01")
    condition = {"aggregate": {"event": BASKET, "measure": COUNT, "dateFilter": window}}
    asked = {"conditions": [{**condition, "op": "=", "value": 0}]}
    in_june = say.within(facts.baskets, "2017-06-01", "2017-07-01")["profile"].unique()
    away = facts.baskets[~facts.baskets["profile"].isin(in_june)]
    answer = engine.metric(say.analysis(**say.measured("COUNT")), Overrides(filter=asked))
    assert answer["result"] == len(away) > 0


def test_a_filter_applies_to_funnels_sankeys_and_profiles(
    say: Any, engine: Any, definitions: Any, facts: Any
) -> None:
    asked = Overrides(filter={"conditions": [say.married]})
    people = facts.people
    married = people.index[people["marital_status"] == "Married"]
    starter = {(d.kind, d.name): d.analysis for d in definitions}
    funnel = engine.funnel(starter["funnel", "Campaign to coupon to basket"], asked)
    received = facts.receipts[facts.receipts["profile"].isin(married)]
    assert funnel["calculationResult"][0]["value"] == received["profile"].nunique()
    sankey = engine.sankey(starter["sankey", "After a campaign"], asked)
    first = sum(row["value"] for row in sankey["results"] if row["step"] == 1)
    last = facts.baskets.groupby("profile")["time"].max()
    followed = received[received["time"] <= received["profile"].map(last)]
    assert len(followed) <= first <= len(received)
    single = int(people.index[people["marital_status"] == "Unmarried"][0])
    baskets = starter["aggregate", "Baskets"]
    profiles = [engine.find_profile("id", str(i)) for i in (int(married[0]), single)]
    found = [engine.aggregate(baskets, profile, asked) for profile in profiles]
    own = facts.baskets["profile"].value_counts()
    assert found == [own[married[0]], 0]
