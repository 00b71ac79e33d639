"""One run of a swarm: calls to transfers, answers to outcomes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from synerise_frames.errors import SyneriseError, TransportError
from synerise_frames.http.retry import TRY_AGAIN
from synerise_frames.http.swarm.call import Attempt, Call, Outcome, Waiting
from synerise_frames.http.swarm.faults import LATE, failing, transport_error
from synerise_frames.http.swarm.handle import Handle
from synerise_frames.http.swarm.loop import Loop
from synerise_frames.http.swarm.moments import Moments
from synerise_frames.http.swarm.pressure import Pressure

if TYPE_CHECKING:
    from synerise_frames.http.swarm.swarm import Swarm

# A server that says when to come back is well, only busy: such refusals may be so many times as
# many, or a run at the limit would end with rows that were never answered.
_FORBEARANCE = 8
# Each time it lets the others go first a little longer.
_STEP = 0.05
_TICK = 0.1
# How long to wait where nothing is known to happen before: for calls that are not ready yet.
_SOON = 0.005


class Sending:
    """Sends the calls of one run.

    Parameters
    ----------
    swarm : Swarm
        Host, patience, limits, token.
    calls : iterator of Call or None
        What to send.
    done : callable
        Told of each call that was read.
    moments : Moments
        When to end.
    """

    def __init__(
        self,
        swarm: Swarm,
        calls: Iterator[Call | None],
        done: Callable[[Call, Outcome], None],
        moments: Moments,
    ) -> None:
        self._swarm = swarm
        self._retry = swarm.retry
        self._limiter = swarm.limiter
        self._calls: Iterator[Call | None] | None = calls
        self._done = done
        self._moments = moments
        self._waiting = Waiting()
        self._pressure = Pressure(swarm.connections)
        self._loop = Loop(swarm.connections)
        self._free: list[Handle] = []
        self._busy: dict[object, tuple[Handle, Attempt]] = {}
        self._hungry = False
        # The one call whose place under the limits is taken, and when that is. One at a time:
        # after a delay of our own, places that were taken beforehand would all be used at once.
        self._held: Attempt | None = None
        self._next_start = 0.0
        self._last: TransportError | None = None

    def go(self, tick: Callable[[], None] | None) -> TransportError | None:
        """Send everything; give why nothing answers, if that ended it."""
        due = time.monotonic() + _TICK
        while True:
            now = time.monotonic()
            if self._swarm.connections != self._pressure.most:
                self._pressure.resize(self._swarm.connections)
                self._loop.keep(self._swarm.connections)
            if now < self._moments.last_start and not self._pressure.is_dead:
                self._start(now)
            else:
                self._give_back()
            if self._calls is None and not self._has_work():
                return self._last if self._pressure.is_dead else None
            if now >= self._moments.last_answer or self._pressure.is_dead:
                self._cut()
                continue
            for curl, code in self._loop.step(self._patience(now, due)):
                self._land(curl, code)
            if time.monotonic() >= due or self._is_idle():
                due = time.monotonic() + _TICK
                if tick:
                    tick()

    def _has_work(self) -> bool:
        return bool(self._busy or self._waiting or self._held)

    def _is_idle(self) -> bool:
        """Say whether only the caller can make things go on."""
        return self._hungry and not self._has_work()

    def _patience(self, now: float, due: float) -> float:
        if self._is_idle():
            return _SOON
        moment = min(due, self._moments.last_answer)
        # What waits can't start where all places are taken: an answer has to come first.
        if len(self._busy) < self._pressure.width:
            moment = min(moment, self._next_start if self._held else self._waiting.next())
        return moment - now

    def _start(self, now: float) -> None:
        """Start as many transfers as may be."""
        self._hungry = False
        if self._held and now < self._next_start:
            return
        header = None
        while len(self._busy) < self._pressure.width:
            attempt = self._next(now)
            if attempt is None:
                return
            if not attempt.placed or self._limiter.is_paused():
                until = min(attempt.ends, self._moments.last_start)
                wait, attempt.placed = self._limiter.reserve(attempt.call.scopes, until)
                if wait > 0 and attempt.placed:
                    self._held, self._next_start = attempt, now + wait
                    return
                if wait > 0:
                    self._waiting.add(now + wait, attempt)
                    continue
            if now >= attempt.ends:
                self._tell(attempt, self._error(attempt, LATE))
                continue
            # Cheap, but a login where there is no token or an old one.
            if header is None and self._swarm.auth:
                try:
                    header = self._swarm.auth.header()
                except SyneriseError:
                    self._waiting.add(now, attempt)
                    self._give_back()
                    self._cut()
                    raise
            self._launch(attempt, header, now)

    def _next(self, now: float) -> Attempt | None:
        """Give what is to be started next; what waited for its moment goes first."""
        held, self._held = self._held, None
        attempt = held or self._waiting.due(now)
        if attempt or self._calls is None or len(self._waiting) >= self._swarm.connections:
            return attempt
        try:
            call = next(self._calls)
        except StopIteration:
            self._calls = None
            return None
        if call is None:
            self._hungry = True
            return None
        return Attempt(call)

    def _launch(self, attempt: Attempt, header: str | None, now: float) -> None:
        if self._free:
            handle = self._free.pop()
        else:
            handle = Handle(self._swarm.base_url, self._swarm.around, self._retry)
        if not attempt.tries:
            attempt.ends = now + self._retry.deadline
        attempt.tries += 0 if attempt.repeats else 1
        attempt.repeats = False
        attempt.asked_at = time.time()
        handle.fill(attempt.call, header, attempt.ends - now)
        self._busy[handle.curl] = (handle, attempt)
        self._loop.add(handle.curl)

    def _land(self, curl: object, code: int) -> None:
        """Take a transfer that is done."""
        handle, attempt = self._busy.pop(curl)
        self._loop.remove(handle.curl)
        self._free.append(handle)
        now = time.monotonic()
        if code:
            self._failed(attempt, code, now)
        else:
            self._answered(attempt, handle, now)

    def _failed(self, attempt: Attempt, code: int, now: float) -> None:
        self._last = error = self._error(attempt, code)
        self._pressure.failed(now)
        wait = self._retry.wait(attempt.tries)
        if error.retryable and self._may_retry(attempt, now + wait):
            self._again(attempt, now + wait)
        else:
            self._pressure.gave_up(now)
            self._tell(attempt, error)

    def _error(self, attempt: Attempt, code: int) -> TransportError:
        call = attempt.call
        return transport_error(code, self._swarm.base_url, call.method, call.path)

    def _answered(self, attempt: Attempt, handle: Handle, now: float) -> None:
        status = handle.status()
        asked = handle.retry_after() if status >= 400 else None
        if status >= 500:
            self._pressure.failed(now)
        else:
            self._pressure.answered(now)
        if status == 429:
            most = self._retry.max_wait
            self._limiter.slow_down(None if asked is None else min(asked, most))
        if status == 401 and self._renew(attempt, handle.header):
            self._again(attempt, now)
            return
        if status in TRY_AGAIN and (asked or 0.0) <= self._retry.max_wait:
            busy = status == 429 and asked is not None
            wait = self._retry.wait(attempt.tries, asked)
            due = now + (max(wait, _STEP * attempt.tries) if busy else wait)
            if self._may_retry(attempt, due, _FORBEARANCE if busy else 1):
                self._again(attempt, due)
                return
        if status in TRY_AGAIN:
            # Nobody answers behind a gateway that does, or not before long.
            self._pressure.gave_up(now)
            self._last = failing(self._swarm.base_url, status)
        self._done(
            attempt.call,
            Outcome(
                status,
                handle.content(),
                handle.content_type(),
                asked,
                attempt.tries,
                None,
                attempt.asked_at,
            ),
        )

    def _renew(self, attempt: Attempt, header: str | None) -> bool:
        """Say whether a refused call may go again with another token: once."""
        auth = self._swarm.auth
        if auth is None or header is None or attempt.renewed:
            return False
        attempt.renewed = True
        attempt.repeats = auth.renew(header)
        return attempt.repeats

    def _may_retry(self, attempt: Attempt, due: float, times: int = 1) -> bool:
        attempts = self._retry.attempts
        # Who asked for one try gets one.
        most = attempts * times if attempts > 1 else 1
        return attempt.tries < most and due < attempt.ends

    def _again(self, attempt: Attempt, due: float) -> None:
        attempt.placed = False
        self._waiting.add(due, attempt)

    def _tell(self, attempt: Attempt, error: TransportError | None) -> None:
        """Tell of a call that has no answer."""
        outcome = Outcome(None, b"", "", None, attempt.tries, error, attempt.asked_at)
        self._done(attempt.call, outcome)

    def _give_back(self) -> None:
        """Start nothing any more."""
        self._calls = None
        held, self._held = self._held, None
        for attempt in [*([held] if held else []), *self._waiting.clear()]:
            self._tell(attempt, None)

    def _cut(self) -> None:
        """End all transfers."""
        busy, self._busy = self._busy, {}
        for handle, attempt in busy.values():
            self._loop.remove(handle.curl)
            handle.close()
            self._tell(attempt, None)

    def close(self) -> None:
        """Close all connections."""
        for handle in (*self._free, *(handle for handle, _ in self._busy.values())):
            handle.close()
        self._loop.close()
