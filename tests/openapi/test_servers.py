"""The path that a server puts before all others."""

from __future__ import annotations

import pytest

ROW = ("GET", "/u/list", "Authorization", "Get Workspaces")


def path(look, row=ROW, **parts):
    item = look("auth.workspaces", row, **parts)
    assert item.route is not None, item.note
    return item.route.path


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example.com", "/u/list"),
        ("https://api.example.com/", "/u/list"),
        ("https://api.example.com/v4", "/v4/u/list"),
        ("https://api.example.com/v4/", "/v4/u/list"),
        ("/v4", "/v4/u/list"),
        ("v4", "/v4/u/list"),
        ("https://api.example.com/u", "/u/list"),
        ("https://api.example.com/u/li", "/u/li/u/list"),
        ("https://{region}.example.com:8443/{version}", "/v7/u/list"),
        ("", "/u/list"),
        ("https://[broken/v4", "/u/list"),
        (None, "/u/list"),
        (5, "/u/list"),
    ],
)
def test_the_base_path_goes_before(look, url, expected):
    variables = {"region": {"default": "eu"}, "version": {"default": "v7", "enum": ["v7", "v8"]}}
    assert path(look, servers=[{"url": url, "variables": variables}]) == expected


def test_the_nearest_server_counts(look):
    servers = [{"url": "https://api.example.com/all"}, {"url": "https://api.example.com/other"}]
    assert path(look, servers=servers) == "/all/u/list"
    own = (*ROW, {"servers": [{"url": "https://api.example.com/own"}]})
    assert path(look, own, servers=servers) == "/own/u/list"


def test_the_servers_of_a_path_count_before_the_documents(look, small):
    content = small(ROW, servers=[{"url": "/all"}])
    content["paths"]["/u/list"]["servers"] = [{"url": "/item"}]
    assert path(look, paths=content["paths"], servers=content["servers"]) == "/item/u/list"


@pytest.mark.parametrize("doubled", [True, False])
def test_the_printed_paths_tell_whether_a_base_path_is_meant_twice(look, doubled):
    before = "" if doubled else "/analytics"
    rows = [
        (
            "POST",
            before + "/analytics/v3/metrics/{metricId}/recalculate",
            "Metrics",
            "Calculate metric",
        ),
        ("POST", before + "/analytics/v3/trends/preview", "Trends", "Preview trend calculation"),
    ]
    servers = [{"url": "https://api.example.com/analytics"}]
    for key, end in [
        ("metrics.calculate", "metrics/{metricId}/recalculate"),
        ("trends.preview", "trends/preview"),
    ]:
        item = look(key, *rows, servers=servers)
        assert (item.status, item.route.path) == ("same", f"/analytics/analytics/v3/{end}")
