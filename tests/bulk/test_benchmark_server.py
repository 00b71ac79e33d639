"""The server of the bulk benchmark is right for any cut of the bytes, or figures mean nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO

import pytest

from benchmarks.profile_server import LOGIN, PATH, Server, running


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(latency=0.005) as server:
        yield server


def request(profile: int, *, authorization: str = "Authorization: Bearer t\r\n") -> bytes:
    body = json.dumps({"identifierValue": str(profile)}).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: h\r\n{authorization}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def connect(server: Server) -> socket.socket:
    port = int(server.url.rsplit(":", 1)[1])
    return socket.create_connection(("127.0.0.1", port), timeout=180)


class _Bytes:
    """What http.client reads an answer from: one stream for all answers of a connection."""

    def __init__(self, stream: BytesIO) -> None:
        self.stream = stream

    def makefile(self, mode: str) -> BytesIO:
        return self.stream


class _Stream(BytesIO):
    def close(self) -> None:
        """Stay open: the next answer follows."""


def answers(client: socket.socket, count: int) -> list[tuple[int, dict[str, object]]]:
    received = b""
    while received.count(b"HTTP/1.1 ") < count or not received.endswith(b"}"):
        received += client.recv(1 << 16)
    stream = _Stream(received)
    told = []
    for _ in range(count):
        response = HTTPResponse(_Bytes(stream))  # type: ignore[arg-type]
        response.begin()
        told.append((response.status, json.loads(response.read())))
    assert stream.read() == b""
    return told


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_requests_may_come_in_any_pieces_and_are_answered_in_order(
    server: Server, size: int
) -> None:
    before = server.counts()
    asked = b"".join(map(request, (7, 1_000_000_001, 8)))
    with connect(server) as client:
        for start in range(0, len(asked), size):
            client.sendall(asked[start : start + size])
        told = answers(client, 3)
    assert [status for status, _ in told] == [200] * 3
    assert [body["clientId"] for _, body in told] == [7, 1_000_000_001, 8]
    assert [body["result"] for _, body in told] == [55_433, 45_047, 63_352]
    after = server.counts()
    assert (after.connections - before.connections, after.calls - before.calls) == (1, 3)


def test_a_call_without_a_token_is_refused_and_not_counted(server: Server) -> None:
    before = server.counts().calls
    with connect(server) as client:
        client.sendall(request(7, authorization=""))
        ((status, _),) = answers(client, 1)
    assert status == 401
    assert server.counts().calls == before


def test_login_and_details_are_answered(server: Server) -> None:
    client = HTTPConnection(server.url.removeprefix("http://"), timeout=180)
    client.request("POST", LOGIN, body=b'{"apiKey": "k"}')
    assert json.loads(client.getresponse().read())["token"].count(".") == 2
    details = PATH.partition("/calculate/")[0]
    client.request("GET", details, headers={"Authorization": "Bearer t"})
    assert json.loads(client.getresponse().read())["id"] == details.rsplit("/", 1)[1]
    client.close()
