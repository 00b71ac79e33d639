"""What a run and the workers of a cluster tell each other, as bytes that show nothing.

Dask logs the arguments of tasks that failed. Here they are bytes with a repr that tells nothing:
neither the token nor whom the calls are about.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from synerise_frames.errors import SyneriseError
from synerise_frames.http.limiter import Scope
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.swarm import Call, Outcome
from synerise_frames.redact import HiddenBytes

# Plain tuples: thousands of objects with names of their own would cost more than the sending.
_Packed = tuple[int, str, bytes | None, tuple[Scope, ...], str, str]
_Ended = tuple[
    int, int | None, bytes, str, float | None, int, SyneriseError | None, float
]  # fmt: skip


@dataclass(frozen=True)
class Opening:
    """What a worker needs before it sends anything.

    ``deadline`` is in seconds from now.
    """

    base_url: str
    retry: RetryPolicy
    signed: bool
    deadline: float | None


@dataclass(frozen=True)
class Order:
    """What a worker is told.

    Attributes
    ----------
    link : str
        Which of the conversations with this worker; the first order of each has an `opening`.
    calls : list
        Packed calls.
    header : str or None
        What signs, and with `edition` the number of that header.
    final : bool
        There will be no other header, though this one was refused.
    share : float
        The part of the limits among all that this worker may use.
    connections : int
        Calls at once.
    refusals : list
        Seconds for which other workers were asked to wait; ``None`` where none were named.
    low : int
        Tell when not more calls than these are left.
    more : bool
        There are more calls than these.
    close, stop : bool
        There won't be any more; give back what was not sent.
    hold : float
        Seconds after which to tell anyway.
    """

    link: str
    opening: Opening | None
    calls: list[_Packed] = field(repr=False)
    header: str | None = field(repr=False)
    edition: int
    final: bool
    share: float
    connections: int
    refusals: list[float | None]
    low: int
    more: bool
    close: bool
    stop: bool
    hold: float


@dataclass(frozen=True)
class Report:
    """What a worker tells.

    Attributes
    ----------
    outcomes : list
        What became of calls, packed.
    is_gone : bool
        The worker does not know this conversation (any more).
    has_ended : bool
        It was the last report.
    refused : int or None
        The edition of the header that the server refused.
    refusals : list
        Seconds for which the server asked to wait; ``None`` where it named none.
    error : SyneriseError or None
        Why this worker can't send, or no more.
    """

    outcomes: list[_Ended] = field(default_factory=list, repr=False)
    is_gone: bool = False
    has_ended: bool = False
    refused: int | None = None
    refusals: list[float | None] = field(default_factory=list)
    error: SyneriseError | None = None


def seal(value: Order | Report) -> HiddenBytes:
    """Make bytes of a message."""
    return HiddenBytes(pickle.dumps(value, protocol=5))


def unseal_order(sealed: bytes) -> Order:
    """Read what :func:`seal` made; it comes from the one who runs this very code here."""
    return cast(Order, pickle.loads(sealed))  # noqa: S301


def unseal_report(sealed: bytes) -> Report:
    """Read what :func:`seal` made on a worker, which runs our code."""
    return cast(Report, pickle.loads(sealed))  # noqa: S301


def pack_calls(calls: Iterable[tuple[int, Call]]) -> list[_Packed]:
    """Pack calls with their numbers; the caller's tags stay here."""
    return [(n, c.path, c.body, c.scopes, c.method, c.accept) for n, c in calls]


def unpack_calls(packed: Iterable[_Packed]) -> list[Call]:
    """Give calls with their numbers as tags."""
    return [
        Call(path, body, scopes, number, method, accept)
        for number, path, body, scopes, method, accept in packed
    ]


def pack_outcomes(outcomes: Iterable[tuple[int, Outcome]]) -> list[_Ended]:
    """Pack outcomes with the numbers of their calls, and how long ago they ended.

    Not when, for this machine's clock may be another one.
    """
    now = time.time()
    return [
        (n, o.status, o.content, o.content_type, o.retry_after, o.attempts, o.error,
         now - o.asked_at)
        for n, o in outcomes
    ]  # fmt: skip


def unpack_outcomes(packed: Iterable[_Ended]) -> list[tuple[int, Outcome]]:
    """Give outcomes with the numbers of their calls."""
    now = time.time()
    return [
        (number, Outcome(status, content, kind, wait, attempts, error, now - age))
        for number, status, content, kind, wait, attempts, error, age in packed
    ]
