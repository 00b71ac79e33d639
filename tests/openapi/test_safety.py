"""What a document cannot make the library do."""

from __future__ import annotations

import pytest

from synerise_frames.wire.known import KnownRoutes
from synerise_frames.wire.openapi.safety import path_refusal
from synerise_frames.wire.operations import OPERATIONS

ROWS = list(OPERATIONS.values())


def under(look, op, method, path=None):
    return look(op.key, (method, path or op.path + "/new", op.tag, op.summary))


@pytest.mark.parametrize("op", [op for op in ROWS if op.reads], ids=lambda op: op.key)
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE"])
def test_what_reads_never_becomes_a_change(look, op, method):
    item = under(look, op, method)
    assert (item.status, item.route) == ("unusable", None)
    assert method in item.note


@pytest.mark.parametrize("op", [op for op in ROWS if not op.reads], ids=lambda op: op.key)
def test_what_writes_keeps_its_nature(look, op):
    deletes = "delete" in op.key
    assert (under(look, op, "DELETE").route is not None) == deletes
    assert (under(look, op, "PUT").route is not None) == (not deletes)
    assert under(look, op, "POST").route is not None
    if op.body or op.effect == "write":
        assert under(look, op, "GET").route is None


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.key)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_what_is_found_can_be_remembered(look, op, method, tmp_path):
    route = under(look, op, method).route
    if route:
        known = KnownRoutes(tmp_path)
        known.save("api.synerise.com", {op.key: route})
        assert known.load("api.synerise.com") == {op.key: route}


def test_a_reading_does_not_go_where_something_is_created(look):
    op = OPERATIONS["trends.preview"]
    item = under(look, op, "POST", OPERATIONS["trends.create"].path)
    assert item.status == "unusable"
    assert "trends.create" in item.note


@pytest.mark.parametrize(
    "path",
    [
        "trends",
        "//evil.example.com/trends",
        "/a//b",
        "/a/../b",
        "/a/./b",
        "/a/%2e%2E/b",
        "/a/%252e%252e/b",
        "/a%2fb",
        "/a%5Cb",
        "/a\\b",
        "/a?b=c",
        "/a#b",
        "/a%3Fb",
        "/a b",
        "/a%20b",
        "/a%0d%0aHost:x",
        "/a\r\nHost: x",
        "/a\x00",
        "/a\u202eb",
        "/ä",
        "/a%zz",
        "/a{b",
        "/a}b",
        "/{a}{",
        "/{{a}}",
        "/a//",
        "https://evil.example.com/a",
        "/" + "a" * 2_000,
        "",
    ],
)
def test_paths_that_lead_elsewhere_are_refused(look, path):
    assert path_refusal(path)
    item = look("auth.workspaces", ("GET", path, "Authorization", "Get Workspaces"))
    assert item.route is None
    assert item.status == "unusable"
    assert item.note.isprintable()


@pytest.mark.parametrize("path", ["/", "/a/", "/a/b.c/{x}:run", "/a/{x}/~b", "/a;v=1/b,c", "/a%41"])
def test_ordinary_paths_are_not(path):
    assert path_refusal(path) == ""


def test_another_host_is_refused(look):
    def servers(*urls):
        return {"servers": [{"url": url} for url in urls]}

    def row(**more):
        return ("GET", "/u/list", "Authorization", "Get Workspaces", more)

    home = servers("https://api.example.com/", "https://us.example.com")
    away = servers("https://user:s3cret@files.example.com/x")
    item = look("auth.workspaces", row(**away), **home)
    assert item.status == "unusable"
    assert "another host (files.example.com)" in item.note
    assert "s3cret" not in item.note
    # One of the document's own, with its usual port, is home; so is a path without host.
    assert look("auth.workspaces", row(**servers("https://US.example.com:443/v1")), **home).route
    assert look("auth.workspaces", row(**servers("/v1")), **home).route.path == "/v1/u/list"


def test_without_a_common_host_the_one_of_most_operations_is_home(look):
    here = {"servers": [{"url": "https://api.example.com"}]}
    away = {"servers": [{"url": "https://files.example.com"}]}
    rows = [
        ("GET", "/u/list", "Authorization", "Get Workspaces", away),
        ("GET", "/u/now", "Authorization", "Get current Workspace", here),
        ("GET", "/x", "X", "X", here),
    ]
    assert look("auth.workspaces", *rows).status == "unusable"
    assert look("auth.current_workspace", *rows).route
