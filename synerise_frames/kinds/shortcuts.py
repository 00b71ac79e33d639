"""From the arguments of a call to what was prepared for equal ones: bodies, names, lifetimes."""

from __future__ import annotations

import hashlib
import marshal
import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, cast

from synerise_frames.http.cache.dated import Wanted
from synerise_frames.periods import Absolute, Relative
from synerise_frames.redact import plain

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
        """Remember what was prepared; nothing for ``None``."""
        if arguments is None:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        try:
            self._known[arguments] = Shortcut(name, wanted, time.monotonic() + _GOOD)
        except TypeError:
            return


def exact(window: object) -> Hashable:
    """Give what tells windows apart that Python takes for equal; ``None`` where there is more.

    To Python, one moment in two zones is the same, as are both times that a wall clock shows
    when it is put back.
    """
    if window is None:
        return ()
    if isinstance(window, Absolute):
        start, end = window.start, window.end
        return start.tzinfo, start.fold, end.tzinfo, end.fold
    if isinstance(window, Relative):
        return () if type(window.offset) is int else None
    return None


def digest(*values: Any) -> bytes | None:
    """Give a few bytes that stand for plain JSON values, types and all; ``None`` for others."""
    try:
        # Version 0 writes equal values alike, wherever they lie in memory.
        written = marshal.dumps(cast(Any, plain(values)), 0)
    except (ValueError, RecursionError):
        return None
    return hashlib.blake2b(written, digest_size=16).digest()
