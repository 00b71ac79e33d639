"""How fast a probe asks: evenly, and slower when the server says so."""

from __future__ import annotations

import time
from collections.abc import Callable

from synerise_frames.errors import ConfigError

__all__ = ["Pace"]

#: The longest rest that a server can ask for, in seconds.
_LONGEST_REST = 60.0


class Pace:
    """Keeps requests apart.

    Parameters
    ----------
    rate : float, default 5
        Requests a second at most.
    clock, sleep : callable, optional
        Other ones for tests.

    Raises
    ------
    ConfigError
        If the rate is not above zero.
    """

    def __init__(
        self,
        rate: float = 5.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not rate > 0:
            raise ConfigError(f"A rate of {rate!r} requests a second is none.", hint="Give 5.")
        self._gap = 1 / rate
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        #: Requests that were let through.
        self.count = 0

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        left = self._next - self._clock()
        if left > 0:
            self._sleep(left)
        self._next = self._clock() + self._gap
        self.count += 1

    def rest(self, seconds: float | None) -> None:
        """Let the next request wait as the server asks, and go on at half the rate."""
        self._gap = min(self._gap * 2, 1.0) if self._gap < 1.0 else self._gap
        pause = 1.0 if seconds is None else min(max(seconds, 0.0), _LONGEST_REST)
        self._next = self._clock() + max(pause, self._gap)
