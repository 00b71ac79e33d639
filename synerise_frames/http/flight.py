"""One call for equal concurrent ones."""

from __future__ import annotations

import copy
import os
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Generic, TypeVar

from synerise_frames.errors import SyneriseError

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Lets the first of equal calls do the work, and the others wait for what it gives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[Hashable, Future[T]] = {}

    def do(self, key: Hashable, work: Callable[[], T]) -> tuple[T, bool]:
        """Give the result of `work`, and whether another thread did it.

        An error of the first is an error of all that waited for it; who comes later tries anew.
        """
        # A forked process has the flights of its parent in its books, but not their pilots.
        key = (os.getpid(), key)
        while True:
            with self._lock:
                flight = self._flights.get(key)
                if flight is None:
                    mine: Future[T] = Future()
                    self._flights[key] = mine
            if flight is None:
                return self._lead(key, mine, work), False
            with suppress(CancelledError):
                return self._join(flight), True

    def _lead(self, key: Hashable, flight: Future[T], work: Callable[[], T]) -> T:
        try:
            result = work()
            flight.set_result(result)
        except SyneriseError as error:
            flight.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._flights[key]
            # Ctrl-C hit the first, which is no reason for the others to stop: they try anew.
            if not flight.done():
                flight.cancel()
        return result

    def _join(self, flight: Future[T]) -> T:
        error = flight.exception()
        if isinstance(error, SyneriseError):
            # One exception raised in many threads would gather the tracebacks of all.
            raise copy.copy(error)
        return flight.result()
