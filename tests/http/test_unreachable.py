"""Nobody answers: the error says which of the many reasons it is, and what to do about it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

import synerise_frames as sf

FAR = "https://api.synerise-frames.invalid"
PASSWORD = "p4ssw0rd-of-the-proxy"
ONCE = sf.RetryPolicy(attempts=1, read_timeout=30, deadline=60)


def failed(host: str) -> sf.TransportError:
    with (
        sf.connect(api_key="a-very-secret-key", host=host, retry=ONCE, cache=False) as ws,
        pytest.raises(sf.TransportError) as caught,
    ):
        ws.funnels.list()
    return caught.value


class Proxy(BaseHTTPRequestHandler):
    """Refuses every tunnel."""

    def do_CONNECT(self) -> None:
        self.send_error(407, f"Who is {PASSWORD}?")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as httpd:
        httpd.handle_error = lambda *_: None  # type: ignore[method-assign]
        if context:
            httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield httpd.server_address[1]
        httpd.shutdown()
        thread.join()


@pytest.fixture
def closed() -> Iterator[int]:
    """A port that is taken, and that nothing listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_name_that_nobody_knows() -> None:
    error = failed(FAR)
    assert "name of the host was not found" in error.message
    assert "spelling" in error.hint
    assert error.retryable


def test_a_port_where_nothing_listens(closed: int) -> None:
    error = failed(f"http://127.0.0.1:{closed}")
    assert "nothing listens there" in error.message
    assert "port" in error.hint


def test_a_proxy_that_wants_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:{port}")
        error = failed(FAR)
    assert "the proxy refused it (407)" in error.message
    assert "user and password into HTTPS_PROXY" in error.hint
    assert PASSWORD not in f"{error!r} {error} {error.to_dict()}"


def test_a_proxy_that_is_not_there(closed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:{closed}")
    error = failed(FAR)
    assert "the proxy was not reached" in error.message
    assert "NO_PROXY" in error.hint
    assert PASSWORD not in f"{error!r} {error} {error.to_dict()}"


def test_a_port_that_speaks_no_tls() -> None:
    with listening() as port:
        error = failed(f"https://127.0.0.1:{port}")
    assert "does not speak TLS" in error.message
    assert "CA_BUNDLE" not in error.hint
    assert (error.code, error.retryable) == ("tls", False)


def test_a_certificate_of_somebody_else_says_what_is_wrong_with_it() -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with listening(context) as port:
        error = failed(f"https://localhost:{port}")
    assert "certificate was refused (" in error.message
    assert "issuer" in error.message
    assert "REQUESTS_CA_BUNDLE" in error.hint
