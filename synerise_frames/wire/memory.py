"""Kept answers as the wire sees them: what is good for how long, and what a write makes stale."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import ConfigError, OfflineMiss, SyneriseError, SyneriseWarning
from synerise_frames.http.cache.cache import Cache, Found
from synerise_frames.http.cache.dated import Wanted
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.message import Request, Response
from synerise_frames.redact import plain
from synerise_frames.wire.codec import decode
from synerise_frames.wire.faults import describe
from synerise_frames.wire.freshness import Freshness, is_of_profile
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.stand_ins import StandIns

# A line of code that is longer helps nobody.
_LONGEST_LINE = 600


@dataclass(frozen=True)
class Fresh:
    """How fresh an answer has to be: at most so old, or asked for anew.

    ``max_age`` stands instead of the policy's lifetime, be it shorter or longer.
    """

    max_age: float | None = None
    refresh: bool = False

    def __post_init__(self) -> None:
        if self.max_age is None:
            return
        if not isinstance(self.max_age, int | float) or not self.max_age >= 0:
            raise ConfigError(
                f"max_age={self.max_age!r} is no age.", hint="Give seconds, 0 or more."
            )


#: As the policy says.
AS_IT_COMES = Fresh()


@dataclass(frozen=True)
class Asked:
    """One call of an operation, ready to be sent, and its name.

    The body stays out of the repr, for it may name a person.
    """

    op: Operation
    path: Mapping[str, str]
    body: Any = field(repr=False)
    request: Request
    key: str


@dataclass(frozen=True)
class Live:
    """What the server answered, read and as it came."""

    payload: Any = field(repr=False)
    response: Response


@dataclass(frozen=True)
class Answer:
    """What an operation answered, and where the answer comes from.

    ``expires`` is when a kept answer stops to be good; ``None`` if it is not kept.
    """

    payload: Any = field(repr=False)
    fetched_at: datetime
    fingerprint: str
    source: str = "live"
    age: float = 0.0
    why: str | None = None
    expires: datetime | None = None


def warn_of_refresh() -> None:
    """Warn that an old answer is given to somebody who asked for a new one.

    No error: a notebook that refreshes is to run offline too, as it is.
    """
    warnings.warn(
        "Offline, refresh=True has nobody to ask: what is kept is given, however old it is "
        '(df.attrs["age"] has the seconds). Connect with offline=False to ask again.',
        SyneriseWarning,
        stacklevel=depth_of_caller(),
    )


def group_of(tenant: Tenant, effect: str) -> str:
    """Give how the names of a tenant's answers to calls of this effect begin."""
    return f"{tenant.prefix}{effect[0]}-"


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
        self._stand_ins = StandIns()

    def wanted(self, asked: Asked, fresh: Fresh) -> Wanted:
        """Say how fresh an answer has to be."""
        lifetime = self.freshness.lifetime(asked.op, asked.path, asked.body)
        return Wanted(lifetime, fresh.max_age, fresh.refresh)

    def answer(
        self,
        asked: Asked,
        live: Callable[[], Live],
        fresh: Fresh,
        form: Callable[[Operation, Response], Any] = decode,
    ) -> Answer:
        """Answer a call; `live` asks the server and raises for what is no good answer.

        `form` makes of a kept answer what `live` makes of one that came just now.

        Raises
        ------
        OfflineMiss
            If this is offline and the answer was never fetched.
        """
        if self.offline:
            return self._offline(asked, fresh, form)
        if not asked.op.reads:
            return self._sent(asked, live)
        wanted = self.wanted(asked, fresh)
        payloads: list[Any] = []

        def respond() -> Response:
            answered = live()
            payloads.append(answered.payload)
            return answered.response

        found = self.cache.fetch(asked.key, respond, wanted)
        if found.source == "stale":
            self._stand_ins.tell(found, asked.op, asked.path)
        payload = payloads[0] if payloads else form(asked.op, found.response)
        return _answer(asked, found, payload, kept=wanted.lifetime > 0)

    def forget(self, asked: Asked) -> None:
        """Forget an answer that turned out to be none."""
        self.cache.answers.forget(asked.key)

    def _offline(
        self, asked: Asked, fresh: Fresh, form: Callable[[Operation, Response], Any]
    ) -> Answer:
        found = self.cache.kept(asked.key) if asked.op.reads else None
        if found is None:
            raise _miss(asked, kept=self.wanted(asked, AS_IT_COMES).lifetime > 0)
        if fresh.refresh:
            warn_of_refresh()
        self.cache.count("hits")
        payload = form(asked.op, found.response)
        return _answer(asked, replace(found, source="offline"), payload, kept=True)

    def _sent(self, asked: Asked, live: Callable[[], Live]) -> Answer:
        asked_at = datetime.now(UTC)
        refused = False
        try:
            return Answer(live().payload, asked_at, asked.key)
        except SyneriseError as error:
            refused = error.http_status is not None and error.http_status < 500
            raise
        finally:
            # Refused is not done; after anything else, be it Ctrl-C, who knows how far it got.
            if not refused:
                self._drop(asked.op)

    def _drop(self, op: Operation) -> None:
        for effect in _made_stale(op):
            self.cache.drop(group_of(self.cache.tenant, effect))


def _made_stale(op: Operation) -> tuple[str, ...]:
    """Say which answers an operation may have changed, by the effect of what they answer.

    Analyses refer to each other, so any of them may be concerned; directories only show in
    definitions and lists.
    """
    if op.effect != "write":
        return ()
    return ("read",) if op.key.startswith("directories.") else ("read", "calculate")


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


def _miss(asked: Asked, *, kept: bool) -> OfflineMiss:
    """Say what is missing, over which window, and which line fetches it."""
    op = asked.op
    if not op.reads:
        return OfflineMiss(
            f"{op.summary}: nothing is sent offline.", hint="Connect with offline=False."
        )
    if not kept:
        return OfflineMiss(
            f"{op.summary}: its answers are never kept, so there is none offline.",
            hint="Connect with offline=False.",
        )
    # Errors get into logs, where identifiers of people do not belong.
    named = None if is_of_profile(asked.path) else asked.body
    return OfflineMiss(
        f"Offline, and the {describe(op, asked.path, named)}{_window(asked.body)} was never "
        f"fetched, or is not kept any more ({op.key}).",
        hint=f"Fetch it once with ws = sf.connect(offline=False), by the same call or by "
        f"{_line(asked)}",
    )


def _window(body: Any) -> str:
    window = body.get("dateFilter") if isinstance(body, Mapping) else None
    if isinstance(window, Mapping) and {"from", "to"} <= {*window}:
        return f" from {window['from']} to {window['to']}"
    return f" over {window}" if window else ""


def _line(asked: Asked) -> str:
    """Write the call as code, as :meth:`Workspace.call` takes it."""
    body = plain(asked.body)
    fields = body if isinstance(body, Mapping) and {*body} <= {*asked.op.body} else {"body": body}
    given = {**asked.path, **asked.request.query, **(fields if body is not None else {})}
    people = ("identifierValue", "body") if is_of_profile(asked.path) else ()
    arguments = [
        f"{name}={'…' if name in people or '@' in repr(value) else repr(value)}"
        for name, value in given.items()
        if name != "namespace"
    ]
    line = f"ws.call({', '.join([repr(asked.op.key), *arguments])})"
    return line if len(line) <= _LONGEST_LINE else f"ws.call({asked.op.key!r}, …)"
