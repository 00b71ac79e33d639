"""Reading a file that others may have put something else in the place of."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# Neither follow a link nor wait for a pipe that somebody put in a file's place. Windows, which
# lacks both flags, wants to be told that the bytes are to be taken as they are.
_READ = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


def content_of(path: Path) -> tuple[bytes, os.stat_result]:
    """Read a file, if it is one."""
    handle = os.open(path, _READ)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "there is something else in the place of a file")
        with open(handle, "rb", closefd=False) as file:
            return file.read(), found
    finally:
        os.close(handle)
