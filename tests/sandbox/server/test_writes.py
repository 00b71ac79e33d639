"""Creating, updating and deleting definitions of every kind, seen by all other operations."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from synerise_frames.sandbox.definition import KINDS
from synerise_frames.wire.operations import OPERATIONS

NOBODY = "00000000-0000-0000-0000-000000000000"
DIALECT = "synerise-frames-sandbox/1"
BASKETS = {"event": {"action": "transaction.charge"}, "measure": {"type": "COUNT"}}
REVENUE = {
    "event": {"action": "transaction.charge"},
    "measure": {"type": "SUM", "field": "amount"},
}
OF_ONE = {"identifierValue": "1"}
BY_ID = {"identifierType": "id"}


def body(api: Any, kind: str, title: str = "Mine", **more: Any) -> dict[str, Any]:
    """Give what creates a definition: the analysis of a starter one under another title."""
    content: dict[str, Any] = {"analysis": {**api.analysis(kind), "title": title, **more}}
    if kind in ("aggregate", "expression", "segmentation"):
        content["isVisibleForClientProfile"] = False
    return content


def create(api: Any, kind: str, content: dict[str, Any]) -> str:
    answer = api.send(f"{kind}s.create", content)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    # The reference prints a bare string, but an object for expressions.
    assert isinstance(made, dict) is (kind == "expression")
    return str(made["id"] if kind == "expression" else made)


def details(api: Any, kind: str, id_: str) -> Any:
    return api.send(f"{kind}s.get", **{f"{kind}Id": id_})


def calculate(api: Any, kind: str, id_: str) -> Any:
    if kind == "sankey":  # There is only a preview.
        found = details(api, kind, id_)
        if found.status_code != 200:
            return found
        return api.send("sankeys.preview", {"analysis": found.json()["analysis"]})
    if kind in ("aggregate", "expression"):
        return api.send(f"{kind}s.calculate", OF_ONE, **BY_ID, **{f"{kind}Id": id_})
    content = None if kind in ("report", "metric") else {"variables": []}
    return api.send(f"{kind}s.calculate", content, **{f"{kind}Id": id_})


@pytest.mark.parametrize("kind", KINDS)
def test_the_life_of_a_definition(writable: Any, user: Any, kind: str) -> None:
    content = body(writable, kind, description="Why not")
    id_ = create(writable, kind, content)
    assert UUID(id_).version == 4
    made = details(writable, kind, id_).json()
    assert made["analysis"] == content["analysis"]
    assert (made["name"], made["description"]) == ("Mine", "Why not")
    assert (made["author"], made["modifier"]) == (2, 2)
    assert (made["isPredefinedAnalytic"], made["directoryId"]) == (False, None)
    assert made["createdAt"] == made["updatedAt"]
    age = datetime.now(UTC) - datetime.fromisoformat(made["createdAt"])
    assert timedelta(0) <= age < timedelta(minutes=1)
    first = calculate(writable, kind, id_)
    assert first.status_code == 200, first.text
    # The same analysis under another name gives the same numbers.
    assert len(first.content) == pytest.approx(
        len(calculate(writable, kind, writable.first(kind)).content), abs=200
    )

    answer = user.send(f"{kind}s.update", body(writable, kind, "Renamed"), **{f"{kind}Id": id_})
    assert answer.status_code == 200, answer.text
    changed = details(writable, kind, id_).json()
    assert answer.content == b"" or answer.json() == changed
    assert (answer.content == b"") is (kind != "metric")
    assert (changed["name"], changed["description"]) == ("Renamed", "Why not")
    assert (changed["author"], changed["modifier"]) == (2, 3)
    assert changed["createdAt"] == made["createdAt"]
    assert changed["updatedAt"] > made["updatedAt"]
    if kind == "expression":
        assert changed["analyticVersion"] != made["analyticVersion"]
    if kind != "trend":  # Of which there is no list.
        rows = writable.send(f"{kind}s.list", query={"search": "renamed"}).json()["data"]
        assert [(row["id"], row["name"]) for row in rows] == [(id_, "Renamed")]

    answer = writable.send(f"{kind}s.delete", **{f"{kind}Id": id_})
    assert (answer.status_code, answer.content) == (200, b"")
    assert details(writable, kind, id_).status_code == 404
    assert calculate(writable, kind, id_).status_code == 404
    for verb, content_ in (("delete", None), ("update", body(writable, kind))):
        answer = writable.send(f"{kind}s.{verb}", content_, **{f"{kind}Id": id_})
        assert answer.status_code == 404
    if kind != "trend":
        assert writable.send(f"{kind}s.list", query={"ids": id_}).json()["data"] == []


def test_a_new_analysis_is_the_one_that_is_calculated(writable: Any) -> None:
    analysis = {"dialect": DIALECT, "title": "Numbers", **BASKETS}
    id_ = create(writable, "metric", {"analysis": analysis})
    assert calculate(writable, "metric", id_).json()["result"] == 155_848
    writable.send("metrics.update", {"analysis": {**analysis, **REVENUE}}, metricId=id_)
    assert calculate(writable, "metric", id_).json()["result"] == pytest.approx(4_593_212, abs=1e5)
    writable.send("metrics.delete", metricId=id_)


def test_starter_definitions_can_be_changed_and_deleted(writable: Any) -> None:
    id_ = writable.sandbox.definitions["funnel"][-1]
    old = details(writable, "funnel", id_).json()
    analysis = {**old["analysis"], "title": "Changed"}
    assert writable.send("funnels.update", {"analysis": analysis}, funnelId=id_).ok
    new = details(writable, "funnel", id_).json()
    assert (new["name"], new["author"], new["modifier"]) == ("Changed", 1, 2)
    # Its description stands beside the analysis, so sending the analysis back keeps it.
    assert new["description"] == old["description"]
    assert writable.send("funnels.delete", funnelId=id_).ok
    assert details(writable, "funnel", id_).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verb", ["create", "update"])
def test_bad_analyses_are_refused_as_previews_refuse_them(
    writable: Any, kind: str, verb: str
) -> None:
    good = writable.analysis(kind)
    path = {f"{kind}Id": writable.first(kind)} if verb == "update" else {}
    field = kind if kind in ("aggregate", "expression") else "analysis"
    before = details(writable, kind, writable.first(kind)).json()
    for bad in (
        {},
        {**good, "nonsense": 1},
        {**good, "dialect": "other"},
        {key: value for key, value in good.items() if key != "title"},
        {**good, "title": ""},
        {**good, "description": 7},
        {**good, "dateFilter": {"type": "SOMETIMES"}},
        {**good, "filter": {"conditions": [{"attribute": "shoe_size", "op": "is null"}]}},
    ):
        content = {**body(writable, kind), "analysis": bad}
        answer = writable.send(f"{kind}s.{verb}", content, **path)
        assert answer.status_code == 400, bad
        preview = {field: bad} | (OF_ONE if field == kind else {})
        by = BY_ID if field == kind else {}
        shown = writable.send(f"{kind}s.preview", preview, **by)
        assert answer.json()["errors"] == shown.json()["errors"]
    assert details(writable, kind, writable.first(kind)).json() == before


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("aggregate", "isVisibleForClientProfile", None),
        ("aggregate", "isVisibleForClientProfile", 1),
        ("aggregate", "previewDefaultObjectId", "1"),
        ("aggregate", "previewDefaultObjectId", True),
        ("aggregate", "previewDefaultObjectId", 2**63),
        ("expression", "isVisibleForClientProfile", "true"),
        ("segmentation", "isVisibleForClientProfile", None),
        ("report", "allowNull", "no"),
        ("trend", "analysis", None),
        ("funnel", "analysis", None),
        ("metric", "analysis", []),
    ],
)
def test_bad_fields_beside_the_analysis(writable: Any, kind: str, field: str, value: Any) -> None:
    answer = writable.send(f"{kind}s.create", {**body(writable, kind), field: value})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_fields_beside_the_analysis_are_kept(writable: Any) -> None:
    content = {**body(writable, "aggregate"), "previewDefaultObjectId": 7}
    content["isVisibleForClientProfile"] = True
    id_ = create(writable, "aggregate", content)
    made = details(writable, "aggregate", id_).json()
    assert (made["isVisibleForClientProfile"], made["previewDefaultObjectId"]) == (True, 7)
    card = writable.send("aggregates.card", OF_ONE, **BY_ID).json()
    assert id_ in {row["aggregateId"] for row in card}
    hidden = {"analysis": content["analysis"], "isVisibleForClientProfile": False}
    assert writable.send("aggregates.update", hidden, aggregateId=id_).ok
    made = details(writable, "aggregate", id_).json()
    assert (made["isVisibleForClientProfile"], made["previewDefaultObjectId"]) == (False, 7)
    writable.send("aggregates.delete", aggregateId=id_)


@pytest.mark.parametrize("allow_null", [True, False])
def test_reports_keep_whether_they_allow_missing_groups(writable: Any, allow_null: bool) -> None:
    analysis = {
        "dialect": DIALECT,
        "title": "By income",
        "event": {"action": "transaction.charge"},
        "groupBy": ["income"],
        "metrics": [{"title": "Baskets", "measure": {"type": "COUNT"}}],
    }
    id_ = create(writable, "report", {"analysis": analysis, "allowNull": allow_null})
    assert details(writable, "report", id_).json()["allowNull"] is allow_null
    groups = [row["income"] for row in calculate(writable, "report", id_).json()["data"]]
    assert (None in groups) is allow_null
    writable.send("reports.delete", reportId=id_)


def test_a_dynamic_key_needs_no_value_until_it_is_calculated(writable: Any) -> None:
    event = {
        "action": "product.buy",
        "where": [
            {"field": "department", "op": "=", "value": {"variable": "department"}},
            {"field": "quantity", "op": "between", "value": [{"variable": "least"}, 9]},
        ],
    }
    analysis = {"dialect": DIALECT, "title": "Open", "event": event, "measure": {"type": "COUNT"}}
    id_ = create(writable, "metric", {"analysis": analysis})
    assert details(writable, "metric", id_).json()["isDynamicAnalytic"] is True
    assert calculate(writable, "metric", id_).status_code == 400
    given = [{"name": "department", "value": "MEAT"}, {"name": "least", "value": "1"}]
    answer = writable.send("metrics.calculate_dynamic", {"variables": given}, metricId=id_)
    assert answer.json()["result"] > 0
    # What else is wrong with the condition is found all the same.
    event["where"][0]["field"] = "departement"
    assert writable.send("metrics.create", {"analysis": analysis}).status_code == 400
    event["where"] = [{"field": "department", "op": "=", "value": {"variable": 7}}]
    assert writable.send("metrics.create", {"analysis": analysis}).status_code == 400
    writable.send("metrics.delete", metricId=id_)


def test_a_card_goes_on_without_what_cannot_be_calculated(writable: Any) -> None:
    analysis = {"dialect": DIALECT, "title": "Basis", **BASKETS}
    visible = {"isVisibleForClientProfile": True}
    basis = create(writable, "aggregate", {"analysis": analysis, **visible})
    formula = {"op": "+", "args": [{"aggregate": basis}, {"constant": 1}]}
    analysis = {"dialect": DIALECT, "title": "One more", "formula": formula}
    id_ = create(writable, "expression", {"analysis": analysis, **visible})
    value = calculate(writable, "expression", id_).json()["result"]
    assert value == calculate(writable, "aggregate", basis).json()["result"] + 1
    writable.send("aggregates.delete", aggregateId=basis)
    assert calculate(writable, "expression", id_).status_code == 400
    card = writable.send("expressions.card", OF_ONE, **BY_ID)
    results = {row["expressionId"]: row["result"] for row in card.json()}
    assert results[id_] is None
    assert any(result is not None for result in results.values())
    assert writable.send("expressions.create", {"analysis": analysis, **visible}).status_code == 400
    writable.send("expressions.delete", expressionId=id_)


@pytest.mark.parametrize(
    "content",
    [
        b'{"analysis": {"title": "\\ud800"}}',
        b'{"analysis": {"title": "\xed\xa0\x80"}}',
        '{"analysis": {"title": "\\ud800"}}'.encode("utf-16"),
        b'{"analysis": 1e999}',
    ],
)
def test_what_no_answer_could_repeat_is_refused(writable: Any, content: bytes) -> None:
    headers = {"Authorization": f"Bearer {writable.token}", "Content-Type": "application/json"}
    url = writable.url + "/analytics/profiles/trends"
    answer = writable.session.post(url, data=content, headers=headers, timeout=180)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["message"]


def all_lists(**ids: list[str]) -> dict[str, list[str]]:
    return {field: ids.get(field, []) for field in OPERATIONS["management.delete_many"].body}


def test_users_delete_many_at_once_or_none(writable: Any, user: Any) -> None:
    ids = {kind: create(writable, kind, body(writable, kind)) for kind in KINDS}
    content = all_lists(**{f"{kind}Ids": [id_] for kind, id_ in ids.items()})
    refused = writable.send("management.delete_many", content)
    assert refused.status_code == 403
    assert "user" in refused.json()["message"]
    answer = user.send("management.delete_many", {**content, "trendIds": [ids["trend"], NOBODY]})
    assert answer.status_code == 404
    assert NOBODY in answer.json()["message"]
    assert all(details(writable, kind, id_).ok for kind, id_ in ids.items())
    answer = user.send("management.delete_many", content)
    assert (answer.status_code, answer.content) == (200, b"")
    assert not any(details(writable, kind, id_).ok for kind, id_ in ids.items())
    assert user.send("management.delete_many", all_lists()).status_code == 200


@pytest.mark.parametrize("field", OPERATIONS["management.delete_many"].body)
def test_every_list_of_ids_is_required(user: Any, field: str) -> None:
    for wrong in (None, "x", [1]):
        answer = user.send("management.delete_many", {**all_lists(), field: wrong})
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_writes_of_many_at_once_all_count(writable: Any) -> None:
    content = body(writable, "sankey", "Crowd")
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: create(writable, "sankey", content), range(24)))
        rows = writable.send("sankeys.list", query={"search": "Crowd"}).json()["data"]
        assert {row["id"] for row in rows} == set(ids)
        deleted = pool.map(
            lambda id_: writable.send("sankeys.delete", sankeyId=id_).status_code, [*ids, *ids]
        )
        # Each is deleted once, whoever comes first.
        assert sorted(deleted) == [200] * 24 + [404] * 24
