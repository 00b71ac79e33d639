"""A server on loopback, in a process of its own, that answers calls for single profiles.

It does as little as answers them rightly, so that it is not what is measured: one loop, bytes in
and bytes out. ``python -m benchmarks.profile_server`` measures what it can do.
"""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import re
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

LATENCY = 0.02
AGGREGATE = "00000000-0000-4000-8000-000000000001"
NAME = "Baskets"
LOGIN = "/uauth/v2/auth/login/profile"
PATH = f"/analytics/profiles/aggregates/{AGGREGATE}/calculate/by/id"

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)")
_BEARER = b"\r\nauthorization: bearer "


def result_of(profile: int) -> int:
    """Give the value that belongs to a profile, and to few others."""
    return profile * 7919 % 100_003


def _answer(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


def _value(profile: int) -> bytes:
    told = b'{"clientId":%d,"aggregateId":"%s","name":"%s","result":%d}'
    values = (profile, AGGREGATE.encode(), NAME.encode(), result_of(profile))
    return _answer(b"200 OK", told % values)


def _token() -> bytes:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + 3600}).encode()).decode()
    return json.dumps({"token": f"eyJhbGciOiJIUzUxMiJ9.{claims.rstrip('=')}.c2ln"}).encode()


@dataclass
class Counts:
    """What the server saw: connections, and calls of a calculation."""

    connections: int = 0
    calls: int = 0


class _Answering(asyncio.Protocol):
    """One connection: any number of requests, in pieces or many at once, answered in order."""

    def __init__(self, counts: Counts, latency: float) -> None:
        self.counts, self.latency = counts, latency
        self.later = asyncio.get_running_loop().call_later
        self.unread = b""
        self.waiting: deque[bytes] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.counts.connections += 1

    def data_received(self, data: bytes) -> None:
        self.unread += data
        while (end := self.unread.find(b"\r\n\r\n")) >= 0:
            head = self.unread[:end].lower()
            found = _LENGTH.search(head)
            stop = end + 4 + (int(found[1]) if found else 0)
            if len(self.unread) < stop:
                return
            body, self.unread = self.unread[end + 4 : stop], self.unread[stop:]
            answer = self.reply(head, body)
            if self.latency:
                self.waiting.append(answer)
                self.later(self.latency, self.send)
            else:
                self.transport.write(answer)

    def send(self) -> None:
        # Whichever timer goes off: who asked first on a connection is answered first.
        self.transport.write(self.waiting.popleft())

    def reply(self, head: bytes, body: bytes) -> bytes:
        line = head[: head.find(b"\r\n")]
        if b"/login/" in line:
            return _answer(b"200 OK", _token())
        if _BEARER not in head:
            return _answer(b"401 Unauthorized", b'{"status":401,"message":"no token"}')
        if b"/calculate/by/" not in line:
            return _answer(b"200 OK", json.dumps({"id": AGGREGATE, "name": NAME}).encode())
        self.counts.calls += 1
        return _value(int(json.loads(body)["identifierValue"]))


async def _listen(pipe: Connection, latency: float) -> None:
    loop, counts = asyncio.get_running_loop(), Counts()

    def tell() -> None:
        pipe.recv()
        pipe.send(counts)

    server = await loop.create_server(
        lambda: _Answering(counts, latency), "127.0.0.1", 0, backlog=512
    )
    loop.add_reader(pipe.fileno(), tell)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _serve(pipe: Connection, latency: float) -> None:
    asyncio.run(_listen(pipe, latency))


class Server:
    """A running server."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url = f"http://127.0.0.1:{pipe.recv()}"

    def counts(self) -> Counts:
        """Ask what it saw."""
        self._pipe.send(None)
        counts = self._pipe.recv()
        assert isinstance(counts, Counts)
        return counts


@contextmanager
def running(latency: float = LATENCY) -> Iterator[Server]:
    """Run the server."""
    ours, theirs = multiprocessing.Pipe()
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=_serve, args=(theirs, latency), daemon=True)
    process.start()
    # So that a server that could not start is an end of file here, and no silence.
    theirs.close()
    try:
        yield Server(ours)
    finally:
        process.terminate()
        process.join()


def main() -> None:
    """Send 64 requests at a time over one connection, and print how many are answered."""
    body = b'{"identifierValue": "1000000000"}'
    head = b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: %d\r\n\r\n"
    requests = (head % (PATH.encode(), len(body)) + body) * 64
    for latency, rounds in ((0.0, 400), (LATENCY, 100)):
        with running(latency) as server:
            port = int(server.url.rsplit(":", 1)[1])
            with socket.create_connection(("127.0.0.1", port)) as client:
                start = time.perf_counter()
                for _ in range(rounds):
                    client.sendall(requests)
                    left = 64 * len(_value(1_000_000_000))
                    while left:
                        left -= len(client.recv(left))
                took = time.perf_counter() - start - rounds * latency
        print(f"latency {latency * 1000:.0f} ms: {rounds * 64 / took:,.0f} answers a second")


if __name__ == "__main__":
    main()
