"""Generated requests for the embedded workspace: any operation, any parameter, any body."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

from synerise_frames.sandbox.launch import RunningSandbox
from synerise_frames.wire.operations import OPERATIONS, Operation
from tests.hardening.mutations import (
    TEXTS,
    anything,
    bytes_of,
    changed,
    size,
    text_of,
    thinned,
)
from tests.hardening.shrinking import smallest

#: No answer takes longer; a hang does.
PATIENCE = 30.0

_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get"]
_HEADERS = [
    ("Authorization", ""), ("Authorization", "Bearer"), ("Authorization", "Bearer a.b.c"),
    ("Authorization", "Basic !!!"), ("Authorization", "Basic " + "A" * 5000),
    ("Authorization", "Bearer " + "eyJhbGciOiJub25lIn0.e30."), ("Authorization", "\xff\xfe"),
    ("Content-Type", "text/html"), ("Content-Type", "multipart/form-data"), ("Accept", "\x01"),
    ("Content-Encoding", "gzip"), ("Expect", "100-continue"), ("Host", "evil.invalid"),
    ("X-Forwarded-For", "1.2.3.4" * 500), ("Cookie", "a=" + "b" * 3000), ("Range", "bytes=9-1"),
    ("If-None-Match", "*"), ("Upgrade", "websocket"), ("Transfer-Encoding", "chunked"),
]  # fmt: skip
_RAW = [
    b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00", b"A" * 100_000,
    b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
    b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"PRI * HTTP/2.0\r\n\r\n",
    b"GET http://evil.invalid/ HTTP/1.1\r\nHost: a\r\n\r\n", b"GET //x HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /" + b"a/" * 3000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /analytics/profiles/metrics?limit=" + b"9" * 500 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 2000 + b"\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
]  # fmt: skip

#: Fields whose values are definitions, and the kinds of these.
_DEFINED = {"analysis": None, "aggregate": "aggregate", "expression": "expression"}
_GIVEN: Mapping[str, list[Any]] = {
    "dateFilter": [
        {"type": "RELATIVE", "duration": {"type": "DAYS", "value": 30}, "offset": {"value": 0}},
        {"type": "ABSOLUTE", "from": "2017-03-01T00:00:00", "to": "2017-04-01T00:00:00"},
    ],
    "aggregateDataBy": [{"type": "DAYS", "value": 7}, {"type": "HOURS", "value": 12}],
    "filter": [{}, {"matching": True, "expressions": []}],
    "variables": [[], [{"name": "department", "value": "DELI"}]],
    "identifierValue": ["1", "household-1@example.com", "H1"],
    "allowNull": [True, False],
    "analyticType": ["ANALYTICS_METRIC", "METRICS"],
}


@dataclass(frozen=True)
class Drawn:
    """One generated request."""

    key: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __str__(self) -> str:
        return f"{self.key}: {self.method} {self.path[:200]} {self.body[:400]!r}"


@dataclass
class Siege:
    """Sends generated requests to an embedded workspace, and judges what it answers."""

    url: str
    token: str
    analyses: Mapping[str, Mapping[str, Any]]
    seed: int
    statuses: Counter[int] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def run(self, batches: Iterable[int]) -> None:
        """Send batches of requests; the seed and a number give the same again."""
        where = urlsplit(self.url)
        connection = HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)
        for number in batches:
            found = smallest(lambda random: self._one(connection, random), f"{self.seed}-{number}")
            self.findings += [f"batch {number}, {one}" for one in found]
        connection.close()

    def _one(self, connection: HTTPConnection, random: Random) -> list[str]:
        if random.random() > 0.98:
            return self._raw(random.choice(_RAW), (connection.host, connection.port))
        drawn = self.draw(random)
        try:
            connection.putrequest(drawn.method, drawn.path, skip_accept_encoding=True)
            for name, value in drawn.headers:
                connection.putheader(name, value.encode("latin-1"))
            connection.endheaders(drawn.body)
            answer = connection.getresponse()
            content = answer.read()
        except (HTTPException, OSError) as error:
            # A connection that is ended by a refusal of the request is no harm.
            connection.close()
            return [f"no answer in time: {drawn}"] if isinstance(error, TimeoutError) else []
        return self._judge(str(drawn), answer.status, content, drawn.method == "HEAD")

    def _raw(self, raw: bytes, address: tuple[str, int]) -> list[str]:
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            try:
                connection.sendall(raw)
                connection.shutdown(socket.SHUT_WR)
                answer = connection.recv(1 << 16)
            except TimeoutError:
                return [f"no answer in time: {raw[:200]!r}"]
            except OSError:
                return []
        found = re.match(rb"HTTP/1\.\d (\d+)", answer)
        return self._judge(repr(raw[:200]), int(found[1]) if found else 0, b"{}", is_bare=True)

    def _judge(self, what: str, status: int, content: bytes, is_bare: bool) -> list[str]:
        self.statuses[status] += 1
        told = []
        if status >= 500:
            told.append(f"status {status}: {what} {content[:300]!r}")
        if b"Traceback" in content or b"site-packages" in content or b'.py"' in content:
            told.append(f"tells of its insides: {what} {content[:300]!r}")
        if status >= 400 and content and not is_bare:
            try:
                said = json.loads(content)
            except ValueError:
                said = None
            # uvicorn answers in plain text what is no HTTP for it.
            if not isinstance(said, dict) and not content.startswith(b"Invalid HTTP"):
                told.append(f"no JSON error: {what} {content[:300]!r}")
        return told

    def draw(self, random: Random) -> Drawn:
        key = random.choice([*OPERATIONS])
        operation = OPERATIONS[key]
        method = random.choice(_METHODS) if random.random() > 0.95 else operation.method
        path = self._path(random, operation)
        headers = [("Authorization", f"Bearer {self.token}")] if random.random() < 0.95 else []
        headers += random.choices(_HEADERS, k=random.choice([0] * 9 + [1]))
        body = self._body(random, operation)
        headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        return Drawn(key, method, path, tuple(headers), body)

    def _path(self, random: Random, operation: Operation) -> str:
        # What is there is not deleted: there would be ever less to ask about.
        known = 0.0 if operation.method == "DELETE" or "batch" in operation.path else 0.85
        family = operation.key.split(".")[0].removesuffix("s")
        ids = [*self.analyses.get(family, {"x": None})]

        def value(name: str) -> str:
            if name == "namespace":
                return "profiles" if random.random() < 0.97 else random.choice(TEXTS)
            if name == "identifierType" and random.random() < 0.95:
                return random.choice(["id", "email", "uuid", "custom_identify"])
            if name == "clientId" and random.random() < 0.8:
                return random.choice(["1", "2", "-1", "99999999999999999999"])
            return random.choice(ids if random.random() < known else TEXTS)

        def placed(found: re.Match[str]) -> str:
            return quote(value(found[1]), safe="", errors="replace")

        path = re.sub(r"\{(\w+)\}", placed, operation.path)
        query = [
            f"{name}={quote(random.choice([*TEXTS, '1', '2', 'name:asc']), errors='replace')}"
            for name in operation.query
            if random.random() < 0.3
        ]
        return path + ("?" + "&".join(query) if query else "")

    def _body(self, random: Random, operation: Operation) -> bytes:
        if not operation.body:
            return b"" if random.random() < 0.8 else bytes_of(random, text_of(random, {}))
        body = {name: self._field(random, operation, name) for name in operation.body}
        for name in operation.body:
            if name not in operation.required and random.random() < 0.4:
                del body[name]
        rows, fields = size(random)
        how = random.random()
        if how < 0.7:
            body = thinned(changed(random, body), rows, fields)
        elif how < 0.75:
            body = anything(random, 4)
        if how < 0.9:
            return json.dumps(body, allow_nan=False, default=str).encode() if _plain(body) else b"1"
        return bytes_of(random, text_of(random, body))

    def _field(self, random: Random, operation: Operation, name: str) -> Any:
        if name in _DEFINED:
            kind = _DEFINED[name] or operation.key.split(".")[0].removesuffix("s")
            return random.choice([*self.analyses.get(kind, {"": {}}).values()])
        if name.endswith("Ids"):
            return [random.choice(TEXTS) for _ in range(random.randint(0, 3))]
        return random.choice(_GIVEN[name]) if name in _GIVEN else random.choice(TEXTS)


def _plain(body: Any) -> bool:
    try:
        json.dumps(body, allow_nan=False)
    except ValueError:
        return False
    return True


def besiege(sandbox: RunningSandbox, seed: int) -> Siege:
    """Log in, and read the definitions that there are."""
    where = urlsplit(sandbox.url)
    connection = HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)

    def ask(method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, headers)
        return json.loads(connection.getresponse().read())

    token = ask("POST", OPERATIONS["auth.login_workspace"].path, {"apiKey": sandbox.api_key})
    signed = {"Authorization": f"Bearer {token['token']}"}
    analyses = {
        kind: {
            one: ask("GET", f"/analytics/profiles/{kind}s/{one}", **signed)["analysis"]
            for one in ids
        }
        for kind, ids in sandbox.definitions.items()
    }
    connection.close()
    return Siege(sandbox.url, token["token"], analyses, seed)
