"""An iterator of identifiers that takes its time: calls go on while the next ones are fetched.

It is read by the thread that called, as ever: what it is made of, such as a cursor of SQLite, may
belong to that thread. So it is the calls that are sent from another one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context

from synerise_frames.bulk.ids import PIECE, Inputs

# So many are read before somebody asks for them.
_MOST = 2 * PIECE
# Whoever waits looks so often whether it still makes sense, and hears Ctrl-C.
_LOOK = 0.1


class Ahead:
    """Pieces of an iterator, read in one thread and taken in another.

    Parameters
    ----------
    pieces : iterator of Inputs
        What is read.
    """

    def __init__(self, pieces: Iterator[Inputs]) -> None:
        self._pieces = pieces
        self._read: deque[Inputs] = deque()
        self._room = threading.Condition()
        self._waiting = 0
        self._is_reading = False

    def during(self, send: Callable[[], None], stop: Callable[[], None]) -> None:
        """Read while `send`, which takes what is read, runs in another thread.

        Parameters
        ----------
        send : callable
            What it raises is raised here.
        stop : callable
            Ends `send`; called where reading fails.
        """
        self._is_reading = True
        try:
            with ThreadPoolExecutor(1, "synerise-bulk") as pool:
                sending = pool.submit(copy_context().run, send)
                try:
                    self._read_until(sending.done)
                    while not sending.done():
                        wait([sending], _LOOK)
                finally:
                    if not sending.done():
                        stop()
                sending.result()
        finally:
            # Not before the other thread has ended: it would read on.
            self._is_reading = False

    def _read_until(self, over: Callable[[], bool]) -> None:
        for piece in self._pieces:
            with self._room:
                self._read.append(piece)
                self._waiting += len(piece)
                while self._waiting >= _MOST and not over():
                    self._room.wait(_LOOK)
            if over():
                return
        self._is_reading = False

    def __iter__(self) -> Iterator[Inputs | None]:
        """Give what was read, and ``None`` while more is being read.

        Where nobody else reads, it is read here.
        """
        while True:
            # Before looking: what is read last is there before nobody reads any more.
            is_reading = self._is_reading
            if self._read:
                with self._room:
                    piece = self._read.popleft()
                    self._waiting -= len(piece)
                    self._room.notify()
                yield piece
            elif is_reading:
                yield None
            else:
                yield from self._pieces
                return
