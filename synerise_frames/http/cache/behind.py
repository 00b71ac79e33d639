"""Work that nobody waits for, such as writing files: in order, while there is some."""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Callable


class Behind:
    """Does work in a thread that is there only as long as there is work.

    Python's end waits for it, and so does a fork: the child has a copy of all locks, but not of
    the thread that would give them free.

    Parameters
    ----------
    most : int
        Bytes that may wait at a time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Callable[[], object], int]] = deque()
        self._bytes = 0
        self._thread: threading.Thread | None = None
        _ALL.add(self)

    def do(self, work: Callable[[], object], size: int) -> bool:
        """Do some work later; say whether that can be, for too much may be waiting."""
        with self._lock:
            if self._bytes + size > self._most:
                return False
            if self._thread is None:
                thread = threading.Thread(
                    target=self._run, name="synerise-frames writes", daemon=False
                )
                try:
                    thread.start()
                except RuntimeError:
                    return False  # Python ends, or the system has no more threads.
                self._thread = thread
            self._waiting.append((work, size))
            self._bytes += size
        return True

    def wait(self) -> None:
        """Wait until nothing is waiting any more."""
        while thread := self._thread:
            thread.join()

    def _run(self) -> None:
        try:
            while (found := self._next()) is not None:
                work, size = found
                try:
                    work()
                finally:
                    with self._lock:
                        self._bytes -= size
        finally:
            # Where work failed, the next has a new thread, which does what is left here too.
            with self._lock:
                if self._thread is threading.current_thread():
                    self._thread = None

    def _next(self) -> tuple[Callable[[], object], int] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._thread = None
            return None


_ALL: weakref.WeakSet[Behind] = weakref.WeakSet()


def _wait_for_all() -> None:
    for behind in list(_ALL):
        behind.wait()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_wait_for_all)
