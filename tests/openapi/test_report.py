"""The account of an import."""

from __future__ import annotations

import dataclasses
import pickle

import pandas as pd
import pytest

from synerise_frames.wire.openapi import read_openapi
from synerise_frames.wire.operations import OPERATIONS

COLUMNS = ["key", "tag", "summary", "status", "method", "path", "before", "note"]


@pytest.fixture
def imported(small, write):
    schema = {
        "type": "object",
        "properties": dict.fromkeys(["dateFilter", "variables", "timezone"]),
        "required": ["variables", "timezone"],
    }
    more = {
        "parameters": [{"name": "verbose", "in": "query"}],
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {
            "200": {
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "items": {"properties": {"date": {}}}}
                    }
                }
            },
        },
    }
    rows = [
        ("POST", "/t/{id}", "Trends", "Calculate trend with parameter override", more),
        ("GET", "/analytics/{namespace}/trends/{trendId}", "Trends", "Get trend details"),
        ("GET", "/analytics/profiles/funnels", "Funnels", "List all funnels"),
        ("PUT", "/m", "Metrics", "Modify metric"),
        ("POST", "/a", "Metrics", "Preview metric"),
        ("POST", "/b", "Metrics", "Preview metric"),
        ("POST", "/c", "Shop \x1b[31m", "Buy", {"requestBody": {"$ref": "other.json"}}),
        ("POST", "/d", None, "Sell"),
    ]
    return read_openapi(write(small(*rows, info={"title": "An\nAPI", "version": 7})))


def test_the_frame_has_every_operation(imported):
    frame = imported.frame()
    assert list(frame.columns) == COLUMNS
    assert {str(dtype) for dtype in frame.dtypes} == {"string"}
    assert frame["key"].tolist() == list(OPERATIONS)
    rows = frame.set_index("key")
    assert rows.loc["trends.calculate", ["status", "method", "path"]].tolist() == [
        "changed",
        "POST",
        "/t/{trendId}",
    ]
    own = OPERATIONS["trends.calculate"]
    assert rows.loc["trends.calculate", "before"] == f"{own.method} {own.path}"
    assert rows.loc["trends.get", "status"] == "same"
    assert rows.loc["metrics.update", "status"] == "unusable"
    assert pd.isna(rows.loc["metrics.update", "path"])
    assert rows.loc["metrics.preview", "status"] == "ambiguous"
    assert rows.loc["reports.get", "status"] == "missing"


def test_the_counts_are_complete(imported):
    counts = imported.counts()
    assert sum(counts.values()) == 92
    assert list(counts) == ["same", "changed", "close", "missing", "ambiguous", "unusable"]
    assert list(counts.values()) == [1, 1, 1, 87, 1, 1]
    assert set(imported.routes) == {"trends.calculate", "trends.get", "funnels.list"}
    # Two of them could not be told apart, so they are none of ours.
    assert imported.extra == 4
    assert sum(imported.extra_tags.values()) == 4


def test_the_text_is_legible(imported):
    text = str(imported)
    lines = text.splitlines()
    assert lines[0] == "vendor.json (An API 7): 3 of 92 operations can be used"
    assert lines[1] == "  1 same, 1 changed, 1 close, 87 missing, 1 ambiguous, 1 unusable"
    assert len(lines) < 20
    assert "metrics.preview; could be POST /a, POST /b" in text
    assert "metrics.update; its path has no place for metricId" in text
    assert "4 other operations: Metrics 2, " in text
    assert "1 $ref not followed, such as other.json" in text
    assert text.replace("\n", "").isprintable()


def test_other_differences_are_told(imported):
    frame = imported.differences()
    assert {str(dtype) for dtype in frame.dtypes} == {"string"}
    assert list(frame.columns) == ["key", "what", "ours", "theirs"]
    assert set(frame["key"]) == {"trends.calculate"}
    theirs = dict(zip(frame["what"], frame["theirs"], strict=True))
    op = OPERATIONS["trends.calculate"]
    assert theirs["query"] == "verbose"
    assert theirs["body"] == "dateFilter, variables, timezone"
    assert theirs["required"] == "timezone, variables"
    assert op.printed
    assert theirs["answer"] == "date"
    assert theirs["shape"] == "array"
    ours = dict(zip(frame["what"], frame["ours"], strict=True))
    assert ours["body"] == ", ".join(op.body)


def test_a_document_like_the_registry_differs_in_nothing(build, write):
    content, _ = build(change="none")
    imported = read_openapi(write(content))
    assert imported.counts()["same"] == 92
    assert len(imported.differences()) == 0
    assert list(imported.differences().dtypes.astype(str)) == ["string"] * 4


def test_an_import_is_a_value(imported):
    with pytest.raises(dataclasses.FrozenInstanceError):
        imported.name = "x"
    assert pickle.loads(pickle.dumps(imported)) == imported
    with pytest.raises(TypeError):
        imported.routes["x"] = 1
