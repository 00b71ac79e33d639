"""A real server on loopback that answers by a script, and counts what it is asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.clock import Clock
from tests.http.replies import Reply, give
from tests.tokens import jwt

LOGIN = "/uauth/v2/auth/login/profile"


@dataclass
class Scripted:
    url: str
    seen: list[tuple[str, str, str | None, bytes]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    lifetime: float = 3600
    logins: int = 0
    #: What logins answer, one after the other and then the last; tokens where nothing is said.
    login_replies: list[Reply] = field(default_factory=list)
    #: Tokens that are answered with 401, as in the header.
    revoked: set[str] = field(default_factory=set)
    #: Called before an answer is sent, with its path.
    before: Callable[[str], object] = lambda path: None

    def say(self, *replies: Reply) -> None:
        """Queue replies; the last one is repeated."""
        self.replies[:] = replies


def _next(replies: list[Reply]) -> Reply:
    return replies.pop(0) if len(replies) > 1 else replies[0]


def handler_of(script: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            authorization = self.headers.get("Authorization")
            if self.path == LOGIN:
                script.logins += 1
                now = time.time()
                token = jwt(exp=now + script.lifetime, iat=now, n=script.logins)
                given = [Reply(body=json.dumps({"token": token}).encode())]
                reply = _next(script.login_replies or given)
            else:
                script.seen.append((self.command, self.path, authorization, body))
                reply = Reply(401) if authorization in script.revoked else _next(script.replies)
            script.before(self.path)
            give(self, reply)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Where many threads connect at once, more than five have to wait for their turn.
    request_queue_size = 128


@pytest.fixture
def server() -> Iterator[Scripted]:
    script = Scripted("")
    httpd = Server(("127.0.0.1", 0), BaseHTTPRequestHandler)
    httpd.RequestHandlerClass = handler_of(script)
    script.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield script
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def reply() -> Callable[..., Reply]:
    return Reply


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock of all that looks at it from now on, but of limiters that have no other."""
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock
