"""Real servers on loopback: a scripted API that says what it was asked, and the demo workspace."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.http.cache.behind import BEHIND
from synerise_frames.http.cache.sealed import ANSWER, seal, unseal
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.wire.operations import OPERATIONS
from tests.tokens import jwt

LOGIN = "/uauth/v2/auth/login/profile"
KEY = "key-of-the-first-workspace"

#: How all tokens begin, and no others: they are looked for by it.
MAKER = "by the server of tests"

#: The paths as they are, but given by the user: so nothing warns of guesses.
PATHS = {key: op.path for key, op in OPERATIONS.items() if not op.verified}


@dataclass
class Reply:
    status: int = 200
    #: What was asked, if nothing is said.
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    #: "half" closes in the middle of the body.
    how: str = ""


@dataclass
class Api:
    """A server that answers with what it was asked, unless it is told what to say."""

    url: str = ""
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    reply: Reply = field(default_factory=Reply)
    #: Called before an answer is sent, with method and path.
    before: Callable[[str, str], object] = lambda method, path: None
    #: Whether answers say what was asked.
    echoes: bool = True
    #: Who is in the lists of people.
    person: str = "somebody@example.com"
    tokens: list[str] = field(default_factory=list)
    #: Where a token is given to whoever asks, and what is called before.
    logins: set[str] = field(default_factory=lambda: {LOGIN})
    on_login: Callable[[], object] = lambda: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def calls(self) -> int:
        return len(self.seen)

    def say(
        self, status: int = 200, body: bytes | None = None, how: str = "", **headers: str
    ) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.reply = Reply(status, body, names, how)


def _echo(number: int, method: str, path: str, body: str, person: str) -> bytes:
    """Give an answer that says which call this was, and what was asked."""
    if path.endswith("/csv"):
        return f"group,value\na,{number}\n".encode()
    if path.endswith("/preview/profiles"):
        return json.dumps([[{"id": 1, "email": person}]]).encode()
    return json.dumps(_payload(number, method, path, body)).encode()


def _payload(number: int, method: str, path: str, body: str) -> Any:
    answers: dict[str, Any] = {
        r"POST .*/check/by/\w+": [{"segmentationId": "s", "result": True}],
        r"POST .*/aggregates/.*/by/\w+": {
            "clientId": 7,
            "aggregateId": "a",
            "name": "Visits",
            "result": number,
        },
        r"POST .*/directories": {"id": "new-id"},
        r"GET .*/directories": [],
        r"POST /\w+/\w+/\w+": "new-id",
        r"GET .*/metrics(\?.*)?": {
            "data": [{"id": "m", "name": f"Metric {number}"}],
            "meta": {"totalPages": 1},
        },
        ".*": {
            "id": "x",
            "name": "Sales",
            "analysis": {"n": number},
            "metadata": {},
            "legends": [{"id": "a", "name": "Visits"}],
            "items": [{"date": "2020-01-01T00:00:00+01:00", "values": [number]}],
            "result": number,
            "metricData": {"title": "Revenue"},
            "asked": {"method": method, "path": path, "body": body, "call": number},
        },
    }
    asked = f"{method} {path}"
    return next(answer for form, answer in answers.items() if re.fullmatch(form, asked))


def _handler(api: Api) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if self.path in api.logins:
                api.on_login()
                now = time.time()
                with api.lock:
                    number = len(api.tokens)
                    api.tokens.append(jwt(made=MAKER, exp=now + 3600, iat=now, n=number))
                self.send(Reply(body=json.dumps({"token": api.tokens[-1]}).encode()))
                return
            with api.lock:
                api.seen.append((self.command, self.path, body))
                number, reply = len(api.seen), api.reply
            api.before(self.command, self.path)
            content = reply.body
            if content is None:
                asked = body if api.echoes else ""
                content = _echo(number, self.command, self.path, asked, api.person)
            self.send(Reply(reply.status, content, reply.headers, reply.how))

        def send(self, reply: Reply) -> None:
            content = reply.body or b""
            self.close_connection = reply.how == "half"
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if reply.how == "half" else content)
            self.wfile.flush()

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _serving() -> Iterator[Api]:
    api = Api()
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api))
    httpd.daemon_threads = True
    api.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield api
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def api() -> Iterator[Api]:
    yield from _serving()


@pytest.fixture
def other_api() -> Iterator[Api]:
    yield from _serving()


@pytest.fixture
def connect(api: Api, tmp_path: Path) -> Iterator[Callable[..., sf.Workspace]]:
    """Connect to the scripted server, as a new process would, with the test's own folder."""
    opened: list[sf.Workspace] = []

    def make(**changes: Any) -> sf.Workspace:
        given: dict[str, Any] = {
            "host": api.url,
            "cache": tmp_path,
            "tz": "Europe/Warsaw",
            "paths": PATHS,
            "retry": RetryPolicy(attempts=1),
        }
        if "username" not in changes:
            given["api_key"] = KEY
        opened.append(sf.connect(**(given | changes)))
        return opened[-1]

    yield make
    for workspace in opened:
        workspace.close()


@pytest.fixture
def own(connect: Callable[..., sf.Workspace]) -> sf.Workspace:
    """One workspace on the scripted server."""
    return connect()


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[str], list[Path]]:
    """Give the files whose names end so."""

    def find(ending: str = "") -> list[Path]:
        BEHIND.wait()
        return sorted(path for path in tmp_path.rglob(f"*{ending}") if path.is_file())

    return find


@pytest.fixture
def older(kept: Callable[[str], list[Path]]) -> Callable[[float], None]:
    """Make all that is kept so many seconds older, as if it had been fetched earlier."""

    def make(seconds: float) -> None:
        for path in kept(""):
            name = path.name.removesuffix(".answer").removesuffix(".arrow")
            opened = unseal(name, path.read_bytes())
            assert opened, f"{path} cannot be read"
            head, payload = opened
            del head["version"]
            for key in ("created", "expires", "fetched_at"):
                if isinstance(head.get(key), str):
                    moment = datetime.fromisoformat(head[key]) - timedelta(seconds=seconds)
                    head[key] = moment.isoformat()
                elif key in head:
                    head[key] -= seconds
            path.write_bytes(seal(name, head, bytes(payload)))
            if path.suffix == ANSWER:
                mark = round(head["created"] * 1_000_000) * 1000
                os.utime(path, ns=(mark, mark))

    return make


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo-cache")


@pytest.fixture(scope="session")
def demo(demo_folder: Path) -> Iterator[sf.Workspace]:
    """The demo workspace with a folder that tests can look into."""
    with sf.demo(cache=demo_folder) as workspace:
        yield workspace
