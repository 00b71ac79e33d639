"""The starter set as the API lists and describes it, and the examples of its document."""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from synerise_frames.sandbox.definition import KINDS, Definition
from synerise_frames.sandbox.definitions import Definitions, starter_definitions

ROOT = Path(__file__).parents[2]

# As the reference prints the answers of "Get … details".
COMMON = [
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
]
FIELDS = {
    "aggregate": [
        "oldId",
        "analysis",
        "isVisibleForClientProfile",
        "aggregateType",
        "previewDefaultObjectId",
        *COMMON,
    ],
    "expression": ["analysis", "analyticVersion", *COMMON],
    "report": ["analysis", "allowNull", *COMMON],
}


def test_the_starter_set_covers_every_kind(definitions: Definitions) -> None:
    number = Counter(d.kind for d in definitions)
    assert set(number) == set(KINDS)
    assert min(number.values()) >= 2
    assert 30 <= len(definitions) == sum(number.values()) <= 40
    assert len({(d.kind, d.name) for d in definitions}) == len(definitions)


def test_ids_follow_from_kind_and_name(definitions: Definitions) -> None:
    for d in definitions:
        assert d.id == str(uuid.uuid5(uuid.NAMESPACE_URL, f"synerise-frames:{d.kind}:{d.name}"))
        assert definitions.get(d.kind, d.id) is d
    assert definitions.get("trend", "no such id") is None
    # Written down once: programs keep these ids.
    baskets = next(d for d in definitions.of("trend") if d.name == "Baskets per day")
    assert baskets.id == str(
        uuid.uuid5(uuid.NAMESPACE_URL, "synerise-frames:trend:Baskets per day")
    )


def test_every_definition_is_marked_and_described(definitions: Definitions) -> None:
    for d in definitions:
        assert d.analysis["dialect"] == "synerise-frames-sandbox/1"
        assert d.analysis["title"] == d.name
        assert re.fullmatch(r"[A-Z][^.]*\.", d.description), d.description
        assert d.is_predefined


def test_details_have_the_printed_fields(definitions: Definitions) -> None:
    for d in definitions:
        envelope = d.envelope()
        assert list(envelope) == FIELDS.get(d.kind, ["analysis", *COMMON])
        assert json.loads(json.dumps(envelope)) == envelope
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", envelope["updatedAt"])
        row = d.summary()
        assert {**row, "analysis": envelope["analysis"]} == envelope
        assert "analysis" not in row


def test_only_those_with_variables_are_dynamic(definitions: Definitions) -> None:
    dynamic = {(d.kind, d.name) for d in definitions if d.envelope()["isDynamicAnalytic"]}
    assert dynamic == {("metric", "Revenue of department"), ("aggregate", "Spend in department")}


def test_some_are_for_profile_cards(definitions: Definitions) -> None:
    shown = {d.kind for d in definitions if d.is_visible_for_client_profile}
    assert shown == {"aggregate", "expression"}
    hidden = {d.kind for d in definitions if not d.is_visible_for_client_profile}
    assert shown < hidden


def test_the_version_of_an_expression_changes_with_it(definitions: Definitions) -> None:
    first = definitions.of("expression")[0]
    again = Definition("expression", first.id, first.name, "", first.analysis)
    later = Definition(
        "expression",
        first.id,
        first.name,
        "",
        first.analysis,
        updated_at=datetime(2018, 1, 1, tzinfo=UTC),
    )
    assert first.analytic_version == again.analytic_version != later.analytic_version


def test_every_workspace_begins_with_the_same(definitions: Definitions) -> None:
    assert list(starter_definitions()) == list(definitions)


def examples() -> list[Any]:
    """Give the analyses that the document shows, each with its kind."""
    text = (ROOT / "docs" / "sandbox-dialect.md").read_text(encoding="utf-8")
    found = re.findall(r"<!-- (\w+) -->\s*```json\n(.*?)```", text, re.DOTALL)
    return [pytest.param(kind, body, id=f"{i}-{kind}") for i, (kind, body) in enumerate(found)]


@pytest.mark.parametrize(("kind", "body"), examples())
def test_the_examples_of_the_document_work(engine: Any, kind: str, body: str) -> None:
    analysis = json.loads(body)
    profile = (engine.find_profile("id", "1"),) if kind in ("aggregate", "expression") else ()
    answer = getattr(engine, kind)(analysis, *profile)
    assert answer not in (None, {}, [])


def test_the_document_has_an_example_of_every_kind() -> None:
    assert {example.values[0] for example in examples()} == set(KINDS)
