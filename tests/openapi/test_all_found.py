"""Whatever a document changes, all 92 operations are found, with the right paths."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synerise_frames.wire.openapi import read_openapi, routes_of
from synerise_frames.wire.openapi.matching import match
from synerise_frames.wire.openapi.operations import flatten
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook

TAGS = ["as printed", "prefix", "kebab", "suffix", "camel", "singular", "version"]
SUMMARIES = ["as printed", "dot", "upper", "spaces", "dashes"]
PARAMETERS = ["as printed", "snake", "numbered", "general"]


def found(content):
    return {item.operation.key: str(item.route) for item in match(flatten(content).operations)}


def test_the_forms_are_those_of_the_builder(forms):
    assert forms == {"tag": TAGS, "summary": SUMMARIES, "parameter": PARAMETERS}


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize("openapi", ["3.0.3", "3.1.0", "3.1"])
def test_both_formats_and_versions(build, write, form, openapi):
    content, expected = build(openapi=openapi, extra=30)
    imported = read_openapi(write(content, form))
    assert {key: str(route) for key, route in imported.routes.items()} == expected
    assert len(expected) == 92
    assert imported.extra == 30
    assert {route.source for route in imported.routes.values()} == {"openapi"}


@pytest.mark.parametrize("change", ["none", "versions", "everything"])
@pytest.mark.parametrize("tag", TAGS)
def test_other_tags_and_paths(build, tag, change):
    content, expected = build(tag=tag, change=change, extra=300)
    assert found(content) == expected


@pytest.mark.parametrize("summary", SUMMARIES)
@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("namespace", ["{namespace}", "profiles", "{clientNamespace}"])
def test_other_summaries_and_parameters(build, summary, parameter, namespace):
    content, expected = build(summary=summary, parameter=parameter, namespace=namespace)
    ours = {k: v.replace("{clientNamespace}", "{namespace}") for k, v in expected.items()}
    assert found(content) == ours


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tag=st.sampled_from(TAGS),
    noise=st.lists(st.sampled_from(["Public", "Internal", "Beta", "Trending", ""]), unique=True),
    summary=st.sampled_from(SUMMARIES),
    parameter=st.sampled_from(PARAMETERS),
    change=st.sampled_from(["none", "versions", "everything"]),
    namespace=st.sampled_from(["{namespace}", "profiles"]),
    seed=st.integers(0, 10**6),
)
def test_any_mixture_is_found(build, noise, **mixture):
    content, expected = build(noise=tuple(noise), extra=20, **mixture)
    assert found(content) == expected


def test_the_routes_fit_the_book_of_paths(build, write):
    content, _ = build(parameter="general", change="everything")
    book = PathBook(found=routes_of(write(content)))
    op = OPERATIONS["aggregates.calculate"]
    values = {"aggregateId": "A", "identifierType": "email"}
    filled = book.fill(op, values)
    assert filled == "/new/analytics/profiles/aggregates/A/calculate/by/email/now"
    assert book.verified(op)


def test_a_large_document_does_not_blow_up(build, write):
    content, expected = build(extra=1_400)
    content["components"]["examples"] = {f"e{n}": {"value": "y" * 1_000} for n in range(4_500)}
    path = write(content)
    assert path.stat().st_size > 5_000_000
    start = time.process_time()
    imported = read_openapi(path)
    assert time.process_time() - start < 30  # no blow-up; speed itself is for benchmarks
    assert len(imported.routes) == len(expected) == 92


def test_a_large_document_with_nothing_of_ours_does_not_blow_up(build, write):
    content, _ = build()
    words = ["funnel", "trend", "preview", "report", "details", "card", "member"]
    content["paths"] = {
        f"/x/{n}": {
            "get": {
                "tags": ["Trends", "Metrics", "Reports"],
                "summary": f"Get {words[n % 7]} {words[n % 5]} {n}",
            }
        }
        for n in range(1_500)
    }
    path = write(content)
    start = time.process_time()
    imported = read_openapi(path)
    assert time.process_time() - start < 30  # no blow-up; speed itself is for benchmarks
    assert imported.counts()["missing"] == 92
    assert imported.extra == 1_500
    assert json.dumps(imported.frame()["status"].unique().tolist()) == '["missing"]'
