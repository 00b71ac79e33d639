"""A server that disagrees with the library's guesses: it moves routes, and counts requests.

It stands before one demo workspace, on a real socket. What it knows under another path it hands
on, what was moved away is not there any more.
"""

from __future__ import annotations

import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from synerise_frames.http.client import Client
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.tokens import BearerTokens
from synerise_frames.redact import Secret
from synerise_frames.sandbox.launch import RunningSandbox, launch
from synerise_frames.wire.api import Api
from synerise_frames.wire.login import login_workspace
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook
from synerise_frames.wire.permissions import PERMISSION_CHECK

FAST = 10_000.0
# No wait between tries: the tests have servers that never get better.
RETRY = RetryPolicy(attempts=2, backoff=0.0)

#: Status, content type, body.
Reply = tuple[int, str, bytes]


@dataclass
class Server:
    """What a server answers, and what it was asked."""

    url: str
    key: str
    sandbox: RunningSandbox
    moved: Mapping[str, str] = field(default_factory=dict)
    #: Asked before anything is handed on; its answer wins.
    answer: Callable[[str, str, bytes], Reply | None] = lambda method, path, body: None
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)

    def api(self, paths: PathBook | None = None) -> Api:
        client = Client(self.url, RETRY)
        book = paths or PathBook()
        return Api(client, BearerTokens(lambda: login_workspace(client, book, Secret(self.key))), book)

    def ids(self, family: str) -> list[str]:
        return self.sandbox.definitions[family.removesuffix("s")]

    def find(self, method: str, path: str) -> tuple[str, str] | None:
        """Give the operation at a path, and the path that the demo workspace has for it."""
        rows = []
        for key, op in OPERATIONS.items():
            own = self.moved.get(key, f"{op.method} {op.path}").split()
            rows.append((own[1].count("{"), key, own, op.path))
        check = PERMISSION_CHECK
        rows.append((0, check.key, [check.method, check.path], check.path))
        for _, key, (verb, template), there in sorted(rows):
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
            if found and verb == method:
                values = {"namespace": "profiles", **found.groupdict()}
                return key, re.sub(r"\{(\w+)\}", lambda m: values[m[1]], there)
        return None


def handler_of(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            server.seen.append((self.command, path))
            known = server.find(self.command, path)
            login = known and known[0] == "auth.login_workspace"
            reply = None if login else server.answer(self.command, path, body)
            if reply is None and known:
                server.reached.append(known[0])
                reply = self.handed_on(known[1] + (f"?{query}" if query else ""), body)
            status, kind, content = reply or problem(404, "no such path")
            self.send_response(status)
            for name, value in {"Content-Type": kind, **server.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815

        def handed_on(self, path: str, body: bytes) -> Reply:
            names = ("Authorization", "Content-Type", "Accept")
            headers = {n: self.headers[n] for n in names if self.headers[n]}
            request = urllib.request.Request(
                server.sandbox.url + path, body or None, headers, method=self.command
            )
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            try:
                with opener.open(request, timeout=30) as answer:
                    return answer.status, answer.headers["Content-Type"], answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers["Content-Type"], error.read()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def problem(status: int, message: str, **more: object) -> Reply:
    body = {"timestamp": "2024-01-01T00:00:00Z", "status": status, "error": "Error"}
    body |= {"message": message, "path": "/", **more}
    return status, "application/json", json.dumps(body).encode()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    with launch() as running:
        yield running


@contextmanager
def serving(
    sandbox: RunningSandbox, moved: Mapping[str, str], answer: Callable[..., Reply | None] | None
) -> Iterator[Server]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server = Server(f"http://127.0.0.1:{httpd.server_port}", sandbox.api_key, sandbox, moved)
    server.answer = answer or server.answer
    httpd.RequestHandlerClass = handler_of(server)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def start(sandbox: RunningSandbox) -> Iterator[Callable[..., Server]]:
    """Start a server: ``start(moved={key: "POST /…"}, answer=callable)``."""
    with ExitStack() as stack:

        def begin(
            moved: Mapping[str, str] | None = None,
            answer: Callable[..., Reply | None] | None = None,
        ) -> Server:
            return stack.enter_context(serving(sandbox, moved or {}, answer))

        yield begin
