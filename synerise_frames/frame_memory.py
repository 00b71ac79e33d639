"""Frames that were read before: in this process as they are, on disk as Arrow files.

Reading a large answer costs more than fetching it again from the cache's disk, so the frame
itself is kept beside the answer it was read from, under a name that also holds how it was read.
"""

from __future__ import annotations

import copy
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from synerise_frames.http.cache.shelf import Shelf

# What the frames of this process may take together.
_MOST_BYTES = 256 << 20
_SUFFIX = ".arrow"
_NOTES = b"synerise_frames"

# Copies share their columns until one is written to, by default from pandas 3 on.
_COPIES_ON_WRITE = int(pd.__version__.split(".", maxsplit=1)[0]) >= 3


@dataclass(frozen=True)
class Remembered:
    """A frame without its notes, the notes, and how long it is good.

    The notes are apart because pandas copies them deeply whenever it copies a frame.
    """

    frame: pd.DataFrame
    notes: dict[Hashable | None, Any]
    fetched_at: datetime
    expires: datetime

    @property
    def age(self) -> float:
        """Seconds since the server gave its answer."""
        return max((datetime.now(UTC) - self.fetched_at).total_seconds(), 0.0)

    def copy(self, **changes: Any) -> pd.DataFrame:
        """Give a frame that its holder may change, with `changes` to its notes."""
        frame = self.frame.copy(deep=not _COPIES_ON_WRITE)
        nested = {k: copy.deepcopy(v) for k, v in self.notes.items() if isinstance(v, dict | list)}
        frame.attrs = {**self.notes, **nested, **changes}
        return frame


def remembered(frame: pd.DataFrame, fetched_at: datetime, expires: datetime) -> Remembered:
    """Make a copy of a frame to remember it by."""
    mine = frame.copy(deep=not _COPIES_ON_WRITE)
    mine.attrs = {}
    return Remembered(mine, copy.deepcopy(frame.attrs), fetched_at, expires)


class FrameMemory:
    """Frames by name.

    Parameters
    ----------
    shelf : Shelf
        Where they outlive the process.
    count_hit : callable
        Told of each frame that was good enough to be used.
    """

    def __init__(self, shelf: Shelf, count_hit: Callable[[], object]) -> None:
        self._shelf = shelf
        self.count_hit = count_hit
        self._here: OrderedDict[str, Remembered] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, name: str) -> Remembered | None:
        """Give a frame, however old; ``None`` if there is none."""
        with self._lock:
            found = self._here.get(name)
            if found:
                self._here.move_to_end(name)
                return found
        found = _read(self._shelf.folder / (name + _SUFFIX))
        if found:
            self._shelf.used(name + _SUFFIX)
            self._keep_here(name, found)
        return found

    def keep(self, name: str, remembered: Remembered) -> None:
        """Remember a frame."""
        self._keep_here(name, remembered)
        table = _table(remembered)
        if table is not None:
            self._shelf.write(name + _SUFFIX, lambda place: _write(table, place))

    def drop(self, prefix: str) -> None:
        """Forget the frames of this process whose names start with `prefix`."""
        with self._lock:
            for name in [name for name in self._here if name.startswith(prefix)]:
                self._forget(name)

    def _keep_here(self, name: str, remembered: Remembered) -> None:
        size = _size(remembered.frame)
        with self._lock:
            if name in self._here:
                self._forget(name)
            if size > _MOST_BYTES:
                return
            self._here[name] = remembered
            self._bytes += size
            while self._bytes > _MOST_BYTES:
                self._forget(next(iter(self._here)))

    def _forget(self, name: str) -> None:
        self._bytes -= _size(self._here.pop(name).frame)


def _size(frame: pd.DataFrame) -> int:
    return int(frame.memory_usage(index=False).sum())


def _table(remembered: Remembered) -> pa.Table | None:
    """Give a frame as Arrow, with its notes; ``None`` where Arrow has no place for it."""
    try:
        table = pa.Table.from_pandas(remembered.frame, preserve_index=False)
        notes = json.dumps(
            {
                "notes": remembered.notes,
                "fetched_at": remembered.fetched_at.isoformat(),
                "expires": remembered.expires.isoformat(),
            }
        )
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    return table.replace_schema_metadata({**(table.schema.metadata or {}), _NOTES: notes})


def _write(table: pa.Table, place: Path) -> None:
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        pa.OSFile(str(place), "wb") as sink,
        pa.ipc.new_file(sink, table.schema, options=options) as file,
    ):
        file.write_table(table)


def _read(place: Path) -> Remembered | None:
    """Read a file; ``None`` if it is not there, cut or not ours."""
    try:
        with pa.memory_map(str(place)) as source:
            table = pa.ipc.open_file(source).read_all()
        notes = json.loads((table.schema.metadata or {})[_NOTES])
        frame = table.to_pandas()
        fetched_at, expires = (datetime.fromisoformat(notes[k]) for k in ("fetched_at", "expires"))
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
        return None
    frame.attrs = {}
    return Remembered(frame, notes["notes"], fetched_at, expires)
