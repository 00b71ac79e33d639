"""When a run ends: at its deadline, or soon after it was told to stop."""

from __future__ import annotations

import time

# So long what is on its way may still finish.
_GRACE = 1.0


class Moments:
    """The moments after which nothing starts, and nothing goes on."""

    def __init__(self) -> None:
        self.last_start = float("inf")
        self.last_answer = float("inf")

    def stop(self) -> None:
        """Start nothing from now on."""
        now = time.monotonic()
        self.last_start = min(self.last_start, now)
        self.last_answer = min(self.last_answer, now + _GRACE)

    def end(self, moment: float) -> None:
        """Start and await nothing after `moment`."""
        self.last_start = min(self.last_start, moment)
        self.last_answer = min(self.last_answer, moment)
