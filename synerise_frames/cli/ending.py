"""The end that somebody else asks for: Ctrl-C, and SIGTERM, by which schedulers ask."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

from synerise_frames.bulk.interrupts import interrupt
from synerise_frames.cli.exit_codes import STOPPED, TERMINATED

# timeout(1) and others tell a process and then its group: both are one wish.
_ECHO = 1.0

# When the last SIGTERM came; each start of the program begins with none.
_told: list[float] = []


def begin_to_listen() -> None:
    """Let SIGTERM end the program as Ctrl-C does, unless its starter had it ignored."""
    _told.clear()
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _on_term)


def _on_term(_number: int, _frame: FrameType | None) -> None:
    now = time.monotonic()
    is_echo = bool(_told) and now - _told[-1] < _ECHO
    _told.append(now)
    if not is_echo:
        interrupt()


def ending() -> tuple[str, int]:
    """Say what ended the program, in a word or two, and its exit code."""
    return ("stopped by SIGTERM", TERMINATED) if _told else ("stopped", STOPPED)
