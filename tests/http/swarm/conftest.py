"""Real servers on loopback that answer as told and count connections; calls for them."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from synerise_frames.http.limiter import Limiter
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.swarm import Call, Outcome, Swarm
from tests.http.replies import Reply, give

# Quick in what it does, patient with a busy machine.
QUICK = RetryPolicy(attempts=3, backoff=0.01, read_timeout=30, deadline=60)


@dataclass
class Asked:
    """One request, as it came."""

    method: str
    path: str
    headers: HTTPMessage
    body: bytes
    number: int


@dataclass
class Peer:
    """What the server does, and what it saw."""

    url: str = ""
    answer: Callable[[Asked], Reply] = lambda asked: Reply(body=asked.body)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    #: Requests that are being answered, and the most of them at one time.
    now: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    die: Callable[[], None] = lambda: None

    def note(self, method: str, path: str, headers: HTTPMessage, body: bytes) -> Asked:
        with self.lock:
            asked = Asked(method, path, headers, body, len(self.asked))
            self.asked.append(asked)
            self.now += 1
            self.most = max(self.most, self.now)
        return asked


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    peer: Peer

    def setup(self) -> None:
        super().setup()
        with self.peer.lock:
            self.peer.connections += 1

    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = self.peer.note(self.command, self.path, self.headers, body)
        try:
            reply = self.peer.answer(asked)
        finally:
            with self.peer.lock:
                self.peer.now -= 1
        give(self, reply)

    do_GET = do_POST = do_PUT = do_any  # noqa: N815 - the names of http.server

    def log_message(self, *_: object) -> None:
        pass


class Httpd(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.sockets: list[socket.socket] = []
        self.context: ssl.SSLContext | None = None

    def process_request(self, request: Any, client_address: Any) -> None:
        self.sockets.append(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        if self.context:
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except OSError:
                return  # The client refused the certificate.
        super().process_request_thread(request, client_address)

    def handle_error(self, *_: object) -> None:
        pass  # Clients hang up on purpose here.


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[Httpd]:
    httpd = Httpd(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield httpd
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Peer]:
    peer = Peer()
    with listening(type("Told", (Handler,), {"peer": peer})) as httpd:
        httpd.context = context

        def die() -> None:
            """Hear nobody any more, and hang up on those who are connected."""
            httpd.socket.close()
            for one in httpd.sockets:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

        peer.die = die
        peer.url = f"http{'s' if context else ''}://127.0.0.1:{httpd.server_port}"
        yield peer


@pytest.fixture
def serve() -> Iterator[Callable[..., Peer]]:
    """Start servers, by choice with TLS."""
    with ExitStack() as stack:
        yield lambda context=None: stack.enter_context(serving(context))


@pytest.fixture
def listen() -> Callable[..., Any]:
    """Listen with a handler of one's own."""
    return listening


@pytest.fixture
def peer(serve: Callable[..., Peer]) -> Peer:
    return serve()


@pytest.fixture
def swarm(peer: Peer) -> Callable[..., Swarm]:
    """Make what sends to the server."""

    def made(**options: Any) -> Swarm:
        given = {
            "base_url": peer.url,
            "retry": QUICK,
            "limiter": Limiter(),
            "auth": None,
            "connections": 8,
        }
        return Swarm(**{**given, **options})

    return made


@pytest.fixture
def send(swarm: Callable[..., Swarm]) -> Callable[..., list[Outcome]]:
    """Send calls (or bodies) and give what became of them, in their order."""

    def sent(calls: list[Call | bytes], **options: Any) -> list[Outcome]:
        run = {name: options.pop(name) for name in ("tick", "deadline") if name in options}
        made = [call if isinstance(call, Call) else Call("/x", call) for call in calls]
        for number, call in enumerate(made):
            call.tag = number
        outcomes: dict[Any, Outcome] = {}

        def done(call: Call, outcome: Outcome) -> None:
            assert call.tag not in outcomes, "told twice"
            outcomes[call.tag] = outcome

        swarm(**options).run(iter(made), done, **run)
        return [outcomes[number] for number in range(len(made))]

    return sent
