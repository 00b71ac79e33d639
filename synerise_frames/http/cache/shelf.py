"""A folder of small files that may be lost at any time: private, capped, never in the way.

There is no lock and no index. A file is written beside its place and moved there at once, so
readers in any process see all of it or nothing. Whatever goes wrong with the disk is counted
and told once; the caller goes on without.
"""

from __future__ import annotations

import os
import stat
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import SyneriseWarning
from synerise_frames.http.cache.behind import BEHIND
from synerise_frames.http.cache.plain_file import content_of
from synerise_frames.private import private_folder
from synerise_frames.redact import get_logger, redact

_log = get_logger("synerise_frames.cache")

# The share of the cap that is left free, and looked after again when so much was written.
_ROOM = 1 / 16

# Looked after again after so many seconds too, for the age.
_PRUNE_EVERY = 3600.0

# That a file was used is noted again after so many seconds.
_USED_AGAIN = 60.0

# The files of this process that are not written yet, and their marks; changed by one thread at a
# time (see Behind.do).
_WAITING: dict[str, int] = {}
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WAITING.clear)

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
        Seconds after which a file is not read any more, and removed.
    """

    def __init__(self, folder: Path, *, max_bytes: int, max_age: float) -> None:
        self.folder = folder
        # Joining a Path takes longer than to look for the file.
        self._place = os.path.join(folder, "")
        self.failures = 0
        self.last_failure: str | None = None
        self._untold = False
        self.max_bytes = max_bytes
        self.max_age = max_age
        self._written = 0
        self._prune_at = 0.0  # so that the first write looks at what is there
        self._lock = threading.Lock()

    def read(self, name: str) -> bytes | None:
        """Give the content of a file, ``None`` if there is none."""
        self._settle(name)
        path = self.folder / name
        try:
            content, found = content_of(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._failed(error)
            return None
        return content if self._is_young(found, path) else None

    def mark(self, name: str) -> int | None:
        """Give the nanosecond that a file is of (see :meth:`write`); note that it was used.

        ``None`` if there is none.
        """
        path = self._place + name
        waiting = _WAITING.get(path)
        if waiting is not None:
            return waiting
        try:
            found = os.lstat(path)
        except OSError:
            return None
        return found.st_mtime_ns if self._is_young(found, path) else None

    def _is_young(self, found: os.stat_result, path: str | Path) -> bool:
        now = time.time()
        if now - found.st_mtime > self.max_age:
            return False
        # Many file systems do not note by themselves that a file was used.
        if now - found.st_atime > _USED_AGAIN:
            with suppress(OSError):
                os.utime(path, ns=(time.time_ns(), found.st_mtime_ns))
        return True

    def write_later(
        self,
        name: str,
        make: Callable[[], bytes],
        mark: int,
        size: int,
        written: Callable[[], object],
    ) -> None:
        """Write a file without letting the caller wait, who finds it as if it was there.

        Parameters
        ----------
        name : str
            Its name.
        make : callable
            Gives the content.
        mark : int
            The nanosecond that it is of.
        size : int
            About how many bytes it will be.
        written : callable
            Called when it is there.
        """
        path = self._place + name

        def work() -> None:
            if self.write(name, make(), mark):
                written()

        def taken() -> None:
            _WAITING[path] = mark

        def over() -> None:
            # A later one may be waiting too.
            if _WAITING.get(path) == mark:
                del _WAITING[path]

        # Where the disk has failed, it is better known at once whether it does so again.
        if self.failures or not BEHIND.do(work, size, taken, over):
            work()

    def write(self, name: str, content: bytes, mark: int | None = None) -> bool:
        """Write a file; say whether it is there now.

        `mark` is the nanosecond that it is of; that of its writing where left out.
        """
        self._settle(name)
        if len(content) > self.max_bytes:
            return False
        for last in (False, False, True):
            try:
                self._write(name, content, mark)
            except FileNotFoundError as error:
                # The folder, or the file on its way, was removed in mid-run.
                if last:
                    self._failed(error)
            except OSError as error:
                self._failed(error)
                return False
            else:
                return True
        return False

    def _write(self, name: str, content: bytes, mark: int | None) -> None:
        private_folder(self.folder)
        handle, place = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.folder)
        part = Path(place)
        try:
            with open(handle, "wb") as file:
                file.write(content)
            if mark is not None:
                os.utime(part, ns=(time.time_ns(), mark))
            part.replace(self.folder / name)
        finally:
            # Also when Ctrl-C comes in between: nothing half-written stays behind.
            part.unlink(missing_ok=True)
        self._prune_now_and_then(len(content))

    def remove(self, name: str) -> bool:
        """Remove a file; say whether it was there."""
        self._settle(name)
        try:
            (self.folder / name).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            self._failed(error)
            return False
        return True

    def remove_all(self, prefix: str) -> int:
        """Remove all files whose names start with `prefix`; give how many."""
        BEHIND.wait()
        return sum(self.remove(kept.name) for kept in self.files(prefix))

    def files(self, prefix: str = "") -> list[Kept]:
        """List what is there, or what of it starts with `prefix`; not what is being written."""
        return [kept for kept in self._listed(prefix) if not kept.name.startswith(".")]

    def _listed(self, prefix: str = "") -> list[Kept]:
        self._tell()
        try:
            return list(self._entries(prefix))
        except FileNotFoundError:
            return []
        except OSError as error:
            self._failed(error)
            return []

    def _entries(self, prefix: str) -> Iterator[Kept]:
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if not entry.name.startswith(prefix):
                    continue
                with suppress(FileNotFoundError):  # Another process prunes too.
                    found = entry.stat(follow_symlinks=False)
                    if not stat.S_ISDIR(found.st_mode):
                        yield Kept(entry.name, found.st_size, found.st_mtime, found.st_atime)

    def prune(self) -> int:
        """Remove what is too old, and then what was not used for longest; give how many."""
        now = time.time()
        gone: list[Kept] = []
        left: list[Kept] = []
        for kept in self._listed():
            limit = _ABANDONED if kept.name.startswith(".") else self.max_age
            (gone if now - kept.written_at > limit else left).append(kept)
        total = sum(kept.size for kept in left)
        for kept in sorted(left, key=lambda kept: kept.used_at):
            # A product, not a difference: infinity less a part of it is no number.
            if total <= self.max_bytes * (1 - _ROOM):
                break
            if not kept.name.startswith("."):
                gone.append(kept)
                total -= kept.size
        return sum(self.remove(kept.name) for kept in gone)

    def _prune_now_and_then(self, size: int) -> None:
        with self._lock:
            self._written += size
            now = time.monotonic()
            due = self._written > self.max_bytes * _ROOM or now >= self._prune_at
            if due:
                self._written, self._prune_at = 0, now + _PRUNE_EVERY
        if due:
            self.prune()

    def _settle(self, name: str) -> None:
        """Wait for a file that is not written yet."""
        if self._place + name in _WAITING:
            BEHIND.wait()
        self._tell()

    def _failed(self, error: OSError) -> None:
        reason = redact(error.strerror or type(error).__name__)
        with self._lock:
            self.failures += 1
            self._untold = self._untold or self.last_failure is None
            self.last_failure = reason
        _log.debug("the cache failed: %s", reason)
        self._tell()

    def _tell(self) -> None:
        """Warn once, and not where nobody hears it."""
        if not self._untold or BEHIND.is_here():
            return
        self._untold = False
        warnings.warn(
            f"The cache cannot be used ({self.last_failure}), so calls go to the server. "
            "ws.cache.info() says more; cache= or SYNERISE_CACHE_DIR names another folder.",
            SyneriseWarning,
            stacklevel=depth_of_caller(),
        )
