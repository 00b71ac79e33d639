"""The end that somebody else asks for: Ctrl-C, and SIGTERM, by which schedulers ask."""

from __future__ import annotations

import atexit
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from synerise_frames.bulk.interrupts import interrupt
from synerise_frames.cli.exit_codes import OK, STOPPED, TERMINATED

# timeout(1) and others tell a process and then its group: both are one wish.
_ECHO = 1.0

# When the last SIGTERM came; each start of the program begins with none.
_told: list[float] = []

# What a program that is over ends with; there is one only where this is the program.
_codes: list[int] = []
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def begin_to_listen() -> None:
    """Let SIGTERM end the program as Ctrl-C does, unless its starter had it ignored."""
    _told.clear()
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main:
        return
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _on_term)
    _codes[:] = [OK]
    # Python goes back to what kills a process before it takes its modules apart.
    atexit.register(_listen_no_more)


def settled(code: int) -> int:
    """Let nothing change the exit code of the program any more: there is nothing left to end.

    Ctrl-C while Python shuts down would kill it, and a sync that is done would look killed.
    """
    if _codes:
        _codes[:] = [code]
        _have_caught(_leave)
    return code


def _leave(_number: int, _frame: FrameType | None) -> None:
    # A thread that hangs is not waited for by who wants to leave.
    os._exit(_codes[-1])


def _listen_no_more() -> None:
    _have_caught(signal.SIG_IGN)


def _have_caught(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in _SIGNALS:
        # What its starter had ignored stays so; None is not Python's.
        if callable(signal.getsignal(number)):
            signal.signal(number, handler)


def _on_term(_number: int, _frame: FrameType | None) -> None:
    now = time.monotonic()
    is_echo = bool(_told) and now - _told[-1] < _ECHO
    _told.append(now)
    if not is_echo:
        interrupt()


def ending() -> tuple[str, int]:
    """Say what ended the program, in a word or two, and its exit code."""
    return ("stopped by SIGTERM", TERMINATED) if _told else ("stopped", STOPPED)
