"""What a call costs on libcurl's multi interface, against aiohttp written by hand.

Run it with ``python -m benchmarks.swarm``; it needs the extras ``bulk`` and ``dev``, and aiohttp. A
server in a process of its own answers 10,000 calls after 20 ms each, on 64 connections. Both sides
take turns, each with the same bodies, and give the body and status of every answer; CPU is that of
the process which calls, imports left out. Then 64 connections with TLS are opened, with few
authorities to trust and with all of certifi's: what the latter costs more should be one reading
of them ("theirs" in that row) and not 64.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import aiohttp
import certifi
import pandas as pd
import trustme

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
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def calls(count: int, rounds: int) -> list[tuple[str, float, float, float, str]]:
    contenders = {"swarm": by_swarm, "aiohttp": by_aiohttp}
    took: dict[str, list[Times]] = {name: [] for name in contenders}
    with running() as url:
        for send in contenders.values():
            send(url, 2 * CONNECTIONS)
        for _ in range(rounds):
            for name, send in contenders.items():
                took[name].append(timed(lambda send=send: send(url, count)))  # type: ignore[misc]
    wall = {name: median(one for one, _ in times) for name, times in took.items()}
    cpu = {name: median(one for _, one in times) for name, times in took.items()}
    rows = []
    for what, of, per, target in (
        (f"{count:,} calls, wall s", wall, 1.0, "<= 1"),
        (f"{count:,} calls, CPU s", cpu, 1.0, "<= 0.6"),
        ("CPU of a call, us", cpu, 1e6 / count, "<= 0.6"),
    ):
        ours, theirs = of["swarm"] * per, of["aiohttp"] * per
        rows.append((what, ours, theirs, ours / theirs, target))
    return rows


def handshakes(rounds: int) -> tuple[str, float, float, float, str]:
    """Give what trusting many authorities adds for 64 connections, and what reading them costs."""
    authority = trustme.CA()
    pem = authority.cert_pem.bytes()
    mine = authority.issue_cert("127.0.0.1")
    with tempfile.TemporaryDirectory() as folder:
        few, many, own = (Path(folder) / name for name in ("few.pem", "many.pem", "own.pem"))
        few.write_bytes(pem)
        many.write_bytes(pem + Path(certifi.where()).read_bytes())
        own.write_bytes(mine.private_key_and_cert_chain_pem.bytes())
        took: dict[Path, list[float]] = {few: [], many: []}
        readings = []
        with running(str(own)) as url:
            for _ in range(rounds + 1):
                for bundle, times in took.items():
                    os.environ["REQUESTS_CA_BUNDLE"] = str(bundle)
                    times.append(timed(lambda: by_swarm(url, CONNECTIONS))[1])
                reading = timed(lambda: ssl.create_default_context(cafile=str(many)))
                readings.append(reading[1])
    del os.environ["REQUESTS_CA_BUNDLE"]
    more = median(took[many][1:]) - median(took[few][1:])
    one = median(readings[1:])
    return ("64 TLS connections, CPU s for the authorities", more, one, more / one, "<= 0.1 s more")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rows = [*calls(options.calls, options.rounds), handshakes(options.rounds)]
    table = pd.DataFrame(rows, columns=["work", "ours", "theirs", "ratio", "target"])
    met = [row[3] <= float(row[4].split()[1]) for row in rows[:-1]]
    table["met"] = [*met, rows[-1][1] <= rows[-1][2] + 0.1]
    print(table.to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
