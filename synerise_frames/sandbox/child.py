"""The server's process as its parent sees it: started, listened to, and surely ended.

The child reads from a pipe that only the parent holds open. When the parent ends, in
whatever way, the system closes the pipe, the child sees it and ends too.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from synerise_frames.errors import TransportError

_BOOT = str(Path(__file__).resolve().with_name("boot.py"))

#: Exit code of a server that could not start and has said why.
REFUSED = 2

# What the child gets to end by itself before it is killed.
_GRACE = 5.0

# How much of the child's last words is shown.
_TAIL = 2000


class Child:
    """The process of one server.

    Parameters
    ----------
    arguments : sequence of str
        Options of ``python -m synerise_frames.sandbox``.

    Raises
    ------
    TransportError
        If it cannot be started.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        # Not a pipe: one that nobody reads fills up, and its writer stops.
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in end()
        try:
            self._process = _spawn(arguments, self._errors)
        except OSError as error:
            self._errors.close()
            raise TransportError(
                f"The demo workspace could not be started: {error}.",
                hint=f"Check that {sys.executable or 'sys.executable'} can be run.",
            ) from error
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # Reading a pipe cannot time out on every system, waiting for a thread can.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def line(self, timeout: float) -> bytes | None:
        """Give the line of JSON on its stdout: empty if it ended without one, ``None`` if late."""
        try:
            return self._lines.get(timeout=max(timeout, 0.0))
        except queue.Empty:
            return None

    def exit_code(self, timeout: float) -> int | None:
        """Give the code that it ended with, ``None`` if it goes on."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def end(self, grace: float = _GRACE) -> None:
        """End the process: by closing its pipe, after `grace` seconds by force.

        In a fork of the parent this only closes the fork's copies of the pipes: the server
        is no child of the fork, so there is nothing to wait for and nothing to kill.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin:
            stdin.close()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # The reader is at the end of the pipe now; closing it before would block on its lock.
        self._reader.join()
        if stdout:
            stdout.close()
        self._errors.close()

    def last_words(self) -> str:
        """Give the end of what it has written to stderr so far."""
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _TAIL))
        return self._errors.read().decode(errors="replace").strip()

    def _read(self) -> None:
        stdout = self._process.stdout or ()
        # A sitecustomize may greet first.
        self._lines.put(next((line for line in stdout if line.startswith(b"{")), b""))


def _spawn(arguments: Sequence[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own script in our own interpreter
        # -P: the files beside boot.py must not stand in for packages of the same name.
        [sys.executable, "-P", _BOOT, "--exit-with-parent", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        # Ctrl-C in a shell or notebook interrupts the analyst's cell, not the server.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
