"""How near to a server's limit calls come without ever being refused: of many threads, and of bulk.

Run it with ``python -m benchmarks.limits``. A server in a process of its own answers after 80 ms
and refuses what is above 500 requests a second: by a token bucket of a fiftieth of a second, or
by counting the last second. Each runs for three seconds, three times.
"""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import re
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from statistics import median

import synerise_frames as sf
from benchmarks.alone import Effort, main
from benchmarks.row import Row, at_least, figure, none_of
from benchmarks.timing import in_turns
from synerise_frames.http.limiter import Limiter, Scope
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.swarm import Call, Outcome, Swarm

LATENCY = 0.08
RATE = 500
THREADS = 64
ANSWER = b'{"clientId": 1, "aggregateId": "a", "name": "n", "result": 1}'


class _Bucket:
    def __init__(self) -> None:
        self.tokens, self.at = RATE / 50, time.monotonic()

    def admit(self, now: float) -> bool:
        self.tokens = min(RATE / 50, self.tokens + (now - self.at) * RATE)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class _LastSecond:
    def __init__(self) -> None:
        self.times: deque[float] = deque()

    def admit(self, now: float) -> bool:
        while self.times and self.times[0] <= now - 1:
            self.times.popleft()
        if len(self.times) >= RATE:
            return False
        self.times.append(now)
        return True


RULES = {"token bucket": _Bucket, "last second": _LastSecond}


def _token() -> bytes:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + 3600}).encode()).decode()
    return json.dumps({"token": f"eyJhbGciOiJIUzUxMiJ9.{claims.rstrip('=')}.c2ln"}).encode()


async def _serve(pipe: Connection, rule: str) -> None:
    limit = RULES[rule]()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            length = int(found[1]) if found else 0
            await reader.readexactly(length)
            login = b"/login/" in head.split(b"\r\n", 1)[0]
            admitted = login or limit.admit(time.monotonic())
            if admitted:
                await asyncio.sleep(LATENCY)
            body = _token() if login else ANSWER if admitted else b"{}"
            status = b"200 OK" if admitted else b"429 Too Many Requests"
            writer.write(
                b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\nContent-Length: "
                + str(len(body)).encode() + b"\r\n\r\n" + body
            )  # fmt: skip
            await writer.drain()

    async def quiet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await client(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(quiet, "127.0.0.1", 0, backlog=256)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _run(pipe: Connection, rule: str) -> None:
    asyncio.run(_serve(pipe, rule))


@contextmanager
def running(rule: str) -> Iterator[str]:
    """Run the server; give its address."""
    ours, theirs = multiprocessing.Pipe()
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=_run, args=(theirs, rule), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def by_swarm(rule: str, seconds: float) -> tuple[float, int]:
    """Do the same with what bulk runs use, in one thread."""
    told: list[Outcome] = []
    scopes = (Scope("all", RATE),)
    with running(rule) as url:
        swarm = Swarm(url, RetryPolicy(attempts=1), Limiter(), None, connections=THREADS)
        start = time.monotonic()
        swarm.run(
            (Call("/calculate", b"{}", scopes) for _ in range(int(seconds * RATE))),
            lambda _, outcome: told.append(outcome),
        )
        took = time.monotonic() - start - LATENCY
    done = sum(outcome.status == 200 for outcome in told)
    return done / took / RATE, len(told) - done


def by_threads(rule: str, seconds: float) -> tuple[float, int]:
    """Give the share of the limit that got through, and how many calls were refused."""
    done, refused = [], []
    with (
        running(rule) as url,
        sf.connect(
            host=url,
            api_key="benchmark-key",
            cache=False,
            limits=sf.RateLimits(per_second=RATE),
            retry=sf.RetryPolicy(attempts=1),
        ) as ws,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        ws.call("auth.login_workspace", apiKey="benchmark-key")
        ends = time.monotonic() + seconds

        def work(number: int) -> None:
            while time.monotonic() < ends:
                try:
                    ws.call(
                        "aggregates.calculate",
                        aggregateId="a", identifierType="id", identifierValue=str(number),
                    )  # fmt: skip
                    done.append(time.monotonic())
                except sf.RateLimited:
                    refused.append(time.monotonic())

        start = time.monotonic()
        list(pool.map(work, range(THREADS)))
        # The first answers come a latency after the first requests.
        took = time.monotonic() - start - LATENCY
    return len(done) / took / RATE, len(refused)


def measure(effort: Effort) -> Iterator[Row]:
    """Call as fast as the limit allows, both ways, under both rules."""
    lasting = 3.0 * effort.share
    ways = {"64 threads": by_threads, "bulk": by_swarm}
    for rule in RULES:
        took = in_turns(
            {who: partial(way, rule, lasting) for who, way in ways.items()},
            effort.rounds(3),
        )
        work = f"{RATE} calls a second, server counts by {rule}"
        limit = f"the limit: {RATE}/s"
        for who, seen in took.items():
            shares = tuple(share for share, _ in seen)
            rate = f"{who}: {figure(median(shares) * RATE)}/s"
            yield Row(work, rate, limit, at_least(0.96, "the limit"), shares)
        refused = tuple(float(bad) for seen in took.values() for _, bad in seen)
        yield Row(f"{work}, refused", "both", "", none_of("refused (429)"), refused)


if __name__ == "__main__":
    main(__doc__, measure)
