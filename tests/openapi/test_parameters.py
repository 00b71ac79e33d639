"""Our placeholders in the paths of others."""

from __future__ import annotations

import pytest

CALCULATE = ("aggregates.calculate", "Aggregates", "Calculate aggregate for profile")
HISTORY = (
    "aggregates.history",
    "Aggregates",
    "Calculate aggregate for profile with period conditions",
)
CREATE = ("trends.create", "Trends", "Create a trend")


def seen(look, which, path, **more):
    key, tag, summary = which
    return look(key, ("POST", path, tag, summary, more))


@pytest.mark.parametrize(
    ("which", "theirs", "ours"),
    [
        (CALCULATE, "/a/{aggregateId}/by/{identifierType}", None),
        (
            CALCULATE,
            "/a/{aggregate_id}/by/{identifier-type}",
            "/a/{aggregateId}/by/{identifierType}",
        ),
        (CALCULATE, "/a/{id}/by/{type}", "/a/{aggregateId}/by/{identifierType}"),
        # By name, whatever the order.
        (CALCULATE, "/by/{identifierType}/a/{id}", "/by/{identifierType}/a/{aggregateId}"),
        # By the segment before it, whatever the order.
        (CALCULATE, "/by/{x}/aggregates/{y}", "/by/{identifierType}/aggregates/{aggregateId}"),
        (HISTORY, "/clients/{id}/aggregates/{aid}", "/clients/{clientId}/aggregates/{aggregateId}"),
        (HISTORY, "/{profile}/aggregate/{x}/run", "/{clientId}/aggregate/{aggregateId}/run"),
        # The namespace may be there, be written out, have another name or be absent.
        (CREATE, "/analytics/{namespace}/trends", None),
        (CREATE, "/analytics/profiles/trends", None),
        (CREATE, "/analytics/{nameSpace}/trends", "/analytics/{namespace}/trends"),
        (CREATE, "/analytics/{space}/trends", "/analytics/{namespace}/trends"),
        (CREATE, "/analytics/trends", None),
        (
            CALCULATE,
            "/{namespace}/{id}:run/{type}",
            "/{namespace}/{aggregateId}:run/{identifierType}",
        ),
    ],
)
def test_placeholders_get_our_names(look, which, theirs, ours):
    item = seen(look, which, theirs)
    assert item.route is not None, item.note
    assert item.route.path == (ours or theirs)


def test_what_was_renamed_is_said(look):
    note = seen(look, CALCULATE, "/a/{id}/by/{identifierType}").note
    assert note == "{id} is our {aggregateId} by position"


def test_the_namespace_written_out_is_the_same_path(look):
    assert seen(look, CREATE, "/analytics/profiles/trends").status == "same"


@pytest.mark.parametrize(
    ("theirs", "reason"),
    [
        ("/a/by/{identifierType}", "no place for aggregateId"),
        ("/a", "no place for aggregateId, identifierType"),
        ("/a/{id}/by/{type}/{value}", "needs {id}, {type}, {value}"),
        ("/a/{id}/{id}", "same placeholder twice"),
        ("/{namespace}/{my_namespace}/{id}/{type}", "more than one namespace"),
    ],
)
def test_paths_without_place_are_unusable(look, theirs, reason):
    item = seen(look, CALCULATE, theirs)
    assert (item.status, item.route) == ("unusable", None)
    assert reason in item.note


@pytest.mark.parametrize(
    "schema", [{"enum": ["v4"]}, {"const": "v4"}, {"default": "v4"}, {"$ref": "#/components/x"}]
)
def test_a_parameter_of_one_value_is_written_out(look, schema):
    item = look(
        "trends.create",
        ("POST", "/{version}/trends", "Trends", "Create a trend"),
        components={"x": {"enum": ["v4"]}},
    )
    assert item.status == "unusable"
    parameters = [{"name": "version", "in": "path", "schema": schema}]
    key, tag, summary = CREATE
    item = look(
        key,
        ("POST", "/{version}/trends", tag, summary, {"parameters": parameters}),
        components={"x": {"enum": ["v4"]}},
    )
    assert item.route.path == "/v4/trends"
    assert "always 'v4'" in item.note


@pytest.mark.parametrize("value", ["{trendId}", "a/b", "..", "", "a b", None, ["x"], {}, 1e400])
def test_a_value_that_is_no_word_is_not_written_out(look, value):
    parameters = [{"name": "version", "in": "path", "schema": {"default": value}}]
    item = seen(look, CREATE, "/{version}/trends", parameters=parameters)
    assert item.status == "unusable"
