"""Which operation of a document is ours, and when none is taken."""

from __future__ import annotations

import itertools

import pytest

from synerise_frames.wire.openapi import matching
from synerise_frames.wire.openapi.names import close_summaries, summary_key, tag_words
from synerise_frames.wire.operations import OPERATIONS

RUN = "Calculate trend with parameter override"
DETAILS = "Get trend details"
PATH = "/analytics/v9/trends/{trendId}/run"
DIRECTORIES = "Analytics: Management"


def test_no_two_of_our_own_summaries_are_close_or_equal():
    ops = OPERATIONS.values()
    assert len({summary_key(op.summary) for op in ops}) == len(ops)
    for one, other in itertools.combinations(ops, 2):
        assert not close_summaries(one.summary, other.summary), (one.key, other.key)
    assert all(tag_words(op.tag) for op in ops)


def test_the_same_summary_under_another_tag_does_not_disturb(look):
    item = look(
        "directories.list",
        ("GET", "/shop/directories", "Shop", "List directories"),
        ("GET", "/analytics/directories", "Assets", "List directories"),
        ("GET", "/analytics/v2/directories", DIRECTORIES, "List directories"),
    )
    assert (item.status, str(item.route)) == ("changed", "GET /analytics/v2/directories")


def test_the_same_summary_of_another_service_is_never_taken(look):
    item = look("directories.list", ("GET", "/shop/directories", "Shop", "List directories"))
    assert item.status == "missing"
    assert item.route is None
    assert "GET /shop/directories" in item.note


def test_a_write_under_another_tag_is_taken_only_where_it_stands_with_us(look):
    away = look(
        "directories.delete",
        ("DELETE", "/analytics/assets/{directoryId}", "Assets", "Delete directory"),
    )
    assert away.status == "missing"
    here = look(
        "directories.delete",
        ("DELETE", "/analytics/v2/directories/{id}", "Assets", "Delete directory"),
    )
    assert (here.status, here.route.path) == ("close", "/analytics/v2/directories/{directoryId}")
    assert "Assets" in here.note


@pytest.mark.parametrize("tag", [None, "Analytics", "Analytics Suite", "API v2"])
def test_a_tag_that_tells_nothing_leaves_the_summary_to_decide(look, tag):
    item = look("trends.calculate", ("POST", "/insights/{id}/run", tag, RUN))
    assert (item.status, item.route.path) == ("changed", "/insights/{trendId}/run")


def test_the_name_that_a_document_shows_for_a_tag_counts(look):
    item = look(
        "trends.calculate",
        ("POST", "/insights/{id}/run", "grp17", RUN),
        tags=[{"name": "grp17", "x-displayName": "Trends"}, 5, {"name": 3}],
    )
    assert item.status == "changed"


@pytest.mark.parametrize("order", [1, -1])
def test_two_that_fit_alike_are_reported_and_not_used(look, order):
    rows = [("POST", "/a/trends/{id}/run", "Trends", RUN), ("POST", "/b/{id}", "Trends", RUN)]
    item = look("trends.calculate", *rows[::order])
    assert item.status == "ambiguous"
    assert item.route is None
    assert "POST /a/trends/{id}/run" in item.note
    assert "POST /b/{id}" in item.note


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        # The method, the path, the path without versions, and what can be used at all.
        (("POST", "/a/{id}"), ("GET", "/b/{id}")),
        (("GET", "/analytics/{namespace}/trends/{x}"), ("GET", "/b/{x}")),
        (("GET", "/analytics/v3/{namespace}/trends/{x}"), ("GET", "/b/{x}")),
        (("POST", "/a/{id}"), ("POST", "/b/{id}/{unknown}")),
        (("POST", "/a/{id}"), ("DELETE", "/analytics/{namespace}/trends/{x}")),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_agreement_with_the_registry_breaks_ties(look, winner, loser, order):
    summary = RUN if winner[0] == "POST" else DETAILS
    key = "trends.calculate" if winner[0] == "POST" else "trends.get"
    rows = [(*winner, "Trends", summary), (*loser, "Trends", summary)]
    item = look(key, *rows[::order])
    assert item.found.path == winner[1]
    assert item.route


@pytest.mark.parametrize("order", [1, -1])
def test_a_deprecated_duplicate_loses(look, order):
    # Even where it has our very path.
    old = (
        "GET",
        "/analytics/{namespace}/trends/{trendId}",
        "Trends",
        DETAILS,
        {"deprecated": True},
    )
    new = ("GET", "/analytics/v5/trends/{trendId}", "Trends", DETAILS)
    item = look("trends.get", *[old, new][::order])
    assert item.route.path == "/analytics/v5/trends/{trendId}"
    alone = look("trends.get", old)
    assert alone.status == "same"
    assert "deprecated" in alone.note


@pytest.mark.parametrize(
    "summary",
    [
        "Recalculate trend with parameter override",
        "Calculate trend with parameter overrides",
        "Calculate trend with override",
        "Calculate a trend with the override parameter",
        "Calculate trnd with parameter override",
    ],
)
def test_a_close_summary_under_our_tag_is_taken_and_said(look, summary):
    item = look("trends.calculate", ("POST", PATH, "Trends", summary))
    assert (item.status, item.route.path) == ("close", PATH)
    assert summary in item.note


@pytest.mark.parametrize(
    ("key", "summary"),
    [
        ("reports.preview", "Preview report as PDF"),
        ("metrics.calculate", "Calculate scheduled metric"),
        ("metrics.calculate", "Create metric"),
        ("auth.login_profile", "Authenticate as Profile (legacy)"),
        ("directories.rename", "Change directory name"),
        ("segmentations.update", "Update segmentation name"),
        ("trends.delete", "Delete report"),
    ],
)
def test_another_meaning_is_not_close(look, key, summary):
    op = OPERATIONS[key]
    item = look(key, (op.method, "/analytics/v9/{trendId}", op.tag, summary))
    assert item.status == "missing"


def test_a_close_summary_under_another_tag_is_not_taken(look):
    item = look("trends.calculate", ("POST", PATH, "Reports", "Recalculate trend with override"))
    assert item.status == "missing"


def test_two_close_summaries_are_ambiguous(look):
    item = look(
        "trends.calculate",
        ("POST", "/a/{id}", "Trends", "Recalculate trend with override"),
        ("POST", "/b/{id}", "Trends", "Compute trend with parameter override"),
    )
    assert item.status == "ambiguous"


def test_one_that_is_close_to_several_of_ours_is_used_for_none(look, monkeypatch):
    # No summary is close to two of ours today, so the rule is tried with a laxer comparison.
    monkeypatch.setattr(matching, "close_summaries", lambda ours, theirs: True)
    for key in ("trends.get", "trends.delete"):
        item = look(key, ("GET", PATH, "Trends", "Something"))
        assert (item.status, item.route) == ("ambiguous", None)
        assert "too" in item.note


def test_a_printed_path_under_another_summary_confirms_itself(look):
    path = "/analytics/{namespace}/trends/{id}"
    item = look("trends.get", ("GET", path, "Trends", "Everything about one trend"))
    assert (item.status, item.route.path) == ("close", "/analytics/{namespace}/trends/{trendId}")
    # A path that we guessed may be somebody else's.
    guess = OPERATIONS["directories.rename"]
    assert guess.evidence == "guess"
    item = look(guess.key, (guess.method, guess.path, guess.tag, "Move a directory"))
    assert item.status == "missing"


def test_two_operations_never_share_a_route(look):
    # The same path twice, under other names of its placeholder.
    rows = [
        ("GET", "/x/{id}", "Trends", DETAILS),
        ("GET", "/x/{reportId}", "Reports", "Get report analysis details"),
    ]
    for key, other in [("trends.get", "reports.get"), ("reports.get", "trends.get")]:
        item = look(key, *rows)
        assert item.status == "unusable"
        assert item.route is None
        assert other in item.note
