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
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.kinds.context import Context
from synerise_frames.sandbox.launch import RunningSandbox, launch
from synerise_frames.wire.api import Api
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.permissions import PERMISSION_CHECK

FAST = 10_000.0
# No wait between tries: the tests have servers that never get better.
RETRY = RetryPolicy(attempts=2, backoff=0.0)

#: Status (0 cuts the connection), content type, body.
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
    #: Another Date header than the true one.
    date: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)

    def workspace(self, **more: Any) -> sf.Workspace:
        return sf.connect(api_key=self.key, host=self.url, retry=RETRY, **more)

    def context(self, **more: Any) -> Context:
        return self.workspace(**more).context

    def api(self, **more: Any) -> Api:
        return self.context(**more).api

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
            # There is one namespace, so that /analytics/analytics/… is none.
            pattern = template.replace("{namespace}", "profiles")
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern), path)
            if found and verb == method:
                values = {"namespace": "profiles", **found.groupdict()}
                return key, re.sub(r"\{(\w+)\}", partial(_value, values), there)
        return None


def _value(values: Mapping[str, str], found: re.Match[str]) -> str:
    return values[found[1]]


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
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Type": kind, **server.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string() if server.date is None else server.date

        def handed_on(self, path: str, body: bytes) -> Reply:
            names = ("Authorization", "Content-Type", "Accept")
            headers = {n: self.headers[n] for n in names if self.headers[n]}
            request = urllib.request.Request(
                server.sandbox.url + path, body or None, headers, method=self.command
            )
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            try:
                with opener.open(request, timeout=180) as answer:
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
def start(
    sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Server]]:
    """Start a server: ``start(moved={key: "POST /…"}, answer=callable)``."""
    for name in ("CONFIG", "CACHE"):
        monkeypatch.setenv(f"SYNERISE_{name}_DIR", str(tmp_path / name.lower()))
    with ExitStack() as stack:

        def begin(
            moved: Mapping[str, str] | None = None,
            answer: Callable[..., Reply | None] | None = None,
        ) -> Server:
            return stack.enter_context(serving(sandbox, moved or {}, answer))

        yield begin
