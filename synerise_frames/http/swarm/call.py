"""One of many calls, and what became of it."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count

from synerise_frames.errors import SyneriseError
from synerise_frames.http.limiter import Scope


@dataclass(slots=True)
class Call:
    """A request that is ready to be sent.

    ``path`` is what follows the host. ``scopes`` are the limits that the call falls under, and
    ``tag`` is the caller's own.
    """

    path: str
    body: bytes | None = field(repr=False)
    scopes: tuple[Scope, ...] = field(default=(), repr=False)
    tag: object = field(default=None, repr=False)
    method: str = "POST"
    accept: str = "application/json"


@dataclass(slots=True)
class Outcome:
    """What became of a call in the end.

    ``status`` is ``None`` where no whole answer arrived; ``error`` says why, or is ``None`` too
    where the run was stopped before. ``asked_at`` is when it was sent for the last
    time, in seconds since 1970: what a server says is as old as the question.
    """

    status: int | None
    content: bytes = field(repr=False)
    content_type: str
    retry_after: float | None
    attempts: int
    error: SyneriseError | None
    asked_at: float


@dataclass(slots=True)
class Attempt:
    """A call on its way: how often it was tried, and until when it may be."""

    call: Call
    ends: float = float("inf")
    asked_at: float = 0.0
    tries: int = 0
    #: A place under the limits is taken for it.
    placed: bool = False
    #: It was refused for its token, which happens once: another one is no better.
    renewed: bool = False
    #: The next sending is no try of its own.
    repeats: bool = False


class Waiting:
    """Attempts that wait for their moment, the earliest first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Attempt]] = []
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, due: float, attempt: Attempt) -> None:
        """Let an attempt wait until `due`."""
        heapq.heappush(self._heap, (due, next(self._numbers), attempt))

    def due(self, now: float) -> Attempt | None:
        """Take out an attempt whose moment has come."""
        if self._heap and self._heap[0][0] <= now:
            return heapq.heappop(self._heap)[2]
        return None

    def next(self) -> float:
        """Give the moment of the earliest; infinity where nothing waits."""
        return self._heap[0][0] if self._heap else float("inf")

    def clear(self) -> list[Attempt]:
        """Take out all."""
        gone, self._heap = self._heap, []
        return [attempt for _, _, attempt in gone]
