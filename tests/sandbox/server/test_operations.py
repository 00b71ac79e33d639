"""Every served operation answers with status 200 and the top level that the reference prints."""

from __future__ import annotations

from typing import Any

import pytest

from synerise_frames.sandbox.definition import KINDS

ID = {"identifierValue": "1"}
BY = {"identifierType": "id"}

ENVELOPE = {
    "analysis",
    "id",
    "businessProfileId",
    "name",
    "description",
    "author",
    "modifier",
    "updatedAt",
    "createdAt",
    "isPredefinedAnalytic",
    "isDynamicAnalytic",
    "isDeleted",
    "namespace",
    "directoryId",
}
MORE = {
    "aggregate": {
        "oldId",
        "isVisibleForClientProfile",
        "aggregateType",
        "previewDefaultObjectId",
    },
    "expression": {"analyticVersion"},
    "report": {"allowNull"},
}
RESULTS = {
    "trend": {"name", "metadata", "items", "legends"},
    "histogram": {"metadata", "items", "legends"},
    "funnel": {"calculationResult", "metadata", "timeBetweenSteps"},
    "report": {"data"},
    "metric": {"result", "metricData"},
    "sankey": {"results"},
    "segmentation": {"calculationResults", "totalContacts", "excludedContacts", "metadata"},
}
OVERRIDDEN = {
    "trends.calculate",
    "histograms.calculate",
    "funnels.calculate",
    "reports.calculate_override",
    "metrics.calculate_override",
    "metrics.calculate_dynamic",
    "segmentations.calculate",
}
CHARSET = {"funnels.calculate", "sankeys.preview", "metrics.histogram_metrics"}


@pytest.mark.parametrize("kind", KINDS)
def test_details(api: Any, kind: str) -> None:
    for definition_id in api.sandbox.definitions[kind]:
        answer = api.send(f"{kind}s.get", **{f"{kind}Id": definition_id})
        assert answer.status_code == 200
        assert set(answer.json()) == ENVELOPE | MORE.get(kind, set())
        assert answer.json()["id"] == definition_id


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "trend"])
def test_list(api: Any, kind: str) -> None:
    answer = api.send(f"{kind}s.list")
    assert answer.status_code == 200
    assert set(answer.json()) == {"data", "meta"}
    assert {row["id"] for row in answer.json()["data"]} == set(api.sandbox.definitions[kind])
    assert all("analysis" not in row for row in answer.json()["data"])


@pytest.mark.parametrize(
    "key", sorted(OVERRIDDEN | {"reports.calculate", "metrics.calculate"}), ids=str
)
def test_calculation_of_a_saved_definition(api: Any, key: str) -> None:
    kind = key.split(".", maxsplit=1)[0].removesuffix("s")
    body = {"variables": []} if key in OVERRIDDEN else None
    answer = api.send(key, body, **{f"{kind}Id": api.first(kind)})
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == RESULTS[kind]


@pytest.mark.parametrize("kind", sorted(RESULTS))
def test_preview(api: Any, kind: str) -> None:
    answer = api.send(f"{kind}s.preview", {"analysis": api.analysis(kind)})
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == RESULTS[kind]


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        (
            "aggregate",
            {
                "aggregateId",
                "aggregateuuid",
                "clientId",
                "title",
                "result",
                "variables",
                "dateFilter",
                "analyticVersion",
            },
        ),
        ("expression", {"expressionId", "clientId", "title", "result", "variables"}),
    ],
)
def test_preview_for_a_profile(api: Any, kind: str, printed: set[str]) -> None:
    saved = api.send(f"{kind}s.calculate", ID, **BY, **{f"{kind}Id": api.first(kind)}).json()
    answer = api.send(f"{kind}s.preview", {kind: api.analysis(kind), **ID}, **BY)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == printed
    assert (answer.json()["clientId"], answer.json()["result"]) == (1, saved["result"])


@pytest.mark.parametrize("kind", ["aggregate", "expression"])
def test_value_of_a_profile(api: Any, kind: str) -> None:
    answers = [
        api.send(
            f"{kind}s.calculate",
            {"identifierValue": value},
            identifierType=by,
            **{f"{kind}Id": api.first(kind)},
        )
        for by, value in (
            ("id", "1"),
            ("email", "household-1@example.com"),
            ("custom_identify", "H1"),
        )
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert set(answers[0].json()) == {"clientId", f"{kind}Id", "name", "result"}
    assert answers[0].json()["clientId"] == 1
    # However the profile is named, it is the same one.
    assert answers[1].json() == answers[2].json() == answers[0].json()


@pytest.mark.parametrize("kind", ["aggregate", "expression"])
def test_card_holds_what_a_calculation_gives(api: Any, kind: str) -> None:
    answer = api.send(f"{kind}s.card", ID, **BY)
    assert answer.status_code == 200
    assert answer.json()
    for row in answer.json():
        single = api.send(f"{kind}s.calculate", ID, **BY, **{f"{kind}Id": row[f"{kind}Id"]}).json()
        assert row == {key: single[key] for key in (f"{kind}Id", "name", "result")}


def test_only_visible_aggregates_are_on_the_card(api: Any) -> None:
    visible = {
        row["id"]
        for row in api.send("aggregates.list").json()["data"]
        if row["isVisibleForClientProfile"]
    }
    assert {row["aggregateId"] for row in api.send("aggregates.card", ID, **BY).json()} == visible


def test_aggregate_history(api: Any) -> None:
    body = {
        "variables": [],
        "dateFilter": {
            "type": "ABSOLUTE",
            "from": "2017-03-01T00:00:00-05:00",
            "to": "2017-03-03T23:59:59-05:00",
        },
        "aggregateDataBy": {"type": "DAYS", "value": 1},
    }
    aggregate = next(
        row["id"] for row in api.send("aggregates.list").json()["data"] if row["name"] == "Baskets"
    )
    answer = api.send("aggregates.history", body, aggregateId=aggregate, clientId="1")
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"items", "metadata"}
    assert len(answer.json()["items"]) == 3


def test_segment_profiles(api: Any) -> None:
    analysis = api.analysis("segmentation")
    sizes = api.send("segmentations.preview", {"analysis": analysis}).json()["calculationResults"]
    answer = api.send("segmentations.profiles", {"analysis": analysis, "allowNull": False})
    assert answer.status_code == 200
    assert [len(segment) for segment in answer.json()] == [one["value"] for one in sizes]


def test_membership_and_first_match_agree(api: Any) -> None:
    ids = api.sandbox.definitions["segmentation"][:9]
    unknown = "00000000-0000-0000-0000-000000000000"
    answer = api.send("segmentations.check", {**ID, "segmentationIds": [unknown, *ids]}, **BY)
    assert answer.status_code == 200
    # What the workspace does not know is left out, which is neither yes nor no.
    assert [row["segmentationId"] for row in answer.json()] == ids
    inside = {row["segmentationId"]: row["result"] for row in answer.json()}
    assert set(map(type, inside.values())) == {bool}
    candidates = [
        {"id": "unknown", "segmentationIds": [unknown]},
        {"id": "none", "segmentationIds": [one for one in ids if not inside[one]]},
        {"id": "all", "segmentationIds": ids},
    ]
    first = api.send("segmentations.first_match", {**ID, "segmentations": candidates}, **BY)
    assert first.json() == "all"
    nothing = api.send("segmentations.first_match", {**ID, "segmentations": candidates[:2]}, **BY)
    assert (nothing.status_code, nothing.text) == (200, "null")


def test_segmentations_on_the_card(api: Any) -> None:
    answer = api.send("segmentations.card", ID, **BY)
    assert answer.status_code == 200
    for row in answer.json():
        assert set(row) == {"segmentationId", "name", "result"}


def test_report_as_csv(api: Any) -> None:
    analysis = api.analysis("report")
    answer = api.send("reports.preview_csv", {"analysis": analysis})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = api.send("reports.preview", {"analysis": analysis}).json()["data"]
    assert len(answer.text.splitlines()) == len(rows) + 1


def test_metrics_for_other_uses(api: Any) -> None:
    rows = api.send("metrics.histogram_metrics").json()
    assert {row["id"] for row in rows} == set(api.sandbox.definitions["metric"])
    assert {"id", "name"} == set(rows[0])
    assert api.send("metrics.recommendation_metrics").json() == rows
    ids = api.send("metrics.recommendation_metric_ids").json()
    assert ids == [row["id"] for row in rows]


def test_content_types_are_those_printed(api: Any) -> None:
    seen = {
        "funnels.calculate": api.send(
            "funnels.calculate", {"variables": []}, funnelId=api.first("funnel")
        ),
        "funnels.get": api.send("funnels.get", funnelId=api.first("funnel")),
        "sankeys.preview": api.send("sankeys.preview", {"analysis": api.analysis("sankey")}),
        "metrics.histogram_metrics": api.send("metrics.histogram_metrics"),
        "metrics.list": api.send("metrics.list"),
    }
    for key, answer in seen.items():
        charset = ";charset=UTF-8" if key in CHARSET else ""
        assert answer.headers["Content-Type"] == f"application/json{charset}", key


def test_json_is_compact_and_not_escaped(api: Any) -> None:
    answer = api.send("metrics.list")
    assert b'": ' not in answer.content
    assert b"\\u" not in answer.content


def test_health_needs_no_token(anonymous: Any, sandbox: Any) -> None:
    answer = anonymous.session.get(f"{anonymous.url}/sandbox/health", timeout=180)
    health = answer.json()
    assert (health["status"], health["timezone"]) == ("ok", "America/New_York")
    assert health["now"] == "2018-01-01T00:00:00-05:00"
    assert health["workspace"] == {"guid": sandbox.workspace_guid, "name": sandbox.workspace_name}
    assert list(health["definitions"]) == list(KINDS)
    assert all(health["definitions"].values())
