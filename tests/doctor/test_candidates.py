"""Candidates of a probe: plausible, few, and never the way to a write."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synerise_frames.wire.operations import OPERATIONS, Operation
from synerise_frames.wire.paths import PathBook, Route, parse_route
from synerise_frames.wire.probe import candidates, unverified
from synerise_frames.wire.probe.candidates import by_experience, writes_nothing

PROBED = unverified(PathBook())
CHANGES = [op for op in OPERATIONS.values() if not op.reads]
WORDS = "calculate|recalculate|preview|override|dynamic|check|match|card"


def requests_of(route: Route, value: str) -> str:
    path = route.path.replace("{namespace}", "profiles")
    return f"{route.method} " + re.sub(r"\{\w+\}", value, path)


def answers(route: Route, request: str) -> bool:
    """Say whether a server with this route takes the request; written apart from the library."""
    path = route.path.replace("{namespace}", "profiles")
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
    return re.fullmatch(f"{route.method} {pattern}", request, re.IGNORECASE) is not None


def harmful(candidate: Route, book: PathBook) -> list[str]:
    routes = [(op.key, book.route(op)) for op in CHANGES]
    routes += [(op.key, Route(op.method, op.path, op.evidence)) for op in CHANGES]
    return [
        key
        for key, route in routes
        if answers(route, requests_of(candidate, "some-id"))
        or answers(candidate, requests_of(route, "some-id"))
    ]


@pytest.mark.parametrize("op", PROBED, ids=lambda op: op.key)
def test_candidates_are_few_different_and_harmless(op: Operation) -> None:
    found = candidates(op)
    assert 40 <= len(found) <= 80
    assert len({str(route) for route in found}) == len(found)
    family = op.key.partition(".")[0]
    for route in found:
        assert route.method in ("GET", "POST")
        assert route.source == "guess"
        assert not harmful(route, PathBook())
        # Can be taken over as it is, with each of the operation's ids in it.
        assert parse_route(op.key, str(route)) == Route(route.method, route.path, "user")
        _, _, tail = route.path.partition(f"/{family}/")
        words = [w for part in tail.split("/") if "{" not in part for w in part.split("-")]
        assert any(re.match(WORDS, word) for word in words), route
        assert (route.method, route.path) != (op.method, op.path)


@pytest.mark.parametrize("op", PROBED, ids=lambda op: op.key)
def test_both_families_of_paths_and_all_versions_are_there(op: Operation) -> None:
    heads = {route.path.partition(f"/{op.key.partition('.')[0]}/")[0] for route in candidates(op)}
    engine = {f"/analytics/analytics/v{n}" for n in range(1, 6)} | {"/analytics/analytics"}
    assert heads >= engine | {"/analytics/{namespace}"}


def test_the_forms_of_the_issue_are_among_them() -> None:
    paths = {route.path for route in candidates(OPERATIONS["trends.calculate"])}
    for tail in (
        *("{trendId}/recalculate", "{trendId}/recalculate/override", "recalculate/{trendId}"),
        *("{trendId}/calculate-with-override", "{trendId}/calculate/override"),
    ):
        for head in ("v1", "v2", "v3", "v4", "v5", "v6"):
            assert f"/analytics/analytics/{head}/trends/{tail}" in paths
        assert f"/analytics/analytics/trends/{tail}" in paths
        assert f"/analytics/{{namespace}}/trends/{tail}" in paths


def test_known_operations_and_writes_have_none() -> None:
    for op in OPERATIONS.values():
        if op not in PROBED:
            assert candidates(op) == []


def test_the_route_of_another_known_operation_is_no_candidate() -> None:
    # The plain recalculation would answer, and read no override.
    plain = OPERATIONS["metrics.calculate"].path
    for key in ("metrics.calculate_override", "metrics.calculate_dynamic"):
        assert plain not in {route.path for route in candidates(OPERATIONS[key])}


def test_a_write_of_the_book_in_effect_is_no_candidate() -> None:
    op = OPERATIONS["trends.preview"]
    shadow = Route("POST", "/analytics/analytics/v3/trends/{trendId}/{anything}", "openapi")
    book = PathBook(found={"trends.update": shadow})
    assert "/analytics/analytics/v3/trends/calculate/preview" in {r.path for r in candidates(op)}
    assert all(
        route.path.count("/") != 6 or "/v3/" not in route.path for route in candidates(op, book)
    )
    assert not writes_nothing(Route("PUT", "/analytics/analytics/v3/trends/preview", "user"), book)
    assert not writes_nothing(Route("POST", "/analytics/profiles/trends", "user"), book)


ALL = [route.path for op in PROBED for route in candidates(op)]


@st.composite
def books(draw: st.DrawFn) -> PathBook:
    """Books whose writes are where a probe would like to look."""
    found = {}
    for op in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=12)):
        parts = draw(st.sampled_from(ALL)).split("/")
        hidden = draw(st.sets(st.integers(2, len(parts) - 1), max_size=3))
        named = [f"{{p{i}}}" if i in hidden else part for i, part in enumerate(parts)]
        path = re.sub(r"\{(?!p\d|namespace)\w+\}", "{other}", "/".join(named))
        method = draw(st.sampled_from(["POST", "POST", "PUT", "DELETE"]))
        found[op.key] = Route(method, path, "openapi")
    return PathBook(found=found)


@settings(max_examples=60, deadline=None)
@given(books(), st.sampled_from(PROBED))
def test_candidates_never_meet_a_write_of_any_book(book: PathBook, op: Operation) -> None:
    for route in candidates(op, book):
        assert not harmful(route, book)


def test_what_looks_like_a_route_found_before_comes_first() -> None:
    known = Route("POST", "/analytics/analytics/v5/trends/preview/calculate", "probe")
    ordered = by_experience(candidates(OPERATIONS["funnels.preview"]), [known])
    assert ordered[0].path == "/analytics/analytics/v5/funnels/preview/calculate"
    assert "/v5/" in ordered[1].path
    assert len(ordered) == len(candidates(OPERATIONS["funnels.preview"]))
