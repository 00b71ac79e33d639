"""Rate limits, kept by waiting before a request is sent; shared by all threads of a client."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

# The server's clock and the way to it are not ours: stay a little below.
_SHARE = 0.99
_SECOND = 1.02

# Who comes so little late has not lost the place: else a busy machine falls behind. The bucket of
# a server holds more than that.
_LATE = 0.005

# What a refusal without Retry-After does to the pace, and how fast the pace comes back.
_SLOWER = 0.7
_RECOVERY_PER_SECOND = 0.05
_SLOWEST = 0.05

# After a refusal requests go one by one: so far apart at first, at most, and at least.
_FIRST_GAP = 0.02
_LARGEST_GAP = 1.0
_SMALLEST_GAP = 0.002

# Where fewer of the requests are refused, the server is not overrun: it is enough to wait as
# long as it asks for. Older ones count ever less, the last few hundred tell how it is now. At
# the start, and at each new pace, it is as if so many had been let through: bad luck is no storm.
_MANY = 0.1
_FEW = 0.07
_FORGETS = 0.995
_AT_FIRST = 10.0
_THEN = 25.0

# Refusals within this time are one event; it gets faster again after so long without one, or
# with few for this long.
_EVENT = 0.25
_CALM = 2.0
_WELL = 0.5

# A server that asks to come back sooner names no time.
_NOTHING = 0.05

# Subjects that were silent for long enough need no memory. They are looked for when there are so
# many, and then when there are twice as many as were left.
_SWEEP = 10_000


@dataclass(frozen=True)
class Scope:
    """A limit that a request falls under.

    Attributes
    ----------
    name : str
        Requests with the same name and subject share the limit.
    per_second : float
        How many a second.
    subject : str or None
        Whom it is about; ``None`` for a limit that all share. The shared ones are paced
        evenly, those of a subject may be used up at once, as people do.
    """

    name: str
    per_second: float
    subject: str | None = field(default=None, repr=False)


class Limiter:
    """Says how long a request has to wait, and slows everybody when the server asks to.

    Parameters
    ----------
    clock, sleep : callable
        Seconds on a clock that nobody sets, and how to wait.

    Attributes
    ----------
    share : float, default 1
        The part of the limits among all that this one may use; the others use the rest.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.share = 1.0
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: dict[Scope, float] = {}
        self._sent: dict[Scope, deque[float]] = {}
        self._sweep_at = _SWEEP
        self._resume = 0.0
        self._pace = 1.0
        self._pace_set = 0.0
        self._gap = 0.0
        self._refused = self._spaced = float("-inf")
        self._next_of_all = 0.0
        self._recent = _AT_FIRST
        self._refusals = 0.0

    def acquire(self, scopes: Iterable[Scope], until: float = float("inf")) -> bool:
        """Wait for a place in all `scopes`; false if there is none before `until`."""
        scopes = tuple(scopes)
        while True:
            wait, taken = self.reserve(scopes, until)
            if self._clock() + wait > until:
                return False
            if wait > 0:
                self._sleep(wait)
            # The server may have asked for patience meanwhile.
            if taken and self._resume <= self._clock():
                return True

    def reserve(self, scopes: Iterable[Scope], until: float = float("inf")) -> tuple[float, bool]:
        """Give the seconds to wait, and whether a place is taken then or to be asked for again.

        A place among all is only taken by who could go at once as far as its subject is
        concerned: a busy profile does not hold up the others. A place after `until` is not
        taken, so those who give up leave no gap.
        """
        with self._lock:
            now = self._clock()
            shared = [scope for scope in scopes if scope.subject is None]
            own = [scope for scope in scopes if scope.subject is not None]
            free = max([self._resume, *(self._free(scope, now) for scope in own)])
            if free > now:
                return free - now, False
            at = max([self._after_refusal(now), *(self._next.get(s, now) for s in shared)])
            if at > until:
                return at - now, False
            self._next_of_all = at + self._gap
            for scope in shared:
                self._next[scope] = at + 1.0 / (self._rate(scope) * self._current_pace(now))
            for scope in own:
                self._note(scope, max(at, now), now)
            self._recent = self._recent * _FORGETS + 1.0
            self._refusals *= _FORGETS
            return max(at - now, 0.0), True

    def is_paused(self) -> bool:
        """Say whether the server has asked everybody to wait."""
        return self._resume > self._clock()

    def slow_down(self, seconds: float | None) -> None:
        """React to a refusal: everybody waits `seconds`, or goes slower if it names none."""
        with self._lock:
            now = self._clock()
            if seconds is not None and seconds >= _NOTHING:
                self._resume = max(self._resume, now + seconds)
            # Many threads are refused at once; that is one event.
            if now - self._spaced > _EVENT:
                self._refusals += 1.0
                if self._refused_share() >= _MANY:
                    self._gap = min(max(self._gap * 2, _FIRST_GAP), _LARGEST_GAP)
                    self._set_gap(now)
            if now - self._refused > _EVENT:
                self._refused = now
                if seconds is None or seconds < _NOTHING:
                    self._pace = max(self._current_pace(now) * _SLOWER, _SLOWEST)
                    self._pace_set = now

    def _after_refusal(self, now: float) -> float:
        """Give the next place after a refusal: one by one, then ever closer together."""
        quiet = now - max(self._refused, self._resume) > _CALM
        well = quiet or self._refused_share() < _FEW
        if self._gap and well and now - max(self._spaced, self._resume) > _WELL:
            self._gap = self._gap / 2 if self._gap > _SMALLEST_GAP else 0.0
            self._set_gap(now)
        return max(self._next_of_all, now) if self._gap else now - _LATE

    def _set_gap(self, now: float) -> None:
        """Begin to count anew: what was before tells nothing of the new pace."""
        self._spaced = now
        self._recent, self._refusals = _THEN, 0.0

    def _refused_share(self) -> float:
        return self._refusals / self._recent

    def _rate(self, scope: Scope) -> float:
        rate = scope.per_second * self.share
        if self.share < 1.0:
            # Each of several may be one request ahead of its pace, all at the same moment.
            rate = max(rate - 1.0, rate / 2.0)
        return rate * _SHARE

    def _current_pace(self, now: float) -> float:
        return min(1.0, self._pace + (now - self._pace_set) * _RECOVERY_PER_SECOND)

    def _free(self, scope: Scope, now: float) -> float:
        sent = self._sent.get(scope)
        allowed = _whole(scope)
        return sent[-allowed] + _window(scope) if sent and len(sent) >= allowed else now

    def _note(self, scope: Scope, at: float, now: float) -> None:
        if len(self._sent) >= self._sweep_at and scope not in self._sent:
            self._sent = {s: d for s, d in self._sent.items() if d[-1] + _window(s) > now}
            self._sweep_at = max(_SWEEP, 2 * len(self._sent))
        self._sent.setdefault(scope, deque(maxlen=_whole(scope))).append(at)


def _whole(scope: Scope) -> int:
    return max(int(scope.per_second), 1)


def _window(scope: Scope) -> float:
    """Give the seconds that the whole number counts for: less than one a second is one in more."""
    return _SECOND * max(1.0, 1.0 / scope.per_second)
