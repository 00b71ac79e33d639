"""Directories: made, renamed, filled and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from synerise_frames.wire.operations import OPERATIONS

NOBODY = "00000000-0000-0000-0000-000000000000"
TYPES = OPERATIONS["directories.list"].values("analyticType")


def make(api: Any, name: str, analytic_type: str) -> str:
    answer = api.send("directories.create", {"name": name, "analyticType": analytic_type})
    assert answer.status_code == 200, answer.text
    (id_,) = answer.json().values()
    return str(id_)


def listed(api: Any, analytic_type: str) -> list[tuple[str, str]]:
    answer = api.send("directories.list", query={"analyticType": analytic_type})
    assert answer.status_code == 200
    assert all(row["analyticType"] == analytic_type for row in answer.json())
    return [(row["id"], row["name"]) for row in answer.json()]


def directory_of(api: Any, kind: str, id_: str) -> Any:
    return api.send(f"{kind}s.get", **{f"{kind}Id": id_}).json()["directoryId"]


@pytest.mark.parametrize("analytic_type", TYPES)
def test_the_life_of_a_directory(writable: Any, analytic_type: str) -> None:
    others = {one: listed(writable, one) for one in TYPES if one != analytic_type}
    first = make(writable, "Weekly", analytic_type)
    second = make(writable, "Weekly", analytic_type)
    assert listed(writable, analytic_type) == [(first, "Weekly"), (second, "Weekly")]
    answer = writable.send("directories.rename", {"newName": "Daily"}, directoryId=first)
    assert (answer.status_code, answer.content) == (200, b"")
    assert listed(writable, analytic_type) == [(first, "Daily"), (second, "Weekly")]
    for id_ in (first, second):
        answer = writable.send("directories.delete", directoryId=id_)
        assert (answer.status_code, answer.content) == (200, b"")
    assert listed(writable, analytic_type) == []
    assert {one: listed(writable, one) for one in others} == others


def test_analyses_move_in_and_out(writable: Any) -> None:
    directory, other = make(writable, "A", "REPORT"), make(writable, "B", "REPORT")
    id_ = writable.first("report")
    before = writable.send("reports.get", reportId=id_).json()
    for target in (directory, other):
        answer = writable.send(
            "directories.move", {"newDir": target, "analyticType": "REPORT"}, analyticId=id_
        )
        assert (answer.status_code, answer.content) == (200, b"")
        rows = writable.send("reports.list", query={"directoryId": target}).json()["data"]
        assert [row["id"] for row in rows] == [id_]
    assert writable.send("reports.list", query={"directoryId": directory}).json()["data"] == []
    # Its place is no part of it: nobody has updated it.
    assert writable.send("reports.get", reportId=id_).json() == {**before, "directoryId": other}
    writable.send("directories.delete", directoryId=other)
    assert writable.send("reports.get", reportId=id_).json() == before
    writable.send("directories.delete", directoryId=directory)


def test_moves_that_cannot_be(writable: Any) -> None:
    trends, reports = make(writable, "T", "TREND"), make(writable, "R", "REPORT")
    id_ = writable.first("trend")
    for analytic_id, target, analytic_type in (
        (NOBODY, trends, "TREND"),
        (id_, NOBODY, "TREND"),
        (id_, reports, "TREND"),
        (id_, trends, "REPORT"),
        (id_, trends, "ANALYTICS_DASHBOARD"),
    ):
        body = {"newDir": target, "analyticType": analytic_type}
        answer = writable.send("directories.move", body, analyticId=analytic_id)
        assert answer.status_code == 404
        assert directory_of(writable, "trend", id_) is None
    for one in (trends, reports):
        writable.send("directories.delete", directoryId=one)


@pytest.mark.parametrize("verb", ["rename", "delete"])
def test_unknown_directories(writable: Any, verb: str) -> None:
    body = {"newName": "x"} if verb == "rename" else None
    assert writable.send(f"directories.{verb}", body, directoryId=NOBODY).status_code == 404


@pytest.mark.parametrize(
    ("key", "body", "query", "field"),
    [
        ("directories.list", None, {}, "analyticType"),
        ("directories.list", None, {"analyticType": "trend"}, "analyticType"),
        ("directories.create", {"analyticType": "TREND"}, {}, "name"),
        ("directories.create", {"name": " ", "analyticType": "TREND"}, {}, "name"),
        ("directories.create", {"name": "x", "analyticType": "OTHER"}, {}, "analyticType"),
        ("directories.create", {"name": 7, "analyticType": "TREND"}, {}, "name"),
        ("directories.rename", {"newName": ""}, {}, "newName"),
        ("directories.move", {"newDir": 1, "analyticType": "TREND"}, {}, "newDir"),
        ("directories.move", {"newDir": NOBODY, "analyticType": "X"}, {}, "analyticType"),
    ],
)
def test_bad_requests(writable: Any, key: str, body: Any, query: Any, field: str) -> None:
    answer = writable.send(key, body, query=query, directoryId=NOBODY, analyticId=NOBODY)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
