"""A folder of small files that may be lost at any time: private, capped, never in the way.

There is no lock and no index. A file is written beside its place and moved there at once, so
readers in any process see all of it or nothing. Whatever goes wrong with the disk is counted
and told once; the caller goes on without.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from synerise_frames.errors import SyneriseWarning
from synerise_frames.redact import get_logger, redact

_log = get_logger("synerise_frames.cache")

# Looked at again after so large a part of the cap was written.
_PRUNE_SHARE = 16

# A file that is being written is younger than this.
_ABANDONED = 3600.0


@dataclass(frozen=True)
class Kept:
    """One file: when it was written, when it was last used."""

    name: str
    size: int
    written_at: float
    used_at: float


class Shelf:
    """A folder of files by name.

    Parameters
    ----------
    folder : Path
        Made when something is written; readable by its owner only.
    max_bytes : int
        Size that the folder is kept under; what was not used for longest goes first.
    max_age : float
        Seconds after which a file is removed.
    """

    def __init__(self, folder: Path, *, max_bytes: int, max_age: float) -> None:
        self.folder = folder
        self.failures = 0
        self.last_failure: str | None = None
        self.max_bytes = max_bytes
        self._max_age = max_age
        self._written = max_bytes  # so that the first write looks at what is there
        self._lock = threading.Lock()

    def read(self, name: str) -> bytes | None:
        """Give the content of a file, ``None`` if there is none."""
        path = self.folder / name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._failed(error)
            return None
        self.used(name)
        return content

    def used(self, name: str) -> None:
        """Note that a file was used; many file systems do not do that by themselves."""
        path = self.folder / name
        with suppress(OSError):
            os.utime(path, (time.time(), path.stat().st_mtime))

    def write(self, name: str, fill: Callable[[Path], object]) -> bool:
        """Write a file with `fill`, which is given its place; say whether it worked."""
        try:
            size = self._write(name, fill)
        except FileNotFoundError:
            # The folder was removed in mid-run.
            try:
                size = self._write(name, fill)
            except OSError as error:
                self._failed(error)
                return False
        except OSError as error:
            self._failed(error)
            return False
        self._prune_now_and_then(size)
        return True

    def _write(self, name: str, fill: Callable[[Path], object]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.folder.stat().st_mode & 0o077:
            self.folder.chmod(0o700)
        handle, place = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.folder)
        os.close(handle)
        part = Path(place)
        try:
            fill(part)
            size = part.stat().st_size
            part.replace(self.folder / name)
        finally:
            # Also when Ctrl-C comes in between: nothing half-written stays behind.
            part.unlink(missing_ok=True)
        return size

    def remove(self, name: str) -> bool:
        """Remove a file; say whether it was there."""
        try:
            (self.folder / name).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            self._failed(error)
            return False
        return True

    def files(self) -> list[Kept]:
        """List what is there."""
        try:
            return list(self._files())
        except OSError as error:
            self._failed(error)
            return []

    def _files(self) -> Iterator[Kept]:
        try:
            entries = list(os.scandir(self.folder))
        except FileNotFoundError:
            return
        for entry in entries:
            with suppress(FileNotFoundError):  # Another process prunes too.
                stat = entry.stat(follow_symlinks=False)
                if entry.name.startswith("."):
                    if time.time() - stat.st_mtime > _ABANDONED:
                        self.remove(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    yield Kept(entry.name, stat.st_size, stat.st_mtime, stat.st_atime)

    def prune(self) -> int:
        """Remove what is too old, and then what was not used for longest; give how many."""
        files = sorted(self.files(), key=lambda kept: kept.used_at, reverse=True)
        oldest = time.time() - self._max_age
        total = removed = 0
        for kept in files:
            fits = total + kept.size <= self.max_bytes
            if kept.written_at >= oldest and fits:
                total += kept.size
            else:
                removed += self.remove(kept.name)
        return removed

    def _prune_now_and_then(self, size: int) -> None:
        with self._lock:
            self._written += size
            due = self._written > self.max_bytes / _PRUNE_SHARE
            if due:
                self._written = 0
        if due:
            self.prune()

    def _failed(self, error: OSError) -> None:
        reason = redact(error.strerror or type(error).__name__)
        with self._lock:
            self.failures += 1
            first, self.last_failure = self.last_failure is None, reason
        _log.debug("the cache failed: %s", reason)
        if first:
            warnings.warn(
                f"The cache cannot be used ({reason}), so calls go to the server. "
                "ws.cache.info() says more; SYNERISE_CACHE_DIR names another folder.",
                SyneriseWarning,
                stacklevel=2,
            )
