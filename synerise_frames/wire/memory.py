"""Kept answers as the wire sees them: what is good for how long, and what a write makes stale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from synerise_frames.errors import OfflineMiss
from synerise_frames.http.cache.cache import Cache, Found, Wanted
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.message import Request, Response
from synerise_frames.wire.codec import decode
from synerise_frames.wire.faults import describe
from synerise_frames.wire.freshness import Freshness
from synerise_frames.wire.operation import Operation


@dataclass(frozen=True)
class Fresh:
    """How fresh an answer has to be: at most so old, or asked for anew."""

    max_age: float | None = None
    refresh: bool = False


#: As the policy says.
AS_IT_COMES = Fresh()


@dataclass(frozen=True)
class Asked:
    """One call of an operation, ready to be sent, and its name."""

    op: Operation
    path: Mapping[str, str]
    body: Any
    request: Request
    key: str


@dataclass(frozen=True)
class Live:
    """What the server answered, read and as it came."""

    payload: Any
    response: Response


@dataclass(frozen=True)
class Answer:
    """What an operation answered, and where the answer comes from.

    ``expires`` is when a kept answer stops to be good; ``None`` if it is not kept.
    """

    payload: Any
    fetched_at: datetime
    fingerprint: str
    source: str = "live"
    age: float = 0.0
    why: str | None = None
    expires: datetime | None = None


def group_of(tenant: Tenant, effect: str) -> str:
    """Give how the names of a tenant's answers to calls of this effect begin."""
    return f"{tenant.name[:16]}-{effect[0]}-"


class Memory:
    """Answers from what is kept, and keeps what is answered.

    Parameters
    ----------
    cache : Cache
        Where answers are kept.
    freshness : Freshness
        How long they are good.
    offline : bool, default False
        Never ask the server; everything that was ever fetched is good.
    """

    def __init__(self, cache: Cache, freshness: Freshness, *, offline: bool = False) -> None:
        self.cache = cache
        self.freshness = freshness
        self.offline = offline
        self.on_drop: list[Callable[[str], object]] = []

    def answer(self, asked: Asked, live: Callable[[], Live], fresh: Fresh) -> Answer:
        """Answer a call; `live` asks the server and raises for what is no good answer.

        Raises
        ------
        OfflineMiss
            If this is offline and the answer was never fetched.
        """
        if self.offline:
            return self._offline(asked)
        if not asked.op.reads:
            try:
                return self._sent(asked, live)
            finally:
                # Also after an error: who knows how far the server got.
                self._drop_stale(asked.op)
        lifetime = self.freshness.lifetime(asked.op, asked.path, asked.body)
        wanted = Wanted(lifetime, fresh.max_age, fresh.refresh)
        payloads: list[Any] = []

        def respond() -> Response:
            answered = live()
            payloads.append(answered.payload)
            return answered.response

        found = self.cache.fetch(asked.key, respond, wanted)
        payload = payloads[0] if payloads else decode(asked.op, found.response)
        return _answer(asked, found, payload, kept=lifetime > 0)

    def _offline(self, asked: Asked) -> Answer:
        found = self.cache.kept(asked.key) if asked.op.reads else None
        if found is None:
            raise _miss(asked)
        self.cache.count("hits")
        payload = decode(asked.op, found.response)
        answer = _answer(asked, found, payload, kept=True)
        return Answer(**{**vars(answer), "source": "offline"})

    def _sent(self, asked: Asked, live: Callable[[], Live]) -> Answer:
        answered = live()
        return Answer(answered.payload, datetime.now().astimezone(), asked.key)

    def _drop_stale(self, op: Operation) -> None:
        """Forget what a write may have changed.

        Analyses refer to each other, so any of them may be concerned; directories only show in
        definitions and lists.
        """
        effects = ["read"] if op.key.startswith("directories.") else ["read", "calculate"]
        for effect in effects if op.effect == "write" else []:
            prefix = group_of(self.cache.tenant, effect)
            self.cache.drop(prefix)
            for tell in self.on_drop:
                tell(prefix)


def _answer(asked: Asked, found: Found, payload: Any, *, kept: bool) -> Answer:
    return Answer(
        payload,
        found.fetched_at,
        asked.key,
        source=found.source,
        age=found.age if found.source != "live" else 0.0,
        why=found.why,
        expires=found.expires if kept else None,
    )


def _miss(asked: Asked) -> OfflineMiss:
    """Say what is missing, over which window, and which line fetches it."""
    op = asked.op
    if not op.reads:
        return OfflineMiss(
            f"{op.summary}: nothing is sent offline.", hint="Connect with offline=False."
        )
    window = asked.body.get("dateFilter") if isinstance(asked.body, Mapping) else None
    over = f", window {window}" if window else ""
    arguments = ", ".join(repr(value) for name, value in asked.path.items() if name != "namespace")
    return OfflineMiss(
        f"Offline, and the {describe(op, asked.path, asked.body)}{over} was never fetched "
        f"({op.key}).",
        hint=f"Fetch it once online, with the same arguments: ws.{op.key}({arguments}, …) "
        "after sf.connect(offline=False).",
    )
