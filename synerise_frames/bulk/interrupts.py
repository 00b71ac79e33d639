"""Ctrl-C during a run: the first one asks to stop, the second one means it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def on_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on the first Ctrl-C instead of raising in the middle of things.

    A callback of libcurl would swallow the KeyboardInterrupt. Other threads than the main one
    never get it, so nothing is changed there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def told(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        stop()

    before = signal.getsignal(signal.SIGINT)
    # None: a handler that Python did not install, which could not be put back.
    if before is None or before == signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, told)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
