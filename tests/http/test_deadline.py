"""A server that drips, wherever in its answer: the call ends at its deadline."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme

import synerise_frames as sf

DEADLINE = 0.6
#: Each wait for bytes is shorter than any time-out, and there are enough of them for 30 s.
PAUSE, BYTES = 0.1, 300
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@dataclass
class Dripping:
    """A server that sends `first` at once and then `drop` again and again."""

    listener: socket.socket
    tls: ssl.SSLContext | None = None
    first: bytes = b""
    drop: bytes = b""
    seen: list[bytes] = field(default_factory=list)
    #: Set when the first request, or its beginning, is there.
    heard: threading.Event = field(default_factory=threading.Event)
    #: Set when the other side has hung up.
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        with connection:
            self.seen.append(connection.recv(65536))
            self.heard.set()
            try:
                connection.sendall(self.first)
                for _ in range(BYTES):
                    time.sleep(PAUSE)
                    connection.sendall(self.drop)
            except OSError:
                self.left.set()


@pytest.fixture
def dripping() -> Iterator[Dripping]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Dripping(listener)
        threading.Thread(target=server.serve, daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)


def took(url: str, deadline: float = DEADLINE) -> float:
    """Make a call that fails for the time; give how long it took."""
    policy = sf.RetryPolicy(attempts=3, backoff=0, read_timeout=20, deadline=deadline)
    with sf.connect(
        host=url,
        auth="basic",
        workspace_guid="w",
        api_key="key-of-drips",
        cache=False,
        retry=policy,
    ) as ws:
        started = time.monotonic()
        with pytest.raises(sf.TransportError, match="in time") as caught:
            ws.metrics.calculate("m")
        assert caught.value.code == "timeout"
        return time.monotonic() - started


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"H"),
        (HEAD + b"X-Long: ", b"a"),
        (HEAD, b"X-More: a\r\n"),
        (HEAD + b"Content-Length: 100000\r\n\r\n{", b" "),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 100000\r\n\r\n", b"\x1f"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        (HEAD + b"\r\n{", b" "),
        (HEAD + b"Content-Length: 100000\r\n\r\n{", b""),
    ],
    ids=[
        "status",
        "continue",
        "header",
        "headers",
        "body",
        "packed body",
        "chunks",
        "size of a chunk",
        "body without length",
        "silence in a body",
    ],
)
def test_what_drips_ends_at_the_deadline(dripping: Dripping, first: bytes, drop: bytes) -> None:
    dripping.first, dripping.drop = first, drop
    assert DEADLINE <= took(dripping.url) < 20
    # And hangs up, which a server that is silent does not see.
    assert not drop or dripping.left.wait(20)


def test_tls_that_drips_ends_at_the_deadline(
    dripping: Dripping, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    dripping.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(dripping.tls)
    dripping.first, dripping.drop = HEAD + b"X-Long: ", b"a"
    assert DEADLINE <= took(dripping.url.replace("http:", "https:")) < 20
    assert dripping.left.wait(20)


def test_a_handshake_that_drips_ends_at_the_deadline(dripping: Dripping) -> None:
    # The head of a record of a handshake, as long as can be.
    dripping.first, dripping.drop = bytes.fromhex("1603033fff"), b"\x02"
    assert DEADLINE <= took(dripping.url.replace("http:", "https:")) < 20


def test_a_proxy_that_drips_ends_at_the_deadline(
    dripping: Dripping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", dripping.url)
    dripping.first, dripping.drop = b"HTTP/1.1 200 Established\r\nX-Long: ", b"a"
    assert DEADLINE <= took("https://api.example.invalid") < 20
    assert dripping.heard.wait(20)
    assert dripping.seen[0].startswith(b"CONNECT api.example.invalid:443 ")


def test_a_kept_connection_has_the_deadline_of_each_call(clock: Any) -> None:
    """What was left of the first call is no limit for the second."""
    whole = b'{"result": 7, "metricData": {"title": "x"}}'
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                for _ in range(2):
                    connection.recv(65536)
                    clock.jump(40)
                    length = b"Content-Length: %d\r\n\r\n" % len(whole)
                    connection.sendall(HEAD + length + whole)
                connection.recv(65536)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with sf.connect(
            host=f"http://127.0.0.1:{listener.getsockname()[1]}",
            auth="basic",
            workspace_guid="w",
            api_key="key-of-drips",
            cache=False,
            retry=sf.RetryPolicy(attempts=1, deadline=70),
        ) as ws:
            values = [ws.metrics.calculate("m")["value"].item() for _ in range(2)]
        thread.join(20)
    assert values == [7, 7]
