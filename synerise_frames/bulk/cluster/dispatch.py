"""One run over a cluster: calls out to workers, outcomes back, nothing lost on the way."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import count

from synerise_frames.bulk.cluster.crew import Crew
from synerise_frames.bulk.cluster.links import Errand, Link
from synerise_frames.bulk.cluster.parcels import (
    Opening,
    Order,
    Report,
    pack_calls,
    unpack_outcomes,
)
from synerise_frames.bulk.cluster.routing import Routing
from synerise_frames.bulk.cluster.signing import Signing
from synerise_frames.bulk.cluster.workers import Workers
from synerise_frames.errors import SyneriseError, TransportError
from synerise_frames.http.swarm import Call, Outcome, Swarm

_TICK = 0.2

# How long to wait where nothing is known to happen before: for calls that are not ready yet.
_SOON = 0.005

# So long a worker gathers outcomes, and waits for calls on their way when it is to stop.
_HOLD = 0.2
_LAST_HOLD = 1.5

# What workers still have so long after the end is given up.
_LAST = 4.0

# Workers that have nothing to do hear from us so often: they take a longer silence for the end.
_REMINDER = 5.0

# A call with which so many workers were lost may be the reason.
_MOST_LOSSES = 3

_END = object()


class Dispatch:
    """A run.

    Parameters
    ----------
    swarm : Swarm
        What would send the calls from here: host, patience, limits, token.
    workers : Workers
        Who sends them instead.
    calls, done
        As :meth:`Swarm.run` takes them.
    deadline : float, optional
        Seconds until nothing more is sent.
    patience : float
        Seconds to wait for a worker where there is none.

    Attributes
    ----------
    gave_up : SyneriseError or None
        Nobody answered any of the workers.
    """

    def __init__(
        self,
        swarm: Swarm,
        workers: Workers,
        calls: Iterator[Call | None],
        done: Callable[[Call, Outcome], None],
        *,
        deadline: float | None,
        patience: float,
    ) -> None:
        self._swarm = swarm
        self._calls: Iterator[Call | None] | None = calls
        self._done = done
        self._deadline = None if deadline is None else time.monotonic() + deadline
        self._routing = Routing(swarm.connections)
        self._crew = Crew(workers, self._routing, patience)
        self._signing = Signing(swarm.auth)
        self._returned: deque[Errand] = deque()
        self._numbers = count()
        self._hungry = False
        self._resume = 0.0
        self._ends: float | None = None
        self._error: SyneriseError | None = None
        self.gave_up: SyneriseError | None = None

    def stop(self) -> None:
        """Start no more calls."""
        if self._ends is None:
            self._ends = time.monotonic() + _LAST

    def go(self, tick: Callable[[], None] | None) -> None:
        """Send everything.

        Raises
        ------
        SyneriseError
            If a login fails, or no worker is left.
        """
        due = time.monotonic() + _TICK
        try:
            while True:
                now = time.monotonic()
                self._look(now)
                self._give()
                self._enlist(now)
                if not self._crew.links and not self._has_more():
                    break
                for link in self._crew.links:
                    if not link.is_asked:
                        self._order(link, now)
                wait = _SOON if self._is_idle() else max(due - now, 0.0)
                for link, report in self._crew.hear(wait):
                    if report:
                        self._read(link, report)
                    else:
                        self._drop(link)
                if tick and (time.monotonic() >= due or self._is_idle()):
                    due = time.monotonic() + _TICK
                    tick()
        finally:
            self._crew.leave()
        if self._error:
            raise self._error

    def _is_idle(self) -> bool:
        """Say whether only the caller can make things go on."""
        return self._hungry and not any(link.load for link in self._crew.links)

    def _has_more(self) -> bool:
        return self._calls is not None or bool(self._returned)

    def _look(self, now: float) -> None:
        """See whose time is over: workers that are gone, and the run's own."""
        if self._deadline is not None and now >= self._deadline:
            self.stop()
        over = self._ends is not None and now >= self._ends
        gone = self._crew.missing(now)
        for link in [*self._crew.links] if over else gone:
            self._drop(link)
        lack = None if self._ends else self._crew.lack(now)
        if isinstance(lack, TransportError):
            self.gave_up = lack
            self.stop()
        elif lack:
            self._fail(lack)

    def _fail(self, error: SyneriseError) -> None:
        self._error = self._error or error
        self.stop()

    def _enlist(self, now: float) -> None:
        """Begin with workers; end with those that never got a call."""
        if not self._ends and self._has_more():
            self._crew.enlist(now, self._resume - now)
            return
        for link in [one for one in self._crew.links if not (one.is_open or one.outbox)]:
            self._drop(link)

    def _give(self) -> None:
        """Read calls, and give them to links."""
        active = self._crew.active()
        for link in self._crew.links:
            if self._ends or link not in active:
                self._returned.extend(link.outbox)
                link.outbox.clear()
        if self._ends:
            self._calls = None
            while self._returned:
                self._tell(self._returned.popleft())
            return
        self._hungry = False
        for _ in range(self._routing.room(active)):
            errand = self._next()
            if errand is None:
                return
            self._routing.put(errand, active)

    def _next(self) -> Errand | None:
        if self._returned:
            return self._returned.popleft()
        call = _END if self._calls is None else next(self._calls, _END)
        if isinstance(call, Call):
            self._routing.note(call)
            return Errand(call)
        if call is _END:
            self._calls = None
        else:
            self._hungry = True
        return None

    def _order(self, link: Link, now: float) -> None:
        """Tell a worker what to do next, if there is anything to tell."""
        active = self._crew.active()
        share = self._routing.share(link, self._crew.links, active)
        has_calls = bool(share and link.outbox)
        if not has_calls and not (link.is_open and self._is_due(link, now)):
            return
        try:
            header = None if self._ends else self._signing.header()
        except SyneriseError as error:
            self._fail(error)
            return
        part = share or 1 / len(active)
        connections = self._routing.connections(part)
        link.offer(share)
        numbered = self._take_out(link, connections) if has_calls else []
        order = Order(
            link=link.name,
            opening=None if link.is_open else self._opening(now),
            calls=pack_calls((number, errand.call) for number, errand in numbered),
            header=header,
            edition=self._signing.edition,
            final=self._signing.is_final,
            share=part,
            connections=connections,
            refusals=link.refusals,
            low=len(link.sent) // 2,
            more=bool(link.outbox) or (self._has_more() and not self._hungry),
            close=self._closes(link),
            stop=bool(self._ends),
            hold=_LAST_HOLD if self._ends else _HOLD,
        )
        link.refusals = []
        self._crew.ask(link, order, now)

    def _is_due(self, link: Link, now: float) -> bool:
        """Say whether a worker has to hear from us though there are no calls for it."""
        return bool(link.sent) or self._closes(link) or now - link.asked_at > _REMINDER

    def _closes(self, link: Link) -> bool:
        return bool(self._ends) or not (self._has_more() or link.outbox)

    def _opening(self, now: float) -> Opening:
        left = None if self._deadline is None else self._deadline - now
        signed = self._swarm.auth is not None
        return Opening(self._swarm.base_url, self._swarm.retry, signed, left)

    def _take_out(self, link: Link, connections: int) -> list[tuple[int, Errand]]:
        """Take from the outbox what keeps a worker busy, with numbers."""
        room = min(link.enough(connections) - len(link.sent), len(link.outbox))
        numbered = [(next(self._numbers), link.outbox.popleft()) for _ in range(room)]
        link.sent.update(numbered)
        return numbered

    def _read(self, link: Link, report: Report) -> None:
        for number, outcome in unpack_outcomes(report.outcomes):
            errand = link.sent.pop(number, None)
            if errand is None:
                continue
            if outcome.status is None and outcome.error is None and not self._ends:
                self._returned.append(errand)
            else:
                self._done(errand.call, outcome)
        link.answered = len(report.outcomes)
        link.agreed = link.offered
        for seconds in report.refusals:
            self._resume = max(self._resume, time.monotonic() + (seconds or 0.0))
            self._swarm.limiter.slow_down(seconds)
            for other in self._crew.links:
                if other is not link:
                    other.refusals.append(seconds)
        if report.refused is not None:
            self._signing.renew(report.refused)
        if report.is_gone or report.has_ended:
            self._drop(link)

    def _drop(self, link: Link) -> None:
        """Forget a link; others take over what it had."""
        self._crew.drop(link)
        self._returned.extend(link.outbox)
        for errand in link.sent.values():
            errand.losses += 1
            if errand.losses < _MOST_LOSSES:
                self._returned.append(errand)
            else:
                self._tell(errand, _lost(errand.call))

    def _tell(self, errand: Errand, error: SyneriseError | None = None) -> None:
        """Tell of a call that has no answer."""
        self._done(errand.call, Outcome(None, b"", "", None, 0, error, time.time()))


def _lost(call: Call) -> TransportError:
    return TransportError(
        f"{call.method} {call.path}: {_MOST_LOSSES} workers were lost with it.",
        code="worker_lost",
        hint="Look into the logs of the workers, and ask again with retry_failed().",
    )
