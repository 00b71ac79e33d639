"""Work in the background, of which only the newest may show what it found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context


class Turn:
    """The right of one job to change what is shown, until a newer job has begun."""

    def __init__(self, turns: Turns, number: int) -> None:
        self._turns = turns
        self._number = number

    def show(self, change: Callable[[], None]) -> bool:
        """Make the change if this is the newest turn; say whether it was made."""
        return self._turns.show(self._number, change)


class Turns:
    """Runs each job in a thread of its own at once: a slow one does not hold up the next."""

    def __init__(self) -> None:
        # A change may begin the next job.
        self._lock = threading.RLock()
        self._over = threading.Condition(self._lock)
        self._newest = 0
        self._finished = 0

    def begin(self, job: Callable[[Turn], None], first: Callable[[], None] | None = None) -> None:
        """Begin a job; what earlier ones find is not shown any more.

        What is changed `first` no earlier job can overwrite: it is made in the same moment.
        """
        with self._lock:
            number = self._next()
            if first:
                first()
        threading.Thread(
            target=copy_context().run,
            args=(self._run, job, number),
            name=f"synerise-explorer-{number}",
            daemon=True,
        ).start()

    def at_once(self, change: Callable[[], None]) -> None:
        """Make a change that needs no job; what earlier ones find is not shown any more."""
        with self._over:
            number = self._next()
            change()
            self._is_finished(number)

    def _next(self) -> int:
        self._newest += 1
        return self._newest

    def _is_finished(self, number: int) -> None:
        self._finished = max(self._finished, number)
        self._over.notify_all()

    def _run(self, job: Callable[[Turn], None], number: int) -> None:
        try:
            job(Turn(self, number))
        finally:
            with self._over:
                self._is_finished(number)

    def show(self, number: int, change: Callable[[], None]) -> bool:
        """Make the change of a turn if no newer one has begun."""
        with self._lock:
            if number != self._newest:
                return False
            change()
            return True

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the newest job is over; say whether it is."""
        with self._over:
            return self._over.wait_for(lambda: self._finished >= self._newest, timeout)
