"""What is remembered of a host."""

from __future__ import annotations

import json
import os
import stat
import threading

import pytest

from synerise_frames.errors import ConfigError
from synerise_frames.wire.known import KnownRoutes
from synerise_frames.wire.paths import Route

KEY = "trends.calculate"
HOST = "api.synerise.com"


def route(path, source="probe", method="POST"):
    return Route(method, path + "/{trendId}", source)


@pytest.fixture
def known(tmp_path):
    return KnownRoutes(tmp_path / "deep" / "routes")


@pytest.fixture
def file(known):
    known.save(HOST, {KEY: route("/a")})
    return known._folder / f"{HOST}.json"


def test_what_is_saved_is_loaded(known):
    assert known.load(HOST) == {}
    assert known.hosts() == []
    routes = {KEY: route("/a", "openapi", "POST"), "reports.list": Route("GET", "/r", "probe")}
    known.save(HOST, routes, note="vendor.json")
    assert KnownRoutes(known._folder).load(HOST) == routes
    assert known.hosts() == [HOST]
    assert known.load("api.azu.synerise.com") == {}


def test_saving_nothing_makes_no_file(known):
    known.save(HOST, {})
    assert not known._folder.exists()


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("probe", "probe", "after"),
        ("probe", "openapi", "after"),
        ("openapi", "openapi", "after"),
        ("openapi", "probe", "before"),
    ],
)
def test_a_document_beats_a_probe_and_the_newest_wins(known, before, after, kept):
    known.save(HOST, {KEY: route("/before", before), "reports.list": Route("GET", "/r", "probe")})
    known.save(HOST, {KEY: route("/after", after)})
    loaded = known.load(HOST)
    assert loaded[KEY].path == f"/{kept}/{{trendId}}"
    assert loaded["reports.list"].path == "/r"


def test_forgetting(known):
    routes = {KEY: route("/a", "openapi"), "reports.list": Route("GET", "/r", "probe")}
    known.save(HOST, routes)
    known.forget(HOST, "probe")
    assert set(known.load(HOST)) == {KEY}
    known.forget(HOST, "openapi")
    assert known.hosts() == []
    known.save(HOST, routes)
    known.forget(HOST)
    known.forget(HOST)
    assert known.load(HOST) == {}


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api.synerise.com", "api.synerise.com"),
        ("https://API.Synerise.com/", "api.synerise.com"),
        ("https://api.synerise.com:443", "api.synerise.com"),
        ("http://user:pw@127.0.0.1:8123/x", "127.0.0.1:8123"),
        ("127.0.0.1:8123", "127.0.0.1:8123"),
        ("localhost:80", "localhost:80"),
        ("http://localhost:80", "localhost"),
        ("http://[::1]:8123", "[::1]:8123"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"),
        ("my_service:1", "my_service:1"),
        ("żółw.example.com", "xn--w-uga1v8h.example.com"),
    ],
)
def test_hosts_have_one_form(known, host, name):
    known.save(host, {KEY: route("/a")})
    assert known.hosts() == [name]
    assert KEY in known.load(name)
    (file,) = known._folder.iterdir()
    assert not set(file.name) & set(':/\\[]*?"<>|')
    assert json.loads(file.read_text())["host"] == name
    assert "pw" not in file.read_text()


@pytest.mark.parametrize(
    "host",
    ["", " ", "..", ".", "../x", "/x", "https://", "a b", "[::1", "[x]", "x:99999", "a\0b", 5],
)
def test_what_is_no_host_is_refused(known, host):
    for act in (known.load, known.forget, lambda h: known.save(h, {KEY: route("/a")})):
        with pytest.raises(ConfigError, match="no host"):
            act(host)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_the_owner_may_read(file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_nothing_else_is_left_in_the_folder(known, file):
    for n in range(5):
        known.save(HOST, {KEY: route(f"/{n}")})
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 1}',
        '{"version": "1", "routes": {}}',
        '{"version": 0, "routes": {}}',
        '{"version": 1, "routes": []}',
        '{"version": 1, "routes": {"a": 5}}',
        '{"version": 1, "routes": {"a": {"method": "GET", "path": 5, "source": "probe"}}}',
        "[" * 100_000,
        "\ud800",
    ],
)
def test_a_broken_file_is_named_and_can_be_forgotten(known, file, text):
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    for act in (
        lambda: known.load(HOST),
        lambda: known.save(HOST, {KEY: route("/b")}),
        lambda: known.forget(HOST, "probe"),
    ):
        with pytest.raises(ConfigError, match="broken") as caught:
            act()
        assert file.name in caught.value.message
        assert caught.value.hint
    assert file.exists()
    known.forget(HOST)
    assert known.load(HOST) == {}


def test_a_newer_file_is_left_alone(known, file):
    file.write_text('{"version": 2, "places": {}}')
    with pytest.raises(ConfigError, match="newer") as caught:
        known.save(HOST, {KEY: route("/b")})
    assert "Update" in caught.value.hint
    assert file.read_text() == '{"version": 2, "places": {}}'


def test_what_a_newer_library_wrote_is_kept_and_ignored(known, file):
    content = json.loads(file.read_text())
    strange = {"method": "GET", "path": "/x/{y}", "source": "probe", "more": [1]}
    other = {"method": "GET", "path": "/r", "source": "har"}
    content["routes"].update({"trends.dream": strange, "reports.list": other})
    file.write_text(json.dumps(content))
    assert set(known.load(HOST)) == {KEY}
    known.save(HOST, {"funnels.list": Route("GET", "/f", "probe")})
    routes = json.loads(file.read_text())["routes"]
    assert routes["trends.dream"] == strange
    assert routes["reports.list"] == other
    assert set(known.load(HOST)) == {KEY, "funnels.list"}


@pytest.mark.parametrize("path", ["x", "/x", "/x/{reportId}", "/x y/{trendId}"])
def test_a_route_that_does_not_fit_is_named(known, file, path):
    content = json.loads(file.read_text())
    content["routes"][KEY]["path"] = path
    file.write_text(json.dumps(content))
    with pytest.raises(ConfigError, match=KEY) as caught:
        known.load(HOST)
    assert file.name in caught.value.message


@pytest.mark.parametrize(
    "bad",
    [
        {"trends.dream": route("/a")},
        {KEY: Route("POST", "/a", "probe")},
        {KEY: Route("FETCH", "/a/{trendId}", "probe")},
        {KEY: route("/a", "guess")},
        {KEY: route("/a", "user")},
    ],
)
def test_only_good_routes_are_saved(known, bad):
    with pytest.raises(ConfigError):
        known.save(HOST, {"reports.list": Route("GET", "/r", "probe"), **bad})
    assert known.load(HOST) == {}


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    known = KnownRoutes(tmp_path / "file")
    with pytest.raises(ConfigError, match="cannot be"):
        known.save(HOST, {KEY: route("/a")})
    with pytest.raises(ConfigError, match="cannot be"):
        known.hosts()


def test_threads_do_not_lose_each_others_routes(known):
    keys = ["reports.list", "funnels.list", "metrics.list", "sankeys.list", "trends.create"] * 4
    threads = [
        threading.Thread(target=known.save, args=(HOST, {key: Route("POST", "/r", "probe")}))
        for key in keys
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(known.load(HOST)) == set(keys)
