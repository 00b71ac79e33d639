"""Files as a shell means them: links are followed, devices written into, rights kept."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from synerise_frames.errors import DatasetError
from synerise_frames.replacing import whole

#: What stands for this process's stdout; to open it anew would begin at its start.
STDOUT = frozenset({"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})

# More links in a row are a circle.
_MOST_LINKS = 40


def put(file: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file that appears whole or not at all.

    Parameters
    ----------
    file : Path
        Where to; what is no regular file is written into, and a link stays one.
    content : bytes
        What is written.
    private : bool, default False
        Whether a new file is for its owner only. An older one keeps its rights.

    Raises
    ------
    DatasetError
        If it cannot be written; an older one of its name is still there then.
    """
    try:
        if is_special(file):
            with file.open("ab") as device:
                device.write(content)
            return
        place = Path(os.path.realpath(file))
        mode = _mode(place)
        with whole(place) as new:
            # Nobody reads it before it has its rights.
            narrow = mode is not None or private
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
                             0o600 if narrow else 0o666)  # fmt: skip
            with open(handle, "wb") as part:
                part.write(content)
            if mode is not None:
                new.chmod(mode)
    except OSError as error:
        raise cannot_write(str(file), error) from None


def cannot_write(where: str, error: OSError | None = None) -> DatasetError:
    """Give the error for a place that takes no data."""
    reason = (error.strerror or str(error)) if error else "it is closed"
    return DatasetError(
        f"Cannot write {where}: {reason}.",
        code="disk",
        hint="Check room and rights, or give another file to -o.",
    )


def _mode(file: Path) -> int | None:
    try:
        return stat.S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        return None


def is_special(file: Path) -> bool:
    """Say whether a name leads to a device, a pipe or an open file.

    Each link on the way counts: ``/dev/fd/3`` ends at a regular file where the shell opened one,
    and to replace that would take it from the shell.
    """
    place = Path(os.path.abspath(file))
    for _ in range(_MOST_LINKS):
        if place.parts[1:2] in (("dev",), ("proc",)) and place.parts[2:3] != ("shm",):
            return True
        if not place.is_symlink():
            break
        place = Path(os.path.abspath(place.parent / place.readlink()))
    return place.exists() and not (place.is_file() or place.is_dir())
