"""A file that must not lose what was written: made as a whole, written through to the disk."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from io import FileIO
from pathlib import Path

from synerise_frames.errors import BulkError
from synerise_frames.redact import get_logger

_log = get_logger("synerise_frames.bulk")


def create(path: Path, content: bytes) -> None:
    """Make a file that is there as a whole or not at all, and readable by its owner only.

    Raises
    ------
    BulkError
        If there is one already, or the disk does not take it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(path, error) from None
    try:
        _create(path, content)
    except FileExistsError:
        raise BulkError(
            f"There is a file {path} already.",
            hint="Go on with it by the same call or sf.resume(), or choose another file.",
        ) from None
    except OSError as error:
        raise disk_error(path, error) from None


def opened(path: Path, *, write: bool) -> FileIO:
    """Open a file that is there.

    Raises
    ------
    BulkError
        If it is not, or cannot be opened.
    """
    # Nor may it be a pipe, which would be waited for.
    if not path.is_file():
        raise BulkError(
            f"There is no journal {path}.",
            hint="Name what a run was given as out= (its folder) or as journal=.",
        )
    try:
        return FileIO(path, "r+" if write else "r")
    except OSError as error:
        raise disk_error(path, error) from None


def write_through(file: FileIO, content: bytes) -> None:
    """Write, and wait for the disk to have it.

    Raises
    ------
    OSError
        If it is full, or the file is gone.
    """
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
    os.fsync(file.fileno())
    if os.fstat(file.fileno()).st_nlink == 0 and not os.path.exists(file.name):
        raise OSError(errno.ENOENT, "the file was removed")


def cut(file: FileIO, path: Path, end: int) -> None:
    """Remove what comes after `end`, and stand there.

    Raises
    ------
    BulkError
        If the disk does not allow it.
    """
    lost = file.seek(0, os.SEEK_END) - end
    if lost:
        _log.info("the journal %s broke off; its last %s bytes were removed", path, lost)
        try:
            file.truncate(end)
        except OSError as error:
            raise disk_error(path, error) from None
    file.seek(end)


def disk_error(path: Path, error: OSError) -> BulkError:
    """Give the error for a disk that failed."""
    return BulkError(
        f"The journal {path} cannot be written: {error.strerror or error}.",
        code="disk",
        hint="Make room or choose another file with journal=; what it has is kept, and the same "
        "call goes on.",
    )


def _create(path: Path, content: bytes) -> None:
    handle, place = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    part = Path(place)
    try:
        with FileIO(handle, "w") as file:
            write_through(file, content)
        try:
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links: two that begin at once are not told apart there.
            if path.exists():
                raise FileExistsError(path) from None
            part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Have the new name on disk too, where systems know that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
