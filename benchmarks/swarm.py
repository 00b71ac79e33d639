"""What a call costs on libcurl's multi interface, against aiohttp written by hand.

Run it with ``python -m benchmarks.swarm``. A server in a process of its own answers 10,000 calls
after 20 ms each, on 64 connections. Both sides take turns, each with the same bodies, and give the
body and status of every answer; CPU is that of the process which calls, imports left out.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection

import aiohttp

from benchmarks.alone import Effort, main
from benchmarks.row import Row, at_most, compared
from benchmarks.timing import in_turns, seconds
from synerise_frames.http.limiter import Limiter
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.swarm import Call, Outcome, Swarm

LATENCY = 0.02
CONNECTIONS = 64
PATH = "/analytics/profiles/aggregates/a/calculate/by/id"
CONTENT = b'{"clientId": 1, "aggregateId": "a", "name": "n", "result": 1}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    + str(len(CONTENT)).encode() + b"\r\n\r\n" + CONTENT
)  # fmt: skip

Times = tuple[float, float]


class _Answering(asyncio.Protocol):
    """As little as answers calls: the server must not be what is measured."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.seen = transport, b""
        self.later = asyncio.get_running_loop().call_later

    def data_received(self, data: bytes) -> None:
        self.seen += data
        while (end := self.seen.find(b"\r\n\r\n")) >= 0:
            head = self.seen[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            if len(self.seen) < end + 4 + length:
                return
            self.seen = self.seen[end + 4 + length :]
            self.later(LATENCY, self.transport.write, ANSWER)


def _serve(pipe: Connection, certificate: str | None) -> None:
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(_Answering, "127.0.0.1", 0, backlog=512, ssl=context)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def running(certificate: str | None = None) -> Iterator[str]:
    """Run the server; give its address."""
    ours, theirs = multiprocessing.Pipe()
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=_serve, args=(theirs, certificate), daemon=True)
    process.start()
    try:
        yield f"http{'s' if certificate else ''}://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def bodies(count: int) -> Iterator[bytes]:
    return (b'{"identifierValue": "%d"}' % number for number in range(count))


def by_swarm(url: str, count: int) -> None:
    answers: list[Outcome] = []
    swarm = Swarm(url, RetryPolicy(attempts=1), Limiter(), None, connections=CONNECTIONS)
    swarm.run(
        (Call(PATH, body) for body in bodies(count)), lambda _, outcome: answers.append(outcome)
    )
    assert [one.status for one in answers] == [200] * count


def by_aiohttp(url: str, count: int) -> None:
    async def work(
        session: aiohttp.ClientSession, source: Iterator[bytes], into: list[tuple[int, bytes]]
    ) -> None:
        for body in source:
            async with session.post(
                url + PATH, data=body, headers={"Content-Type": "application/json"}
            ) as answer:
                into.append((answer.status, await answer.read()))

    async def run() -> list[tuple[int, bytes]]:
        answers: list[tuple[int, bytes]] = []
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector) as session:
            source = bodies(count)
            await asyncio.gather(*(work(session, source, answers) for _ in range(CONNECTIONS)))
        return answers

    assert [status for status, _ in asyncio.run(run())] == [200] * count


def timed(work: Callable[[], object]) -> Times:
    """Give wall and CPU seconds."""
    cpu = time.process_time()
    wall = seconds(work)
    return wall, time.process_time() - cpu


def measure(effort: Effort) -> Iterator[Row]:
    """Send calls, each way."""
    count = effort.of(10_000)
    with running() as url:
        ways = {
            name: partial(timed, partial(send, url, count))
            for name, send in (("swarm", by_swarm), ("aiohttp", by_aiohttp))
        }
        for send in (by_swarm, by_aiohttp):
            send(url, 2 * CONNECTIONS)
        ours, theirs = in_turns(ways, effort.rounds(3)).values()
    work = f"{count:,} calls, answers kept in memory"
    for told, which, target in (
        (work, 0, at_most(1.0, "its time")),
        (f"{work}, CPU", 1, at_most(0.6, "its CPU")),
    ):
        left, right = ([one[which] for one in times] for times in (ours, theirs))
        yield compared(told, ("swarm", left), ("aiohttp", right), target)


if __name__ == "__main__":
    main(__doc__, measure)
