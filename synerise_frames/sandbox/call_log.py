"""The call log: one line of JSON for each request, whether and how it was answered."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.calls import read_content
from synerise_frames.sandbox.own_paths import HEALTH
from synerise_frames.sandbox.problems import Problem
from synerise_frames.sandbox.weather import FAULT

# Whoever gets one of these is to ask again, so the call itself is not answered yet.
_ASK_AGAIN = frozenset({401, 408, 425, 429})


@contextmanager
def opened_log(path: Path) -> Iterator[IO[str]]:
    """Open a log to be added to, readable by its owner only.

    Raises
    ------
    ConfigError
        If it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(
            f"The call log {path.name} cannot be written: {error.strerror}.",
            hint="Name a file in a folder that exists.",
        ) from None
    # A line is written as a whole when it ends: whoever dies, the lines before are there.
    with open(descriptor, "w", buffering=1, encoding="utf-8") as file:
        yield file


@dataclass(frozen=True)
class CallLog:
    """An application whose calls are written down.

    The line of an answer is written right before its last byte is handed over, so that whoever
    has an answer finds its line.
    """

    app: ASGIApp
    file: IO[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] == HEALTH:
            await self.app(scope, receive, send)
            return
        call = _Call(scope, await _read(receive))

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
            elif not message.get("more_body", False):
                call.complete = not await _is_gone(receive)
                self._write(call)
            await send(message)

        replay = _replay(call.messages, receive)
        try:
            await self.app(scope, replay, note)
        finally:
            if not call.written:
                self._write(call)

    def _write(self, call: _Call) -> None:
        call.written = True
        self.file.write(json.dumps(call.line(), ensure_ascii=False) + "\n")


@dataclass
class _Call:
    """What is known of a request so far."""

    scope: Scope
    messages: list[Message]
    status: int | None = None
    complete: bool = False
    written: bool = False
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def line(self) -> dict[str, Any]:
        """Give the line. Of the body it has what is asked about, and nothing that is secret."""
        path = self.scope.get("path_params", {})
        body = self._body()
        identifier = body.get("identifierValue", path.get("clientId"))
        by = path.get("identifierType", "id" if "clientId" in path else None)
        status = self.status
        done = status is not None and status < 500 and status not in _ASK_AGAIN
        return {
            "time": self.time.isoformat(timespec="milliseconds"),
            "operation": getattr(self.scope.get("endpoint"), "key", None),
            "method": self.scope["method"],
            "path": self.scope["path"],
            "identifier_type": by,
            "identifier": identifier,
            "segmentations": body.get("segmentationIds"),
            "status": status,
            "fault": self.scope.get(FAULT),
            "answered": done and self.complete,
        }

    def _body(self) -> dict[str, Any]:
        content = b"".join(message.get("body", b"") for message in self.messages)
        try:
            body = read_content(content)
        except Problem:
            # Refused, and a line could not hold all that JSON can.
            return {}
        return body if isinstance(body, dict) else {}


async def _read(receive: Receive) -> list[Message]:
    """Read a request to its end, or to that of its connection."""
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    return messages


def _replay(messages: list[Message], receive: Receive) -> Receive:
    """Give what was read once more, then what comes after it."""
    left = iter(messages)

    async def replay() -> Message:
        message = next(left, None)
        return await receive() if message is None else message

    return replay


async def _is_gone(receive: Receive) -> bool:
    """Whether the client has hung up. Nothing else comes after a whole request."""
    waiting = asyncio.ensure_future(receive())
    await asyncio.sleep(0)
    if not waiting.done():
        waiting.cancel()
        return False
    return bool(waiting.result()["type"] == "http.disconnect")
