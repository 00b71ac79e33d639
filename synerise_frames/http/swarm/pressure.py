"""How many calls at once: fewer while the server fails, all of them when it is well."""

from __future__ import annotations

import time

# What one more call weighs in the share of failures; where that is too much or little enough.
_WEIGHT = 0.05
_ILL = 0.5
_WELL = 0.2

# Many calls fail together; that is one event.
_EVENT = 0.25

# Never narrower than this part: or it would take minutes to see that nobody is there.
_NARROWEST = 8

# So many calls gave up with no answer in between, after so long a silence: nobody is there. A
# restart of the server fails all that is on its way at once, which is no more than one wave.
_DEAD = 8
_SILENCE = 10.0


class Pressure:
    """Watches how attempts end.

    Parameters
    ----------
    most : int
        Calls at once when all is well.

    Attributes
    ----------
    most : int
        Calls at once when all is well.
    width : int
        Calls at once, now.
    is_dead : bool
        Nobody answers any more.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.width = most
        self._share = 0.0
        self._narrowed = float("-inf")
        self._gone = 0
        self._heard = time.monotonic()
        self.is_dead = False

    def resize(self, most: int) -> None:
        """Set the number of calls at once when all is well."""
        well = self.width == self.most
        self.most = most
        self.width = most if well else min(self.width, most)

    def failed(self, now: float) -> None:
        """Hear of an attempt that the server failed, or did not answer."""
        self._share += _WEIGHT * (1.0 - self._share)
        if self._share > _ILL and now - self._narrowed > _EVENT:
            self.width = max(self.width // 2, self.most // _NARROWEST, 1)
            self._narrowed = now

    def answered(self, now: float) -> None:
        """Hear of an answer."""
        self._gone = 0
        self._heard = now
        self._share -= _WEIGHT * self._share
        if self._share < _WELL and self.width < self.most:
            self.width += 1

    def gave_up(self, now: float) -> None:
        """Hear of a call that got no answer in all its tries."""
        self._gone += 1
        silent = now - self._heard > _SILENCE
        self.is_dead = self._gone >= (_DEAD if silent else _DEAD + self.most)
