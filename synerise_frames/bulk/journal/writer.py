"""Writing behind the back of who hands over: in order, many at once, by one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")

# Seconds that what is handed over waits for more: each writing waits for the disk.
_GATHERED = 0.2

# Nor is waited for more than so many; and who hands over waits when it is so much.
_ENOUGH = 10_000
_MOST = 50_000


class Writer(Generic[_T]):
    """A thread that writes what it is given.

    Parameters
    ----------
    write : callable
        Writes some items so that they stay written. When it fails, nothing more is written.
    """

    def __init__(self, write: Callable[[list[_T]], None]) -> None:
        self._write = write
        self._items: list[_T] = []
        self._weight = 0
        self._handed = self._written = self._wanted = 0
        self._closing = self._ended = False
        self._changed = threading.Condition()
        #: Why writing ended, if it failed.
        self.error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def put(self, item: _T, weight: int) -> bool:
        """Hand over an item that counts for `weight`; say whether it will be written."""
        with self._changed:
            self._changed.wait_for(lambda: self._weight < _MOST or self._ended)
            if self._ended or self._closing:
                return False
            self._items.append(item)
            self._weight += weight
            self._handed += 1
            if len(self._items) == 1 or self._weight >= _ENOUGH:
                self._changed.notify_all()
        return True

    def flush(self) -> bool:
        """Wait until all is written; say whether it is."""
        with self._changed:
            self._wanted = target = self._handed
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._written >= target or self._ended)
            return self._written >= target

    def close(self) -> bool:
        """Write all and end; say whether all is written."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        return self._written == self._handed

    def _run(self) -> None:
        try:
            while items := self._take():
                self._write(items)
                with self._changed:
                    self._written += len(items)
                    self._changed.notify_all()
        except OSError as error:
            self.error = error
        finally:
            # Whatever ended it, nobody waits for it any more.
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _take(self) -> list[_T]:
        """Wait for items; none are left when this gives none."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closing)
            self._changed.wait_for(self._is_due, timeout=_GATHERED)
            items, self._items, self._weight = self._items, [], 0
            self._changed.notify_all()
            return items

    def _is_due(self) -> bool:
        return self._closing or self._wanted > self._written or self._weight >= _ENOUGH
