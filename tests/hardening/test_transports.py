"""Where requests go, over every transport: no redirect is followed, no other host is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import synerise_frames as sf
from tests.hardening.calls import KEY, PATHS
from tests.hardening.server import RawServer, Seen, Wire, serving, wire

Connect = Callable[..., sf.Workspace]
Ask = Callable[[sf.Workspace], str]


# --- redirects

ELSEWHERE = {
    "another port": "http://127.0.0.1:{port}/take",
    "another host": "http://localhost:{port}/take",
    "another scheme": "https://127.0.0.1:{port}/take",
    "no scheme": "//127.0.0.1:{port}/take",
    "user information": "http://127.0.0.1:{own}@127.0.0.1:{port}/take",
    "the same server": "/take",
}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_redirect_is_followed(ask: Ask, where: str, server: RawServer, connect: Connect) -> None:
    with serving() as elsewhere:
        ports = [one.url.rpartition(":")[2] for one in (elsewhere, server)]
        place = ELSEWHERE[where].format(port=ports[0], own=ports[1])

        def answer(seen: Seen) -> Wire:
            status = 200 if seen.method == "GET" else 302 + 5 * (len(server.seen) % 2)
            return wire(b"{}", status, extra=f"Location: {place}\r\n")

        server.answer = answer
        assert "not followed" in ask(connect())
        assert not elsewhere.seen
        assert not [seen for seen in server.seen if seen.path == "/take"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_login_is_redirected(status: int, server: RawServer, connect: Connect) -> None:
    with serving() as elsewhere:
        place = f"Location: {elsewhere.url}/take\r\n"
        server.login = lambda seen: wire(b"", status, extra=place)
        with pytest.raises(sf.ConfigError, match="not followed"):
            connect().metrics.calculate("m")
        assert not elsewhere.seen


def test_cookies_are_given_back_to_nobody(ask: Ask, server: RawServer, connect: Connect) -> None:
    server.answer = lambda seen: wire(b'{"result": 5}', extra="Set-Cookie: a=secret; Path=/\r\n")
    ws = connect()
    assert (ask(ws), ask(ws)) == ("5.0", "5.0")
    assert not [seen for seen in server.seen if b"cookie" in seen.head.lower()]


# --- hosts

IN_CLEAR = [
    "http://api.synerise.com", "HTTP://API.SYNERISE.COM", "http://127.0.0.1.evil.invalid",
    "http://localhost.evil.invalid", "http://127.1", "http://0.0.0.0", "http://10.0.0.1",
    "http://127.0.0.1\n.evil.invalid", "http://[::ffff:127.0.0.1]", "http://2130706433.invalid",
]  # fmt: skip
NO_ADDRESS = [
    "http://127.0.0.1@evil.invalid", "http://user:secret-word@127.0.0.1", "ftp://127.0.0.1",
    "http://127.0.0.1\\@evil.invalid", "https://evil.invalid/#@api.synerise.com", "//evil.invalid",
    "https://api.synerise.com/path", "https://api.synerise.com?x=secret-word", "https://", "https://:1",
    "http://127.0.0.1:99999", "http://127.0.0.1:a", "file:///etc/passwd", "javascript:1", "https://[::1",
]  # fmt: skip


@pytest.mark.parametrize("host", IN_CLEAR)
def test_no_key_goes_to_another_machine_in_clear(host: str) -> None:
    with pytest.raises(sf.ConfigError, match="in clear"):
        sf.connect(api_key=KEY, host=host)


@pytest.mark.parametrize("host", NO_ADDRESS)
def test_what_is_no_address_is_refused_and_not_repeated(host: str) -> None:
    with pytest.raises(sf.ConfigError) as caught:
        sf.connect(api_key=KEY, host=host)
    assert "secret-word" not in str(caught.value)


# --- what is asked for

IDS = [
    "a/b", "../x", "..%2fx", "a?b=c", "a#b", "a\r\nX: y", "a\x00b", "%00", "a" * 20_000, "@evil",
    "//evil.invalid/", "http://evil.invalid", "a\\b", "ａ", "a\u202eb", "a;b", "é", "a:80", "%",
]  # fmt: skip


@pytest.mark.parametrize("one", IDS, ids=ascii)
def test_an_id_stays_one_part_of_the_path(one: str, server: RawServer, connect: Connect) -> None:
    ws = connect()
    ws.metrics.get(one)
    ws.metrics.delete(one)
    ws.directories.rename(one, one, allow_unverified=True)
    ws.call("aggregates.get", aggregateId=one)
    for seen in server.seen:
        start = seen.path.rpartition("/")[0]
        assert start in ("/analytics/profiles/metrics", "/analytics/directories",
                         "/analytics/profiles/aggregates")  # fmt: skip
        lines = seen.head.split(b"\r\n")
        assert not [line for line in lines if line.startswith(b"X:")]
        assert lines[0].count(b" ") == 2


@pytest.mark.parametrize("path", ["//evil.invalid/{metricId}", "/@evil.invalid/{metricId}"])
def test_a_path_of_ones_own_leads_to_no_other_host(
    path: str, server: RawServer, connect: Connect
) -> None:
    connect(paths={**PATHS, "metrics.get": path}).metrics.get("m")
    # At this server. Older urllib3 takes one of two slashes away.
    found = [seen.path.lstrip("/") for seen in server.seen]
    assert found == [path.format(metricId="m").lstrip("/")]


NO_PATHS = [
    "http://evil.invalid/{metricId}", ".evil.invalid/{metricId}", "@evil.invalid/{metricId}",
    ":80/{metricId}", "/a\r\nX: y/{metricId}", "/a b/{metricId}",
]  # fmt: skip


@pytest.mark.parametrize("path", NO_PATHS, ids=ascii)
def test_a_path_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(sf.ConfigError, match="is no path"):
        sf.connect(api_key=KEY, paths={"metrics.get": path})
