"""The registry says what the reference prints: nothing less, nothing more, nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from synerise_frames.wire.operation import Limits
from synerise_frames.wire.operations import OPERATIONS

Facts = list[dict[str, Any]]
ROWS = list(OPERATIONS.values())


@pytest.fixture
def compare(comparing: Mapping[str, Any]) -> Callable[..., list[str]]:
    return comparing["compare"]


def test_the_registry_says_what_the_reference_prints(
    compare: Callable[..., list[str]], facts: Facts
) -> None:
    assert compare(ROWS, facts) == []


def test_the_reference_has_92_operations_and_so_has_the_registry(facts: Facts) -> None:
    assert len(facts) == 92
    assert len(ROWS) == 92
    headings = {(fact["tag"], fact["summary"]) for fact in facts}
    assert len(headings) == 92
    assert {(op.tag, op.summary) for op in ROWS} == headings


def test_reference_is_the_evidence_of_printed_paths_and_no_others(facts: Facts) -> None:
    printed = {(fact["method"], fact["path"]) for fact in facts if fact["path"]}
    assert {(op.method, op.path) for op in ROWS if op.evidence == "reference"} == printed
    others = {(op.method, op.path) for op in ROWS if op.evidence != "reference"}
    assert not others & printed
    assert len(printed) + len(others) == 92


def test_the_facts_are_those_of_the_reference(
    facts: Facts, text: str, deriving: Mapping[str, Any]
) -> None:
    derived = deriving["derive"](text)
    for fact, new in zip(facts, derived, strict=True):
        assert fact == new
    assert facts == derived


def test_nothing_of_the_reference_is_lost_on_the_way(facts: Facts, text: str) -> None:
    """Count in the text, without its structure, what the facts must have."""
    fields = [f for fact in facts for f in (*fact["path_parameters"], *fact["query"])]
    fields += [f for fact in facts for f in fact["body"]]
    lines = text.splitlines()
    assert len(facts) == lines.count("Responses")
    assert sum(f["required"] for f in fields) == lines.count("required")
    assert sum("values" in f for f in fields) == sum(
        line.startswith(("Enum:", "Value:")) for line in lines
    )
    assert sum(bool(fact["path"]) for fact in facts) == text.count("--request")
    assert sum(bool(fact["permissions"]) for fact in facts) == len(
        re.findall(r"permissions? required:", text)
    )
    assert sum(len(fact["permissions"]) for fact in facts) == len(
        re.findall(r"\b(?:ANALYTICS_BACKEND|ANALYTICS_DESCRIPTION|METRICS|SAUTH)_\w+", text)
    )
    assert sum(bool(fact["limits"]) for fact in facts) == text.count("is limited to:")


LISTS = (
    *("permissions", "consumers", "query", "required_query"),
    *("body", "required", "enums", "printed"),
)


@pytest.mark.parametrize("field", LISTS)
def test_a_name_that_the_reference_has_and_a_row_lost_is_found(
    field: str, comparing: Mapping[str, Any], facts: Facts
) -> None:
    by_heading = {(fact["tag"], fact["summary"]): fact for fact in facts}
    long_enough = [op for op in ROWS if getattr(op, field)]
    assert long_enough
    for op in long_enough:
        poorer = replace(op, **{field: getattr(op, field)[:-1]})
        found = comparing["differences"](poorer, by_heading[op.tag, op.summary])
        assert len(found) == 1, op.key
        assert found[0].startswith(f"{op.key}: {field} is ")


@pytest.mark.parametrize(
    ("key", "change", "told"),
    [
        ("trends.get", {"method": "POST"}, "printed route is 'POST /analytics/{namespace}/tre"),
        ("trends.get", {"path": "/{namespace}/{trendId}"}, "printed route is 'GET /{namespace}"),
        ("trends.get", {"evidence": "public"}, "printed route is None"),
        ("trends.calculate", {"evidence": "reference"}, "in the reference None"),
        ("trends.calculate", {"path": "/t/{id}"}, r"path parameters is ['id'], in the reference"),
        ("segmentations.check", {"limits": Limits(items=11)}, "'per_second': 500"),
        ("segmentations.check", {"limits": None}, "limits is None"),
        ("trends.create", {"shape": "object"}, "shape is 'object', in the reference 'text'"),
        ("trends.get", {"printed": ("id",)}, "printed is ['id']"),
        ("auth.login_profile", {"creates": False}, "creates is False"),
        ("auth.login_profile_conditional", {"creates": True}, "creates is True"),
        ("trends.get", {"consumers": ("user",)}, "consumers is ['user']"),
        ("trends.get", {"permissions": ("X",)}, "permissions is ['X']"),
    ],
)
def test_a_row_that_contradicts_the_reference_is_found(
    key: str, change: dict[str, Any], told: str, compare: Callable[..., list[str]], facts: Facts
) -> None:
    found = compare([replace(op, **change) if op.key == key else op for op in ROWS], facts)
    assert len(found) == 1
    assert told in found[0]


@pytest.mark.parametrize("field", ["tag", "summary"])
def test_a_heading_that_the_reference_does_not_have_is_found(
    field: str, compare: Callable[..., list[str]], facts: Facts
) -> None:
    for at, op in enumerate(ROWS):
        renamed = replace(op, **{field: getattr(op, field).swapcase()})
        found = compare([*ROWS[:at], renamed, *ROWS[at + 1 :]], facts)
        assert found == [
            f"{op.key}: the reference has no {renamed.tag!r} / {renamed.summary!r}",
            f"{op.tag!r} / {op.summary!r} is in the registry 0 times",
        ]


def test_an_operation_that_the_reference_has_and_the_registry_lost_is_found(
    compare: Callable[..., list[str]], facts: Facts
) -> None:
    for at, op in enumerate(ROWS):
        assert compare([*ROWS[:at], *ROWS[at + 1 :]], facts) == [
            f"{op.tag!r} / {op.summary!r} is in the registry 0 times"
        ]


def test_an_operation_that_the_reference_has_once_and_the_registry_twice_is_found(
    compare: Callable[..., list[str]], facts: Facts
) -> None:
    twice = replace(OPERATIONS["trends.get"], key="trends.details")
    assert compare([*ROWS, twice], facts) == [
        "'Trends' / 'Get trend details' is in the registry 2 times"
    ]
