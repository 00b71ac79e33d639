"""The server process: bind, open the workspace, tell that it is ready, end when told to.

Only what every Python has is imported here, so that a missing extra is told in words.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox import require_extra
from synerise_frames.sandbox.options import Options

__all__ = ["HOST", "run"]

#: Loopback, always: the server speaks plain HTTP and its data is for this machine.
HOST = "127.0.0.1"

# How long running calculations may go on after their reader has died.
_PATIENCE = 5.0


class _Told(BaseException):
    """The process was told to end; like KeyboardInterrupt, nobody should catch it by chance."""


def run(
    options: Options,
    *,
    port: int = 0,
    exit_with_parent: bool = False,
    ready: Callable[[dict[str, str]], None] | None = None,
) -> int:
    """Serve the local workspace until the process is told to end (Ctrl-C, SIGTERM).

    Parameters
    ----------
    options : Options
        What it is started with.
    port : int, default 0
        Port on 127.0.0.1; 0 takes a free one.
    exit_with_parent : bool, default False
        End when standard input does, which is when the process that holds it has died.
    ready : callable, optional
        Told once the server answers: url, api_key, profile_key, username, mfa_username,
        password, mfa_code, workspace_guid, workspace_name, timezone and now, all text.

    Returns
    -------
    int
        0, when it was told to end.

    Raises
    ------
    ConfigError
        If the port cannot be had, the file of definitions is in use or not one, the call log
        cannot be written, or the extra is not installed.
    """
    require_extra()
    # What needs the extra is imported only now that it is known to be there.
    from synerise_frames.sandbox.server import serve  # noqa: PLC0415

    with _bound(port) as listener:
        try:
            with _signals():
                if exit_with_parent:
                    threading.Thread(target=_follow_parent, daemon=True).start()
                serve(listener, options, ready or _silent)
        except _Told:
            pass
    return 0


def _silent(_: dict[str, str]) -> None:
    """Tell nobody."""


def _bound(port: int) -> socket.socket:
    """Take a port first of all: what fails should fail before the data is loaded.

    Raises
    ------
    ConfigError
        If it cannot be had.
    """
    # With the protocol left at 0, asyncio would not switch off Nagle's algorithm, and
    # answers would wait 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # A port whose last server has just ended is free again at once.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        # Two may bind the same port while neither listens; listening settles it.
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        raise ConfigError(
            f"Port {port} on {HOST} is in use."
            if taken
            else f"Port {port} on {HOST} cannot be used: {error}.",
            code="port",
            hint="Choose another, or --port 0 for any that is free.",
        ) from None
    return listener


@contextmanager
def _signals() -> Iterator[None]:
    """Turn signals into an orderly end, also before uvicorn listens to them and after."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python gives signals to the main thread only.
        return
    before = {one: signal.signal(one, _tell) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _tell(_signal: int, _frame: FrameType | None) -> None:
    raise _Told


def _follow_parent() -> None:
    """End this process when standard input ends. Runs in a thread of its own."""
    # Not sys.stdin.read(): its lock, held at the end of the interpreter, is a fatal error.
    descriptor = sys.stdin.fileno()
    while os.read(descriptor, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    # Nobody is left to read what may still be calculated.
    threading.Event().wait(_PATIENCE)
    os._exit(0)
