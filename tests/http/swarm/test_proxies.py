"""Through a proxy: forwarded where plain, tunnelled where TLS; never for this machine itself."""

from __future__ import annotations

import base64
import select
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.swarm import Call
from synerise_frames.http.tokens import FixedToken

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
PASSWORD = "p4ssw0rd"


@dataclass
class Proxy:
    url: str = ""
    #: Method, target and headers of what was asked for.
    asked: list[tuple[str, str, HTTPMessage]] = field(default_factory=list)
    refuses: bool = False


class Between(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    proxy: Proxy

    def is_refused(self) -> bool:
        self.proxy.asked.append((self.command, self.path, self.headers))
        if self.proxy.refuses:
            self.send_error(407)
        return self.proxy.refuses

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.is_refused():
            return
        target = urlsplit(self.path)
        onward = HTTPConnection(target.netloc)
        kept = {n: v for n, v in self.headers.items() if not n.lower().startswith("proxy-")}
        onward.request("POST", target.path, body, kept)
        answer = onward.getresponse()
        content = answer.read()
        onward.close()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_CONNECT(self) -> None:
        if self.is_refused():
            return
        host, port = self.path.split(":")
        self.close_connection = True
        with socket.create_connection((host, int(port))) as onward:
            self.send_response(200)
            self.send_header("Retry-After", "77")
            self.end_headers()
            copy_both_ways(self.connection, onward)

    def log_message(self, *_: object) -> None:
        pass


def copy_both_ways(one: socket.socket, other: socket.socket) -> None:
    ends = {one: other, other: one}
    while True:
        for end in select.select(ends, [], [], 10)[0]:
            data = end.recv(1 << 16)
            if not data:
                return
            ends[end].sendall(data)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch, listen: Callable[..., Any]) -> Iterator[Proxy]:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    between = Proxy()
    with listen(type("Told", (Between,), {"proxy": between})) as httpd:
        between.url = f"http://127.0.0.1:{httpd.server_port}"
        yield between


@pytest.fixture
def as_if_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat this machine as any other."""
    monkeypatch.setattr("synerise_frames.http.surroundings._LOOPBACK", ())


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA).configure_cert(context)
    return context


@pytest.mark.usefixtures("as_if_far")
def test_plain_calls_are_forwarded(
    peer: Any, proxy: Proxy, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    outcomes = send([b"%d" % i for i in range(10)])
    assert [o.content for o in outcomes] == [b"%d" % i for i in range(10)]
    assert {(method, target) for method, target, _ in proxy.asked} == {("POST", peer.url + "/x")}


@pytest.mark.usefixtures("as_if_far")
def test_tls_goes_through_a_tunnel_that_sees_no_token(
    serve: Callable[..., Any],
    proxy: Proxy,
    send: Callable[..., Any],
    reply: Any,
    tls: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http://", f"http://user:{PASSWORD}@"))
    peer = serve(tls)
    peer.answer = lambda asked: reply(404) if asked.body == b"0" else reply(body=asked.body)
    outcomes = send(
        [b"%d" % i for i in range(10)],
        base_url=peer.url,
        auth=FixedToken("secret-token"),
        connections=2,
    )
    assert [o.content for o in outcomes[1:]] == [b"%d" % i for i in range(1, 10)]
    # What the proxy said to the tunnel is no part of the answer.
    assert (outcomes[0].status, outcomes[0].retry_after) == (404, None)
    assert {asked.headers["Authorization"] for asked in peer.asked} == {"Bearer secret-token"}
    assert 1 <= len(proxy.asked) <= 2
    for method, target, headers in proxy.asked:
        assert (method, target) == ("CONNECT", peer.url.removeprefix("https://"))
        assert "secret-token" not in str(headers)
        told = base64.b64decode(headers["Proxy-Authorization"].split()[1])
        assert told.decode() == f"user:{PASSWORD}"
    assert {asked.headers["Proxy-Authorization"] for asked in peer.asked} == {None}


@pytest.mark.usefixtures("as_if_far")
@pytest.mark.parametrize("secure", [False, True])
def test_a_proxy_that_refuses(
    serve: Callable[..., Any],
    proxy: Proxy,
    send: Callable[..., Any],
    tls: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    *,
    secure: bool,
) -> None:
    address = proxy.url.replace("http://", f"http://user:{PASSWORD}@")
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, address)
    proxy.refuses = True
    peer = serve(tls if secure else None)
    (outcome,) = send([b"1"], base_url=peer.url, retry=RetryPolicy(attempts=1))
    assert peer.connections == 0
    if secure:
        assert outcome.status is None
        assert "HTTPS_PROXY" in outcome.error.hint
        assert PASSWORD not in f"{outcome.error!r} {outcome.error}"
    else:
        assert outcome.status == 407


@pytest.mark.usefixtures("as_if_far")
def test_a_proxy_that_is_not_there(
    peer: Any, proxy: Proxy, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://no-such-proxy.invalid:8080")
    (outcome,) = send([b"1"], retry=RetryPolicy(attempts=1))
    assert outcome.status is None
    assert outcome.error.code == "proxy"
    assert peer.connections == 0


@pytest.mark.usefixtures("as_if_far")
@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_hosts_that_are_excepted(
    peer: Any, proxy: Proxy, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv(name, "example.com,127.0.0.1")
    assert send([b"1"])[0].status == 200
    assert proxy.asked == []


def test_this_machine_is_never_asked_through_a_proxy(
    peer: Any, proxy: Proxy, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    assert send([b"1"])[0].status == 200
    assert proxy.asked == []
    assert len(peer.asked) == 1


@pytest.mark.usefixtures("as_if_far")
def test_the_environment_is_read_once(
    peer: Any, proxy: Proxy, swarm: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = swarm()
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("all_proxy", proxy.url)
    told: list[Any] = []
    made.run(iter([Call("/x", b"")]), lambda _, outcome: told.append(outcome.status))
    assert told == [200]
    assert proxy.asked == []
    # The other way round: an exception that comes later is none.
    made = swarm()
    monkeypatch.setenv("no_proxy", "*")
    made.run(iter([Call("/x", b"")]), lambda _, outcome: told.append(outcome.status))
    assert told == [200, 200]
    assert len(proxy.asked) == 1
