"""Where requests go, over every transport: no redirect is followed, no certificate let pass.

Three transports: the session of single calls (logins too), libcurl's of bulk runs, and the same
on a worker of a cluster.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from distributed import Client, LocalCluster

import synerise_frames as sf
from tests.hardening.calls import KEY, PATHS
from tests.hardening.server import TOKEN, RawServer, Seen, Wire, serving, wire

Connect = Callable[..., sf.Workspace]
Ask = Callable[[sf.Workspace], str]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=1,
            processes=False,
            protocol="tcp://",
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
        ) as made,
        Client(made) as client,
    ):
        yield client


def single(ws: sf.Workspace) -> str:
    try:
        return str(ws.metrics.calculate("m")["value"].item())
    except sf.SyneriseError as error:
        return str(error)


def bulk(ws: sf.Workspace, executor: Any = None) -> str:
    plan = ws.profiles([1]).plan(aggregates="a")
    try:
        row = plan.run(progress=False, executor=executor).frame.iloc[0]
    except sf.SyneriseError as error:
        return str(error)
    return str(row["value"] if row["status"] == "ok" else row["error"])


@pytest.fixture(params=["single", "bulk", "cluster"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Give a call over one of the transports: its value or its error as text."""
    if request.param == "cluster":
        client = request.getfixturevalue("cluster")
        return lambda ws: bulk(ws, client)
    return {"single": single, "bulk": bulk}[request.param]


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


# --- certificates


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture
def secure(ca: trustme.CA) -> Iterator[RawServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA).configure_cert(context)

    def wrap(plain: socket.socket) -> socket.socket:
        return context.wrap_socket(plain, server_side=True)

    good = wire(b'{"result": 5}')
    with serving(scheme="https", wrap=wrap, answer=lambda seen: good) as server:
        yield server


#: What turns verification off elsewhere, by mistake or on purpose.
CARELESS = [
    {},
    {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""},
    {"PYTHONHTTPSVERIFY": "0"},
    {"SSL_VERIFY": "false", "CURL_INSECURE": "1", "GIT_SSL_NO_VERIFY": "1"},
    {"SSL_CERT_FILE": "/dev/null", "SSL_CERT_DIR": "/dev/null"},
    {"NO_PROXY": "*", "no_proxy": "*"},
]


@pytest.mark.parametrize("careless", CARELESS, ids=lambda one: "+".join(one) or "nothing")
def test_an_unknown_certificate_is_refused_whatever_the_environment_says(
    careless: dict[str, str], secure: RawServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in careless.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(sf.TransportError, match="certificate was refused") as caught:
        connect(host=secure.url).metrics.calculate("m")
    assert caught.value.code == "tls"
    assert not secure.seen


def test_an_authority_of_ones_own_is_trusted(
    ask: Ask,
    ca: trustme.CA,
    secure: RawServer,
    connect: Connect,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    assert ask(connect(host=secure.url)) == "5.0"
    assert all(TOKEN.encode() in seen.head for seen in secure.seen)


def test_verification_has_no_switch() -> None:
    with pytest.raises(TypeError, match="verify"):
        sf.connect(api_key=KEY, verify=False)  # type: ignore[call-arg]


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
