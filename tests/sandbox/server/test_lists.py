"""Pages, order and filters of lists."""

from __future__ import annotations

from typing import Any

import pytest

KEY = "aggregates.list"


def rows(api: Any, **query: Any) -> list[dict[str, Any]]:
    answer = api.send(KEY, query=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def test_pages_hold_everything_once(api: Any) -> None:
    everything = [row["id"] for row in rows(api)]
    seen: list[str] = []
    total = len(everything)
    for page in range(1, total + 2):
        answer = api.send(KEY, query={"limit": 2, "page": page}).json()
        assert answer["meta"] == {
            "page": page,
            "limit": 2,
            "totalCount": total,
            "totalPages": (total + 1) // 2,
        }
        seen += [row["id"] for row in answer["data"]]
    assert seen == everything
    assert len(set(seen)) == total == len(api.sandbox.definitions["aggregate"])


@pytest.mark.parametrize("field", ["name", "author", "updatedAt", "createdAt", "id", "directoryId"])
def test_order(api: Any, field: str) -> None:
    values = [row[field] or "" for row in rows(api, sortBy=f"{field}:asc")]
    assert values == sorted(values)
    assert [row[field] or "" for row in rows(api, sortBy=f"{field}:desc")] == values[::-1]


def test_newest_first_by_default(api: Any) -> None:
    assert rows(api) == rows(api, sortBy="updatedAt:desc")


def test_search_ignores_case(api: Any) -> None:
    names = {row["name"] for row in rows(api)}
    found = {row["name"] for row in rows(api, search="LAST")}
    assert found == {name for name in names if "last" in name.lower()}
    assert {"Last purchase", "Last five stores"} <= found
    assert rows(api, search="no such name") == []


def test_ids(api: Any) -> None:
    wanted = api.sandbox.definitions["aggregate"][:2]
    assert {row["id"] for row in rows(api, ids=", ".join(wanted))} == set(wanted)
    assert rows(api, ids="00000000-0000-0000-0000-000000000000") == []


def test_directory_and_type(api: Any) -> None:
    assert rows(api, directoryId="00000000-0000-0000-0000-000000000000") == []
    both = rows(api, aggregateType="AGGREGATE") + rows(api, aggregateType="RUNNING_AGGREGATE")
    assert sorted(row["id"] for row in both) == sorted(row["id"] for row in rows(api))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page", "0"),
        ("page", "-1"),
        ("page", "x"),
        ("page", ""),
        ("page", "1.5"),
        ("page", "9" * 5000),
        ("limit", "0"),
        ("limit", "1001"),
        ("limit", "1_0"),
        ("sortBy", "name"),
        ("sortBy", "title:asc"),
        ("sortBy", "name:down"),
        ("aggregateType", "OTHER"),
    ],
)
def test_bad_queries(api: Any, name: str, value: str) -> None:
    answer = api.send(KEY, query={name: value})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["rejectedValue"]) == (name, value)


def test_largest_page(api: Any) -> None:
    assert len(rows(api, limit=1000)) == len(api.sandbox.definitions["aggregate"])
