"""The frames of one workspace, by name; written to disk behind the caller's back."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pandas as pd

from synerise_frames.frame_memory.file import dumps, loads
from synerise_frames.frame_memory.remembered import Remembered, copied
from synerise_frames.http.cache.cache import Cache
from synerise_frames.http.cache.dated import Dated
from synerise_frames.http.cache.sealed import ANSWER, FRAME

# What the frames of this process may take together.
_MOST_BYTES = 256 << 20

# What may wait to be written; more is only kept in the process.
_MOST_WAITING = 128 << 20


class FrameMemory:
    """The frames of one workspace, by name: that of the answer, a dash, and how it was read.

    Parameters
    ----------
    cache : Cache
        Keeps the answers that the frames were read from.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._shelf = cache.shelf
        self._here: OrderedDict[str, Remembered] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._writer: ThreadPoolExecutor | None = None
        self._pid = 0
        self._waiting: dict[Future[None], int] = {}

    def count_hit(self) -> None:
        """Count a frame that was good enough to be used."""
        self._cache.count("hits")

    def find(self, name: str) -> Remembered | None:
        """Give a frame, however old; ``None`` if there is none."""
        with self._lock:
            found = self._here.get(name)
            if found:
                self._here.move_to_end(name)
        fresh = found or self._read(name)
        if fresh is None or not self._is_valid(name, fresh):
            self._forget(name)
            return None
        if found is None:
            self._keep_here(name, fresh)
        return fresh

    def keep(self, name: str, frame: pd.DataFrame, dated: Dated, *, on_disk: bool = True) -> None:
        """Remember a frame; where `on_disk` is false, in this process only."""
        bare = frame.copy()
        bare.attrs = {}
        mark = self._shelf.mark(_answer_of(name))
        mine = Remembered(dated.fetched_at, dated.expires, bare, copied(frame.attrs), mark)
        if not self._is_valid(name, mine) or (mark is None and not self._shelf.failures):
            return
        self._keep_here(name, mine)
        if on_disk and mark is not None:
            self._write_behind(name, mine)

    def _write_behind(self, name: str, mine: Remembered) -> None:
        """Write a frame when there is time: the caller waits for its values, not for the disk."""
        with self._lock:
            if self._pid != os.getpid():
                # A forked process has its parent's thread in its books, but not on its processor.
                self._writer, self._pid, self._waiting = None, os.getpid(), {}
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, thread_name_prefix="frames")
            if sum(self._waiting.values()) + mine.size > _MOST_WAITING:
                return
            try:
                future = self._writer.submit(self._write, name, mine)
            except RuntimeError:
                return  # Python ends, and takes no more work.
            self._waiting[future] = mine.size
        future.add_done_callback(self._written)

    def _written(self, future: Future[None]) -> None:
        with self._lock:
            self._waiting.pop(future, None)

    def _write(self, name: str, mine: Remembered) -> None:
        content = dumps(name, mine)
        if content is None or not self._is_valid(name, mine):
            return
        self._shelf.write(name + FRAME, content)
        # A drop may have looked for the file before it was there.
        if not self._is_valid(name, mine):
            self._shelf.remove(name + FRAME)
            return
        # What is in the file cannot be changed by anybody, so it can be handed out for nothing.
        sealed = loads(name, content)
        with self._lock:
            if sealed and self._here.get(name) is mine:
                self._here[name] = sealed
                self._bytes += sealed.size - mine.size

    def flush(self) -> None:
        """Wait until everything is on disk."""
        with self._lock:
            waiting = [*self._waiting] if self._pid == os.getpid() else []
        wait(waiting)

    def drop(self, prefix: str) -> None:
        """Forget the frames of this process whose names start with `prefix`."""
        with self._lock:
            names = [name for name in self._here if name.startswith(prefix)]
        for name in names:
            self._forget(name)

    def _is_valid(self, name: str, found: Remembered) -> bool:
        """Say whether the answer still counts: other processes write and clear too."""
        if found.mark is not None and self._shelf.mark(_answer_of(name)) != found.mark:
            return False
        return not self._cache.is_void(name, found)

    def _read(self, name: str) -> Remembered | None:
        content = self._shelf.read(name + FRAME)
        return None if content is None else loads(name, content)

    def _keep_here(self, name: str, remembered: Remembered) -> None:
        self._forget(name)
        with self._lock:
            if remembered.size > _MOST_BYTES or name in self._here:
                return
            self._here[name] = remembered
            self._bytes += remembered.size
            while self._bytes > _MOST_BYTES:
                _, oldest = self._here.popitem(last=False)
                self._bytes -= oldest.size

    def _forget(self, name: str) -> None:
        with self._lock:
            gone = self._here.pop(name, None)
            self._bytes -= gone.size if gone else 0


def _answer_of(name: str) -> str:
    return name.rpartition("-")[0] + ANSWER
