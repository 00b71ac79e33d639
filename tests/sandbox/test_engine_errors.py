"""What is wrong with a definition is said: where, what, and what was probably meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from synerise_frames.sandbox.engine import DialectError, Overrides

DIALECT = "synerise-frames-sandbox/1"
BASKET = {"action": "transaction.charge"}
LINE = {"action": "product.buy"}
COUNT = {"type": "COUNT"}
AMOUNT = {"type": "SUM", "field": "amount"}
TREND = {"dialect": DIALECT, "title": "Test", "event": BASKET, "measure": COUNT}


def trend(**changes: Any) -> dict[str, Any]:
    return {**TREND, **changes}


def where(**condition: Any) -> dict[str, Any]:
    return trend(event={**BASKET, "where": [condition]})


@pytest.mark.parametrize(
    ("analysis", "field", "says"),
    [
        ([], "analysis", "object"),
        ({"title": "x"}, "analysis.dialect", DIALECT),
        (trend(dialect="vendor"), "analysis.dialect", DIALECT),
        ({"dialect": DIALECT}, "analysis.title", "required"),
        (trend(title=""), "analysis.title", "text"),
        (trend(evnt=BASKET), "analysis.evnt", "'event'"),
        (trend(event=None), "analysis.event", "required"),
        (trend(event="transaction.charge"), "analysis.event", "object"),
        (trend(event={"action": "transaction.chrge"}), "analysis.event.action", "'transaction.c"),
        (trend(event={**BASKET, "where": {}}), "analysis.event.where", "list"),
        (where(op="=", value=1), "analysis.event.where[0].field", "required"),
        (where(field="amonut", op="=", value=1), "analysis.event.where[0].field", "'amount'"),
        (where(field="department", op="=", value=1), "analysis.event.where[0].field", "Known"),
        (where(field="amount", op="==", value=1), "analysis.event.where[0].op", "'='"),
        (where(field="amount", op="like", value=1), "analysis.event.where[0].op", "Known"),
        (where(field="amount", op="="), "analysis.event.where[0].value", "required"),
        (where(field="amount", op="=", value="5"), "analysis.event.where[0].value", "number"),
        (where(field="amount", op="=", value=None), "analysis.event.where[0].value", "number"),
        (where(field="amount", op="=", value=True), "analysis.event.where[0].value", "number"),
        (where(field="amount", op="=", value=[1]), "analysis.event.where[0].value", "number"),
        (where(field="amount", op="<", value=1e300), "analysis.event.where[0].value", "could"),
        (where(field="amount", op="in", value=[]), "analysis.event.where[0].value", "1 items"),
        (where(field="amount", op="in", value=["a"]), "analysis.event.where[0].value[0]", "number"),
        (where(field="amount", op="between", value=[1]), "analysis.event.where[0].value", "lowest"),
        (where(field="amount", op="is null", value=1), "analysis.event.where[0].value", "no value"),
        (where(field="time", op=">", value="2017"), "analysis.event.where[0].value", "dateFilter"),
        (
            where(field="items", op="=", value={"variable": "n", "defualt": 1}),
            "analysis.event.where[0].value.defualt",
            "'default'",
        ),
        (trend(measure={"type": "CUONT"}), "analysis.measure.type", "'COUNT'"),
        (trend(measure={"type": "SUM"}), "analysis.measure.field", "text"),
        (trend(measure={"type": "SUM", "field": "time"}), "analysis.measure.field", "numbers"),
        (trend(measure={"type": "MIN", "field": "time"}), "analysis.measure.field", "one profile"),
        (trend(measure={**COUNT, "field": "items"}), "analysis.measure.field", "no field"),
        (trend(measure={**AMOUNT, "size": 3}), "analysis.measure.size", "none"),
        (trend(measure={"type": "LAST", "field": "items"}), "analysis.measure.type", "one profile"),
        (trend(groupBy="incme"), "analysis.groupBy", "'income'"),
        (trend(groupBy=["income"]), "analysis.groupBy", "text"),
        (
            trend(aggregateDataBy={"type": "DAY", "value": 1}),
            "analysis.aggregateDataBy.type",
            "DAYS",
        ),
        (
            trend(aggregateDataBy={"type": "SECONDS", "value": 1}),
            "aggregateDataBy",
            "longer interval",
        ),
        (trend(dateFilter={"type": "RELATIV"}), "analysis.dateFilter.type", "'RELATIVE'"),
        (trend(filter=[]), "analysis.filter", "object"),
        (trend(filter={"conditions": []}), "analysis.filter.conditions", "1 items"),
        (trend(filter={"match": "SOME", "conditions": [{}]}), "analysis.filter.match", "Known"),
        (
            trend(filter={"conditions": [{"atribute": "age"}]}),
            "analysis.filter.conditions[0].atribute",
            "'attribute'",
        ),
        (
            trend(filter={"conditions": [{"attribute": "agee", "op": "=", "value": "65+"}]}),
            "analysis.filter.conditions[0].attribute",
            "'age'",
        ),
        (
            trend(filter={"conditions": [{"attribute": "kids_count", "op": "=", "value": 0}]}),
            "analysis.filter.conditions[0].value",
            "text",
        ),
        (
            trend(filter={"conditions": [{"aggregate": {"event": BASKET}, "op": "=", "value": 0}]}),
            "analysis.filter.conditions[0].aggregate.measure",
            "required",
        ),
    ],
)
def test_wrong_trends(engine: Any, analysis: Any, field: str, says: str) -> None:
    check(lambda: engine.trend(analysis), field, says)


def check(call: Any, field: str, says: str) -> None:
    with pytest.raises(DialectError) as caught:
        call()
    assert caught.value.field == field
    assert says in caught.value.message
    # An answer shows it.
    assert json.loads(json.dumps(caught.value.rejected)) == caught.value.rejected


def deep(levels: int) -> dict[str, Any]:
    part: dict[str, Any] = {"attribute": "age", "op": "=", "value": "65+"}
    for _ in range(levels):
        part = {"conditions": [part]}
    return part


def nested(levels: int) -> dict[str, Any]:
    part: dict[str, Any] = {"constant": 1}
    for _ in range(levels):
        part = {"op": "+", "args": [part, {"constant": 1}]}
    return part


INPUT = {"event": BASKET, "measure": COUNT}
OTHER: list[tuple[str, dict[str, Any], str, str]] = [
    ("trend", {"event": BASKET, "measure": COUNT, "filter": deep(9)}, "", "levels deep"),
    ("histogram", {"metrics": []}, "analysis.metrics", "1 items"),
    ("histogram", {"metrics": [INPUT]}, "analysis.metrics[0].title", "required"),
    (
        "histogram",
        {"metrics": [{"title": "a", **INPUT}, {"title": "a", **INPUT}]},
        "analysis.metrics[1].title",
        "Two metrics",
    ),
    ("metric", {}, "analysis.event", "required"),
    ("metric", {**INPUT, "formula": {"constant": 1}}, "analysis.event", "inputs"),
    ("metric", {"formula": {"op": "+", "args": [INPUT]}}, "analysis.formula.args", "2 items"),
    ("metric", {"formula": {"op": "/", "args": [INPUT] * 3}}, "analysis.formula.args", "two"),
    ("metric", {"formula": {"op": ">", "args": [INPUT] * 2}}, "analysis.formula", "number"),
    ("metric", {"formula": {"op": "^", "args": [INPUT] * 2}}, "analysis.formula.op", "Known"),
    (
        "metric",
        {"formula": {"op": "+", "args": [INPUT, {"constant": "a"}]}},
        "analysis.formula.args[1]",
        "numbers",
    ),
    ("metric", {"formula": {"constant": float("nan")}}, "analysis.formula.constant", "large"),
    ("metric", {"formula": {"constant": True}}, "analysis.formula.constant", "number"),
    ("metric", {"formula": nested(20)}, "", "levels deep"),
    (
        "report",
        {
            "event": LINE,
            "groupBy": ["brand", "brand"],
            "metrics": [{"title": "n", "measure": COUNT}],
        },
        "analysis.groupBy[1]",
        "twice",
    ),
    (
        "report",
        {"event": LINE, "groupBy": ["brand"], "metrics": [{"title": "brand", "measure": COUNT}]},
        "analysis.metrics[0].title",
        "Another column",
    ),
    (
        "report",
        {
            "event": LINE,
            "groupBy": [],
            "metrics": [{"title": "n", "measure": COUNT}],
            "limit": 0,
        },
        "analysis.limit",
        "between 1",
    ),
    ("funnel", {"steps": []}, "analysis.steps", "1 items"),
    ("funnel", {"steps": [{"title": "a", "event": BASKET}] * 11}, "analysis.steps", "10 items"),
    (
        "funnel",
        {"steps": [{"title": "a", "event": BASKET}], "groupBy": "store_id"},
        "analysis.groupBy",
        "attribute",
    ),
    ("sankey", {"start": BASKET, "steps": 11}, "analysis.steps", "between 1 and 10"),
    ("sankey", {"start": BASKET, "steps": "3"}, "analysis.steps", "whole number"),
    (
        "sankey",
        {"start": BASKET, "steps": 1, "exclude": ["product.by"]},
        "analysis.exclude[0]",
        "'product.buy'",
    ),
    (
        "sankey",
        {
            "start": BASKET,
            "steps": 1,
            "exclude": ["product.buy", "transaction.charge", "campaign.receive", "coupon.redeem"],
        },
        "analysis.exclude",
        "Must leave",
    ),
    (
        "segmentation",
        {"segments": [{"title": "a", "filter": {}}] * 2},
        "analysis.segments[1].title",
        "Two segments",
    ),
    ("segmentation", {"segments": [{"title": "a"}]}, "analysis.segments[0].filter", "object"),
    (
        "segmentation",
        {"segments": [{"title": "a", "filter": {}}], "overlap": "no"},
        "analysis.overlap",
        "true or false",
    ),
]


@pytest.mark.parametrize(("kind", "own", "field", "says"), OTHER)
def test_wrong_definitions_of_other_kinds(
    engine: Any, kind: str, own: dict[str, Any], field: str, says: str
) -> None:
    analysis = {"dialect": DIALECT, "title": "Test", **own}
    with pytest.raises(DialectError) as caught:
        getattr(engine, kind)(analysis)
    assert says in caught.value.message
    assert caught.value.field == field or not field


@pytest.mark.parametrize(
    ("kind", "own", "field", "says"),
    [
        (
            "aggregate",
            {"event": BASKET, "measure": {"type": "TOP"}},
            "analysis.measure.field",
            "text",
        ),
        (
            "aggregate",
            {"event": BASKET, "measure": {"type": "LAST_MULTI", "field": "items"}},
            "analysis.measure.size",
            "whole number",
        ),
        (
            "aggregate",
            {"event": BASKET, "measure": {"type": "LAST", "field": "items", "by": AMOUNT}},
            "analysis.measure.by",
            "none",
        ),
        ("expression", {"formula": {}}, "analysis.formula.aggregate", "required"),
        (
            "expression",
            {"formula": {"aggregate": "no-such-id"}},
            "analysis.formula.aggregate",
            "no aggregate",
        ),
        (
            "expression",
            {"formula": {"attribute": "incom"}},
            "analysis.formula.attribute",
            "'income'",
        ),
        (
            "expression",
            {"formula": {"op": "+", "args": [{"attribute": "age"}, {"constant": 1}]}},
            "analysis.formula.args[0]",
            "numbers",
        ),
        (
            "expression",
            {"formula": {"op": "=", "args": [{"attribute": "age"}, {"constant": 1}]}},
            "analysis.formula.args[1]",
            "two texts",
        ),
    ],
)
def test_wrong_values_of_a_profile(
    engine: Any, kind: str, own: dict[str, Any], field: str, says: str
) -> None:
    profile = engine.find_profile("id", "1")
    analysis = {"dialect": DIALECT, "title": "Test", **own}
    check(lambda: getattr(engine, kind)(analysis, profile), field, says)


def test_a_list_is_no_input_of_an_expression(engine: Any, definitions: Any) -> None:
    stores = next(d for d in definitions.of("aggregate") if d.name == "Last five stores")
    analysis = {"dialect": DIALECT, "title": "Test", "formula": {"aggregate": stores.id}}
    profile = engine.find_profile("id", "1")
    check(lambda: engine.expression(analysis, profile), "analysis.formula.aggregate", "list")


@pytest.mark.parametrize(
    "name",
    ["amount); drop table profiles; --", "e.amount", "1) or (1=1", "rowid", "profile_id", "*"],
)
def test_no_sql_comes_in_by_a_name(engine: Any, store: Any, name: str) -> None:
    asked = [
        trend(measure={"type": "SUM", "field": name}),
        trend(groupBy=name),
        where(field=name, op="=", value=1),
        where(field="amount", op=name, value=1),
        trend(event={"action": name}),
        trend(filter={"conditions": [{"attribute": name, "op": "=", "value": "x"}]}),
    ]
    for analysis in asked:
        with pytest.raises(DialectError):
            engine.trend(analysis)
    # A title goes into the answer only.
    assert engine.trend(trend(title=name))["name"] == name
    assert store.query("select count(*) from profiles") == [(2469,)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({"dateFilters": {}}, "dateFilters"),
        ({"dateFilter": []}, "dateFilter"),
        ({"aggregateDataBy": "1D"}, "aggregateDataBy"),
        ({"filter": 5}, "filter"),
        ({"variables": {}}, "variables"),
        ({"variables": [{"name": "x"}]}, "variables[0]"),
        ({"variables": [{"name": "x", "value": 1}, {"name": 5, "value": 1}]}, "variables[1]"),
        ({"variables": [{"name": "x", "value": 1}] * 2}, "variables[1].name"),
    ],
)
def test_wrong_bodies(body: Any, field: str) -> None:
    check(lambda: Overrides.from_body(body), field, "")


def test_bodies() -> None:
    assert Overrides.from_body({}) == Overrides()
    empty = {"dateFilter": {}, "aggregateDataBy": {}, "filter": {}, "variables": []}
    assert Overrides.from_body(empty) == Overrides({}, {}, {}, ())
    assert Overrides.from_body({"dateFilter": None, "variables": None}) == Overrides()
    variables = [{"name": "department", "value": "MEAT"}]
    assert Overrides.from_body({"variables": variables}).variables == tuple(variables)


def test_wrong_overrides_name_their_own_field(engine: Any) -> None:
    for overrides, field in (
        (Overrides(date_filter={"type": "NOW"}), "dateFilter.type"),
        (Overrides(aggregate_data_by={"type": "NOW"}), "aggregateDataBy.type"),
        (Overrides(filter={"match": "ALL"}), "filter.conditions"),
        (Overrides(variables=({"name": "x", "value": 1},)), "variables[0].name"),
    ):
        with pytest.raises(DialectError) as caught:
            engine.trend(TREND, overrides)
        assert caught.value.field == field
