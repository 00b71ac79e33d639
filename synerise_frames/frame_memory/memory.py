"""The frames of one workspace, by name; written to disk behind the caller's back."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial

import pandas as pd

from synerise_frames.frame_memory.file import dumps, loads
from synerise_frames.frame_memory.remembered import Remembered, copied
from synerise_frames.http.cache.behind import BEHIND
from synerise_frames.http.cache.cache import Cache
from synerise_frames.http.cache.dated import Dated, is_of
from synerise_frames.http.cache.sealed import ANSWER, FRAME

# What the frames of this process may take together.
_MOST_BYTES = 256 << 20


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
        mine = Remembered(
            dated.fetched_at,
            dated.expires,
            bare,
            copied(frame.attrs),
            has_answer=self._shelf.mark(_answer_of(name)) is not None,
            size=sum(int(column.array.nbytes) for _, column in bare.items()),
        )
        if not self._is_valid(name, mine) or not (mine.has_answer or self._shelf.failures):
            return
        self._keep_here(name, mine)
        if on_disk and mine.has_answer:
            BEHIND.do(partial(self._write, name, mine), mine.size)

    def _write(self, name: str, mine: Remembered) -> None:
        content = dumps(name, mine)
        if content is None or not self._is_valid(name, mine):
            return
        self._shelf.write(name + FRAME, content)
        # A drop may have looked for the file before it was there.
        if not self._is_valid(name, mine):
            self._shelf.remove(name + FRAME)

    def drop(self, prefix: str) -> None:
        """Forget the frames of this process whose names start with `prefix`."""
        with self._lock:
            names = [name for name in self._here if name.startswith(prefix)]
        for name in names:
            self._forget(name)

    def _is_valid(self, name: str, found: Remembered) -> bool:
        """Say whether the answer still counts: other processes fetch, write and clear too."""
        if found.has_answer:
            mark = self._shelf.mark(_answer_of(name))
            if mark is None or not is_of(mark, found.mark):
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
