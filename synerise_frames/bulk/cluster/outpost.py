"""The part of a run that lives on a worker of a cluster: one swarm, fed and asked by tasks.

Tasks of a second or less come and go; the swarm stays between them, with its connections, its
place under the limits and what is to be tried again. It ends when it is told to, or when nobody
asks any more.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator

from synerise_frames._version import __version__
from synerise_frames.bulk.cluster.parcels import (
    Opening,
    Order,
    Report,
    pack_outcomes,
    seal,
    unpack_calls,
    unseal_order,
)
from synerise_frames.errors import SyneriseError
from synerise_frames.extras import require
from synerise_frames.http.limiter import Limiter
from synerise_frames.http.swarm import Call, Outcome, Swarm
from synerise_frames.redact import HiddenBytes

# Whoever asked for calls and then not for their outcomes for so many seconds is gone.
_LEASE = 30.0

# So long outcomes are kept for somebody whom a busy worker kept waiting.
_KEPT = 600.0

# How long to wait for another token, which somebody may have to type a code for.
_RENEWAL = 120.0

_outposts: dict[str, Outpost] = {}


def greet(version: str) -> str | None:
    """Say what keeps this worker from sending; nothing secret is needed to ask."""
    if version != __version__:
        return f"it has synerise-frames {__version__}, and the run is of {version}"
    try:
        require("bulk", "pycurl", "certifi")
    except SyneriseError as error:
        return str(error)
    return None


def exchange(sealed: bytes) -> HiddenBytes:
    """Take an order, wait a little, and report."""
    order = unseal_order(sealed)
    outpost = _outposts.get(order.link)
    if outpost is None:
        if order.opening is None:
            return seal(Report(is_gone=True))
        try:
            outpost = Outpost(order.opening, order)
        except SyneriseError as error:
            return seal(Report(has_ended=True, error=error))
        _outposts[order.link] = outpost
    return seal(outpost.exchange(order))


class Outpost:
    """A swarm of this worker.

    Parameters
    ----------
    opening : Opening
        Host, patience, deadline.
    order : Order
        The first one.
    """

    def __init__(self, opening: Opening, order: Order) -> None:
        self._link = order.link
        self._changed = threading.Condition()
        self._limiter = _Told(self._changed)
        self._signer = _Signer(self._changed)
        self._swarm = Swarm(
            opening.base_url,
            opening.retry,
            self._limiter,
            self._signer if opening.signed else None,
            connections=order.connections,
        )
        self._deadline = opening.deadline
        self._queue: deque[Call] = deque()
        self._ended: list[tuple[int, Outcome]] = []
        self._left = 0
        self._order = order
        self._asked = time.monotonic()
        self._is_over = self._is_collected = False
        self._thread: threading.Thread | None = None

    def exchange(self, order: Order) -> Report:
        """Take an order; report when there is something to tell, or the time is up."""
        with self._changed:
            self._obey(order)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="outpost", daemon=True)
                self._thread.start()
            self._changed.wait_for(self._has_news, timeout=order.hold)
            self._asked = time.monotonic()
            ended, self._ended = self._ended, []
            self._is_collected = self._is_over
            self._changed.notify_all()
            return Report(
                pack_outcomes(ended),
                has_ended=self._is_over,
                refused=self._signer.refused,
                refusals=self._limiter.news(),
                error=self._swarm.gave_up,
            )

    def _obey(self, order: Order) -> None:
        calls = unpack_calls(order.calls)
        self._left += len(calls)
        self._queue.extend(calls)
        # After its calls: where it is the last order, the swarm must not see it without them.
        self._order, self._asked = order, time.monotonic()
        self._limiter.share = order.share
        self._swarm.connections = order.connections
        for seconds in order.refusals:
            self._limiter.follow(seconds)
        if order.stop:
            self._swarm.stop()
            self._signer.give_up()
        else:
            self._signer.take(order)

    def _has_news(self) -> bool:
        """Say whether waiting any longer makes no sense."""
        if self._is_over or self._signer.refused is not None:
            return True
        if self._order.stop or self._order.close:
            return False
        low = self._order.low if self._order.more else 0
        return self._left <= low or self._limiter.has_news

    def _run(self) -> None:
        try:
            self._swarm.run(self._calls(), self._done, tick=self._tick, deadline=self._deadline)
        finally:
            with self._changed:
                unsent, self._queue = self._queue, deque()
                now = time.time()
                for call in unsent:
                    self._end(call, Outcome(None, b"", "", None, 0, None, now))
                self._is_over = True
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._is_collected, timeout=_KEPT)
            _outposts.pop(self._link, None)

    def _calls(self) -> Iterator[Call | None]:
        """Give what is to be sent, as long as somebody is there."""
        while True:
            if self._queue:
                yield self._queue.popleft()
            elif self._order.close:
                return
            else:
                yield None

    def _done(self, call: Call, outcome: Outcome) -> None:
        with self._changed:
            self._end(call, outcome)
            if self._has_news():
                self._changed.notify_all()

    def _end(self, call: Call, outcome: Outcome) -> None:
        number = call.tag
        if isinstance(number, int):
            self._ended.append((number, outcome))
        self._left -= 1

    def _tick(self) -> None:
        if time.monotonic() - self._asked > _LEASE:
            self._swarm.stop()


class _Told(Limiter):
    """A limiter that tells what the server asked for, and hears what it asked others for."""

    def __init__(self, changed: threading.Condition) -> None:
        super().__init__()
        self._changed = changed
        self._heard: set[float | None] = set()

    @property
    def has_news(self) -> bool:
        """Whether the server asked for patience, and nobody was told."""
        return bool(self._heard)

    def news(self) -> list[float | None]:
        """Give the seconds that the server asked for since this was called before."""
        with self._changed:
            heard, self._heard = self._heard, set()
        return [*heard]

    def slow_down(self, seconds: float | None) -> None:
        """React to a refusal, and remember it for the others."""
        super().slow_down(seconds)
        with self._changed:
            self._heard.add(seconds)
            self._changed.notify_all()

    def follow(self, seconds: float | None) -> None:
        """React to a refusal of somebody else."""
        super().slow_down(seconds)


class _Signer:
    """Signs with a header from far away; only there another one can be had.

    Attributes
    ----------
    refused : int or None
        The edition of the header for which another one is waited for.
    """

    def __init__(self, changed: threading.Condition) -> None:
        self._changed = changed
        self._header = ""
        self._edition = 0
        self._is_final = self._gave_up = False
        self.refused: int | None = None

    def take(self, order: Order) -> None:
        """Take the header of an order; it answers the question after another one."""
        if order.edition != self._edition or order.final:
            self.refused = None
        self._header, self._edition = order.header or "", order.edition
        self._is_final = order.final
        self._changed.notify_all()

    def give_up(self) -> None:
        """Wait for no other header any more."""
        self._gave_up = True
        self.refused = None
        self._changed.notify_all()

    def header(self) -> str:
        """Give the header's value."""
        return self._header

    def renew(self, refused: str) -> bool:
        """Wait for another header than the refused one; say whether there is one."""
        with self._changed:
            if self._header == refused and not (self._is_final or self._gave_up):
                self.refused = self._edition
                self._changed.notify_all()
                self._changed.wait_for(lambda: self.refused is None, timeout=_RENEWAL)
                self.refused = None
            return self._header != refused

    def lifetime(self) -> float | None:
        """Say nothing: others know."""
        return None
