"""The weather: lets requests through to the application, or gives them a fault."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import accumulate, cycle

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synerise_frames.sandbox import wires
from synerise_frames.sandbox.faults import SHARES, Faults
from synerise_frames.sandbox.problems import Problem
from synerise_frames.wire.operations import Operation

#: Where the scope of a request says which fault it has.
FAULT = "synerise_frames.fault"

# In the registry, wherever the paths of this server are: a login never has a fault.
_UNDER = ("/analytics/", "/metrics/")

# How much of its rate a limit lets through in one go: a fiftieth of a second.
_BURST = 1 / 50

_Cut = Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]


class Weather:
    """Gives each request its fault; the same for equal seeds and equal orders of requests."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._random = random.Random(faults.seed)  # noqa: S311 - nothing to keep secret
        self._limits = list(accumulate(getattr(faults, name) for name in SHARES))
        self._bucket = Bucket(faults.per_second) if faults.per_second else None
        self._statuses = cycle((500, 502, 503))
        self._cuts: cycle[_Cut] = cycle((_before_the_work, _after_the_work, _within_the_answer))

    def over(self, operation: Operation, app: ASGIApp) -> ASGIApp:
        """Give the application of an operation in this weather."""
        return _Outdoors(self, app) if operation.path.startswith(_UNDER) else app

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        wait = self._bucket.take(time.monotonic()) if self._bucket else 0.0
        fault = "over_limit" if wait else self._draw()
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        if fault is None:
            await app(scope, receive, send)
            return
        scope[FAULT] = fault
        if fault == "slow":
            await asyncio.sleep(self.faults.slow_seconds)
            await app(scope, receive, send)
        elif fault == "cut":
            await next(self._cuts)(app, scope, receive, send)
        else:
            await self._refusal(fault, scope["path"], wait)(scope, receive, send)

    def _draw(self) -> str | None:
        drawn = self._random.random()
        for name, limit in zip(SHARES, self._limits, strict=True):
            if drawn < limit:
                return name
        return None

    def _refusal(self, fault: str, path: str, wait: float) -> Response:
        if fault == "html":
            return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
        if fault == "failing":
            return _json(next(self._statuses), "This is one of the faults asked for.", path)
        # Rounded up: who comes back after exactly that time must find room.
        wait = math.ceil((wait or self.faults.retry_after) * 1000) / 1000
        headers = {"Retry-After": f"{wait:g}"}
        return _json(429, "Too many requests.", path, headers)


class Bucket:
    """A token bucket: so many requests a second, and a few in one go."""

    def __init__(self, per_second: float) -> None:
        self._rate = per_second
        self._most = max(1.0, per_second * _BURST)
        self._tokens = self._most
        self._at = -math.inf

    def take(self, now: float) -> float:
        """Take a token and give 0, or give the seconds until there is one."""
        self._tokens = min(self._most, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0


@dataclass(frozen=True)
class _Outdoors:
    """An application in the weather. A class, because routes take functions for handlers."""

    weather: Weather
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.weather(self.app, scope, receive, send)


def _json(
    status: int, message: str, path: str, headers: Mapping[str, str] | None = None
) -> Response:
    return JSONResponse(Problem(status, message).body(path), HTTPStatus(status), headers)


async def _before_the_work(_: ASGIApp, scope: Scope, receive: Receive, __: Send) -> None:
    await wires.close(scope, receive)


async def _after_the_work(app: ASGIApp, scope: Scope, receive: Receive, _: Send) -> None:
    await _kept(app, scope, receive)
    await wires.reset(scope, receive)


async def _within_the_answer(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    start, body = await _kept(app, scope, receive)
    # Of an answer without a body there is no half: its headers are all of it.
    if len(body) > 1 and scope["method"] != "HEAD":
        await send(start)
        half = body[: len(body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
    await wires.close(scope, receive)


async def _kept(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """Let the application do its work, and keep its answer back."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, keep)
    return sent[0], b"".join(message.get("body", b"") for message in sent[1:])
