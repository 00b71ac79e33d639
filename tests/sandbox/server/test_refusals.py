"""What the server refuses, and how it says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from synerise_frames.wire.operations import OPERATIONS

NOBODY = "00000000-0000-0000-0000-000000000000"
BY = {"identifierType": "id"}


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert set(body) == {"timestamp", "status", "error", "message", "path", "errors"}
    for error in body["errors"]:
        assert set(error) == {"code", "field", "message", "rejectedValue"}
        assert error["message"]
    return [error["field"] for error in body["errors"]]


def test_form_of_an_error(api: Any) -> None:
    answer = api.send("trends.get", trendId=NOBODY)
    body = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
    assert set(body) == {"timestamp", "status", "error", "message", "path"}
    assert (body["status"], body["error"]) == (404, "Not Found")
    assert body["path"] == f"/analytics/profiles/trends/{NOBODY}"
    assert NOBODY in body["message"]
    age = datetime.now(UTC) - datetime.fromisoformat(body["timestamp"])
    assert abs(age) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "key",
    [
        key
        for key, op in OPERATIONS.items()
        if op.effect in ("read", "calculate")
        and any(name.endswith("Id") for name in op.path_parameters)
    ],
)
def test_unknown_definition(api: Any, key: str) -> None:
    op = OPERATIONS[key]
    body: dict[str, Any] = {
        "variables": [],
        "dateFilter": {},
        "aggregateDataBy": {"type": "DAYS", "value": 1},
        "identifierValue": "1",
    }
    body = {name: value for name, value in body.items() if name in op.body}
    path = {name: NOBODY for name in op.path_parameters if name != "namespace"} | BY
    answer = api.send(key, body, **path)
    assert answer.status_code == 404
    assert NOBODY in answer.json()["message"]


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("id", "0"),
        ("id", "abc"),
        ("id", "1.0"),
        ("id", "9" * 40),
        ("uuid", "1"),
        ("email", "nobody@example.com"),
        ("custom_identify", "1"),
        ("id", ""),
    ],
)
def test_unknown_profile(api: Any, by: str, value: str) -> None:
    answer = api.send(
        "aggregates.calculate",
        {"identifierValue": value},
        aggregateId=api.first("aggregate"),
        identifierType=by,
    )
    assert answer.status_code == 404
    assert "Profile" in answer.json()["message"]


def test_unknown_profile_of_a_history(api: Any) -> None:
    body = {"variables": [], "dateFilter": {}, "aggregateDataBy": {"type": "DAYS", "value": 1}}
    answer = api.send(
        "aggregates.history", body, aggregateId=api.first("aggregate"), clientId="999999"
    )
    assert answer.status_code == 404


def test_unknown_kind_of_identifier(api: Any) -> None:
    path = {"aggregateId": api.first("aggregate"), "identifierType": "phone"}
    answer = api.send("aggregates.calculate", {"identifierValue": "1"}, **path)
    assert fields(answer) == ["identifierType"]


def test_other_namespace(api: Any) -> None:
    assert api.send("metrics.list", namespace="products").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/analytics", "/analytics/profiles/metrics/", "/analytics/profiles/none"]
)
def test_unknown_paths(api: Any, path: str) -> None:
    answer = api.session.get(api.url + path, allow_redirects=False, timeout=180)
    assert answer.status_code == 404
    assert answer.json()["path"] == path


def test_wrong_method(api: Any) -> None:
    answer = api.session.delete(f"{api.url}/analytics/profiles/metrics", timeout=180)
    assert answer.status_code == 405
    assert answer.json()["error"] == "Method Not Allowed"
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "content",
    [b"{", b"nonsense", b"[]", b"1", b'"text"', b"\xff\xfe", b'{"variables": NaN}', b"[" * 100_000],
)
def test_malformed_bodies(api: Any, content: bytes) -> None:
    url = f"{api.url}/analytics/analytics/v3/trends/{api.first('trend')}/recalculate-with-override"
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = api.session.post(url, data=content, headers=headers, timeout=180)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["message"]


@pytest.mark.parametrize(
    "key",
    [key for key, op in OPERATIONS.items() if op.effect == "calculate" and op.required],
)
def test_missing_required_fields_are_all_named(api: Any, key: str) -> None:
    op = OPERATIONS[key]
    path = dict.fromkeys(op.path_parameters, "x") | {"namespace": "profiles"} | BY
    for body in (None, {}, dict.fromkeys(op.required)):
        assert fields(api.send(key, body, **path)) == list(op.required)


@pytest.mark.parametrize(
    ("key", "body", "field"),
    [
        ("trends.calculate", {"variables": {}}, "variables"),
        ("trends.calculate", {"variables": [], "dateFilter": []}, "dateFilter"),
        ("trends.calculate", {"variables": [], "aggregateDataBy": "1D"}, "aggregateDataBy"),
        ("trends.calculate", {"variables": [], "filter": "x"}, "filter"),
        ("trends.preview", {"analysis": "x"}, "analysis"),
        ("segmentations.preview", {"analysis": {}, "allowNull": 1}, "allowNull"),
        ("reports.preview", {}, "analysis"),
        ("funnels.preview", None, "analysis"),
    ],
)
def test_wrong_types(api: Any, key: str, body: Any, field: str) -> None:
    assert fields(api.send(key, body, trendId=api.first("trend"))) == [field]


def test_identifiers_are_text(api: Any) -> None:
    path = {"aggregateId": api.first("aggregate"), **BY}
    answer = api.send("aggregates.calculate", {"identifierValue": 1}, **path)
    assert fields(answer) == ["identifierValue"]
    assert answer.json()["errors"][0]["rejectedValue"] == 1


@pytest.mark.parametrize(
    "kind", ["trend", "histogram", "funnel", "report", "metric", "sankey", "segmentation"]
)
def test_analyses_that_the_dialect_does_not_have(api: Any, kind: str) -> None:
    answer = api.send(f"{kind}s.preview", {"analysis": {"nonsense": 1}})
    assert fields(answer)


def test_overrides_that_the_dialect_does_not_have(api: Any) -> None:
    body = {"variables": [], "dateFilter": {"type": "SOMETIMES"}}
    answer = api.send("trends.calculate", body, trendId=api.first("trend"))
    assert fields(answer)[0].startswith("dateFilter")


def test_ten_segmentations_at_most(api: Any) -> None:
    (first, *_) = api.sandbox.definitions["segmentation"]
    ten = [first, *(f"{i:08}-1111-0000-0000-000000000000" for i in range(9))]
    body = {"identifierValue": "1", "segmentationIds": ten}
    assert api.send("segmentations.check", body, **BY).status_code == 200
    # An id that is there twice counts twice.
    body["segmentationIds"] = [*ten, first]
    answer = api.send("segmentations.check", body, **BY)
    assert fields(answer) == ["segmentationIds"]
    assert "10" in answer.json()["message"]


@pytest.mark.parametrize(
    ("candidates", "field"),
    [
        (["x"], "segmentations[0]"),
        ([{"segmentationIds": []}], "segmentations[0].id"),
        ([{"id": "a", "segmentationIds": []}, {"id": "b"}], "segmentations[1].segmentationIds"),
        ([{"id": "a", "segmentationIds": [1]}], "segmentations[0].segmentationIds"),
    ],
)
def test_candidates_of_a_wrong_form(api: Any, candidates: Any, field: str) -> None:
    body = {"identifierValue": "1", "segmentations": candidates}
    assert fields(api.send("segmentations.first_match", body, **BY)) == [field]
