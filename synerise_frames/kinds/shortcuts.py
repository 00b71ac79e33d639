"""From the arguments of a call to what was prepared for equal ones: bodies, names, lifetimes."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass

from synerise_frames.http.cache.dated import Wanted

# Notebooks repeat few calls; a program that makes many gains nothing here.
_MOST = 512

# A lifetime grows when a window ends, so an old one is only too careful.
_GOOD = 60.0


@dataclass(frozen=True)
class Shortcut:
    """What was prepared for a call: the name of its frame, and how fresh it has to be."""

    name: str
    wanted: Wanted
    until: float


class Shortcuts:
    """Shortcuts by arguments."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Shortcut] = {}

    def find(self, arguments: Hashable) -> Shortcut | None:
        """Give the shortcut of equal arguments; ``None`` also where they have no hash."""
        try:
            found = self._known.get(arguments)
        except TypeError:
            return None
        return found if found and time.monotonic() < found.until else None

    def keep(self, arguments: Hashable, name: str, wanted: Wanted) -> None:
        """Remember what was prepared."""
        if len(self._known) >= _MOST:
            self._known.clear()
        try:
            self._known[arguments] = Shortcut(name, wanted, time.monotonic() + _GOOD)
        except TypeError:
            return
