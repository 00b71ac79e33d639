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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox import Faults, require_extra
from synerise_frames.sandbox.options import (
    check_lifetime,
    checked_faults,
    checked_moment,
    checked_permissions,
    moved_paths,
    path_book,
)

if TYPE_CHECKING:
    from synerise_frames.sandbox.callers import ApiKey

__all__ = ["HOST", "run"]

#: Loopback, always: the server speaks plain HTTP and its data is for this machine.
HOST = "127.0.0.1"

# How long running calculations may go on after their reader has died.
_PATIENCE = 5.0


class _Told(BaseException):
    """The process was told to end; like KeyboardInterrupt, nobody should catch it by chance."""


def run(
    *,
    port: int = 0,
    token_lifetime: float = 3600,
    store: Path | None = None,
    exit_with_parent: bool = False,
    keys: tuple[ApiKey, ...] = (),
    denied: Iterable[str] = (),
    paths: Mapping[str, str] | None = None,
    openapi: str | os.PathLike[str] | None = None,
    definitions: str | os.PathLike[str] | None = None,
    faults: Faults | None = None,
    call_log: str | os.PathLike[str] | None = None,
    now: str | datetime | None = None,
    ready: Callable[[dict[str, str]], None] | None = None,
) -> int:
    """Serve the local workspace until the process is told to end (Ctrl-C, SIGTERM).

    Parameters
    ----------
    port : int, default 0
        Port on 127.0.0.1; 0 takes a free one.
    token_lifetime : float, default 3600
        Seconds that a token is good for.
    store : Path, optional
        Folder of the data base; that of the user's cache where left out.
    exit_with_parent : bool, default False
        End when standard input does, which is when the process that holds it has died.
    keys : tuple of ApiKey
        The workspace's keys, the first of them announced. Where left out, there is one:
        from ``SYNERISE_SANDBOX_KEY``, else a random one.
    denied : iterable of str
        Permissions that the announced key lacks; where `keys` are given, they say it themselves.
    paths : mapping, optional
        Operation key to ``"METHOD /path/{id}"``: where operations are served instead of at the
        registry's paths. The others stay.
    openapi : path-like, optional
        An OpenAPI document to take paths from; `paths` win over it.
    definitions : path-like, optional
        File that keeps changed definitions and directories; memory only where left out.
    faults : Faults, optional
        What goes wrong, and how often; nothing where left out.
    call_log : path-like, optional
        File that gets a line of JSON for each request: what was asked, of whom, the status, and
        whether it was answered. Its lines name profiles.
    now : str or datetime, optional
        Where the workspace's clock stands; what happened later is not there yet. 2018-01-01,
        the end of the data, where left out.
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
        If the port cannot be had, an option is wrong, the file of definitions is in use or
        not one, the call log cannot be written, or the extra is not installed.
    """
    require_extra()
    check_lifetime(token_lifetime)
    lacking = checked_permissions(denied)
    if keys and lacking:
        raise ConfigError(
            "keys= and denied= are both given.", hint="Say of each key what it is denied."
        )
    weather = checked_faults(faults)
    moment = checked_moment(now)
    book = path_book(moved_paths(paths, openapi))
    # What needs the extra is imported only now that it is known to be there.
    from synerise_frames.sandbox.server import serve  # noqa: PLC0415

    with _bound(port) as listener:
        try:
            with _signals():
                if exit_with_parent:
                    threading.Thread(target=_follow_parent, daemon=True).start()
                serve(
                    listener,
                    folder=store,
                    token_lifetime=token_lifetime,
                    keys=keys,
                    denied=lacking,
                    paths=book,
                    definitions=None if definitions is None else Path(definitions),
                    faults=weather,
                    call_log=None if call_log is None else Path(call_log),
                    now=moment,
                    ready=ready or _silent,
                )
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
