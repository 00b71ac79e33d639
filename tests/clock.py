"""A clock that a test sets."""

from __future__ import annotations

import time


class Clock:
    """The library's clock, set by a test: what is to come in an hour comes now."""

    def __init__(self) -> None:
        self._real = time.monotonic
        self._set(self._real(), 1.0)

    def _set(self, now: float, rate: float) -> None:
        self._state = (now, self._real(), rate)

    def __call__(self) -> float:
        now, since, rate = self._state
        return now + (self._real() - since) * rate

    def jump(self, seconds: float) -> None:
        """Go forward."""
        self._set(self() + seconds, self._state[2])

    def slow(self, rate: float) -> None:
        """Go at this part of the pace of other clocks, or stand still at 0."""
        self._set(self(), rate)
