"""Work that nobody waits for, such as writing files: in order, while there is some."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple


def _nothing() -> None:
    """Do nothing."""


class _Task(NamedTuple):
    work: Callable[[], object]
    size: int
    over: Callable[[], object]


class Behind:
    """Does work in a thread that is there only as long as there is work.

    Python's end waits for it.

    Parameters
    ----------
    most : int
        Bytes that may wait at a time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget all work, and the thread that was to do it."""
        self._changed = threading.Condition()
        self._waiting: deque[_Task] = deque()
        self._bytes = 0
        self._given = 0
        self._done = 0
        self._thread: threading.Thread | None = None

    def do(
        self,
        work: Callable[[], object],
        size: int,
        taken: Callable[[], object] = _nothing,
        over: Callable[[], object] = _nothing,
    ) -> bool:
        """Do some work later; say whether that can be, for too much may be waiting.

        If it can, `taken` is called at once, before the work begins, and `over` when it has ended,
        however it did. No two such calls are at the same time.
        """
        with self._changed:
            if self._bytes + size > self._most or not self._has_thread():
                return False
            taken()
            self._waiting.append(_Task(work, size, over))
            self._bytes += size
            self._given += 1
        return True

    def _has_thread(self) -> bool:
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="synerise-frames writes", daemon=False)
            try:
                thread.start()
            except RuntimeError:
                return False  # Python ends, or the system has no more threads.
            self._thread = thread
        return True

    def wait(self) -> None:
        """Wait until all is done that was given before; who does it does not wait for it."""
        if self.is_here():
            return
        with self._changed:
            given = self._given
            # Where work failed, its thread is gone, and what is left is for the next one.
            self._changed.wait_for(lambda: self._done >= given or self._thread is None)

    def is_here(self) -> bool:
        """Say whether this thread is the one that does the work."""
        return self._thread is threading.current_thread()

    def _run(self) -> None:
        try:
            while (task := self._next()) is not None:
                try:
                    task.work()
                finally:
                    with self._changed:
                        task.over()
                        self._bytes -= task.size
                        self._done += 1
                        self._changed.notify_all()
        finally:
            with self._changed:
                if self.is_here():
                    self._thread = None
                self._changed.notify_all()

    def _next(self) -> _Task | None:
        with self._changed:
            if self._waiting:
                return self._waiting.popleft()
            self._thread = None
            return None


#: What all caches of this process write later.
BEHIND = Behind(128 << 20)

# A forked process has a copy of all locks, but not of the thread that would give them free. What
# another thread gives between the wait and the fork is the parent's to do.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=BEHIND.wait, after_in_child=BEHIND.begin_anew)
