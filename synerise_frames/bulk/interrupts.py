"""Ctrl-C during a run: the first one asks to stop, the second one means it.

A program that is told to end in another way, by SIGTERM say, does the same by `interrupt`.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# What ends the runs that are under way in the main thread, the innermost last.
_stops: list[Callable[[], None]] = []


def interrupt() -> None:
    """Do what Ctrl-C does now; for a handler of another signal, in the main thread.

    Raises
    ------
    KeyboardInterrupt
        If there is no run that ends by itself, or it was told to before.
    """
    if not _stops:
        raise KeyboardInterrupt
    _stops.pop()()


@contextmanager
def on_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on the first Ctrl-C instead of raising in the middle of things.

    A callback of libcurl would swallow the KeyboardInterrupt. Other threads than the main one
    never get it, so nothing is changed there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    before = signal.getsignal(signal.SIGINT)
    # None: a handler that Python did not install, which could not be put back.
    watched = before is not None and before != signal.SIG_IGN

    def once() -> None:
        if watched:
            signal.signal(signal.SIGINT, before)
        stop()

    def told(_number: int, _frame: FrameType | None) -> None:
        interrupt()

    _stops.append(once)
    if watched:
        signal.signal(signal.SIGINT, told)
    try:
        yield
    finally:
        if once in _stops:
            _stops.remove(once)
        if watched:
            signal.signal(signal.SIGINT, before)
