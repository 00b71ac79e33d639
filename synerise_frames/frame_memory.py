"""Frames that were read before: in this process as they are, on disk as Arrow files.

Reading a large answer costs more than fetching it again from the cache's disk, so the frame
itself is kept beside the answer it was read from, under a name that also holds how it was read.
Where the answer is gone, the frame is gone too.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from synerise_frames.errors import ConfigError
from synerise_frames.http.cache.cache import Cache
from synerise_frames.http.cache.dated import Dated
from synerise_frames.http.cache.sealed import ANSWER, FRAME, seal, unseal
from synerise_frames.periods import zone

# What the frames of this process may take together.
_MOST_BYTES = 256 << 20

# What Arrow gives back as it was; other columns would change a little on the way.
_PLAIN = (pd.StringDtype, pd.Int64Dtype, pd.Float64Dtype, pd.BooleanDtype, pd.DatetimeTZDtype)


@dataclass(frozen=True)
class Remembered(Dated):
    """A frame without its notes, and the notes.

    The notes are apart because pandas copies them deeply whenever it copies a frame. `has_answer`
    says whether the answer was on disk, which is not so where the disk fails.
    """

    frame: pd.DataFrame = field(repr=False)
    notes: dict[Hashable | None, Any] = field(repr=False)
    has_answer: bool = True
    size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", int(self.frame.memory_usage(deep=True).sum()))

    def copy(self, **changes: Any) -> pd.DataFrame:
        """Give a frame that its holder may change, with `changes` to its notes."""
        # Also where pandas copies on write: what to_numpy() gives is written to behind its back.
        frame = self.frame.copy()
        frame.attrs = _copied(self.notes) | changes
        return frame


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
            _copied(frame.attrs),
            has_answer=self._shelf.uses(_answer_of(name)),
        )
        if not self._is_valid(name, mine) or not (mine.has_answer or self._shelf.failures):
            return
        self._keep_here(name, mine)
        content = _dumps(name, mine) if on_disk and mine.has_answer else None
        if content is not None:
            self._shelf.write(name + FRAME, content)

    def drop(self, prefix: str) -> None:
        """Forget the frames of this process whose names start with `prefix`."""
        with self._lock:
            names = [name for name in self._here if name.startswith(prefix)]
        for name in names:
            self._forget(name)

    def _is_valid(self, name: str, found: Remembered) -> bool:
        """Say whether the answer still counts: other processes write and clear too."""
        if found.has_answer and not self._shelf.uses(_answer_of(name)):
            return False
        return not self._cache.is_void(name, found)

    def _read(self, name: str) -> Remembered | None:
        content = self._shelf.read(name + FRAME)
        return None if content is None else _loads(name, content)

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


def _copied(value: Any) -> Any:
    """Copy JSON data, which is all that notes are; much faster than a deep copy of anything."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _answer_of(name: str) -> str:
    return name.rpartition("-")[0] + ANSWER


def _dumps(name: str, remembered: Remembered) -> bytes | None:
    """Give the content of a frame's file; ``None`` where it would not come back the same."""
    frame = remembered.frame
    if not all(isinstance(dtype, _PLAIN) for dtype in frame.dtypes):
        return None
    sink = pa.BufferOutputStream()
    try:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        # Not compressed: that costs more time than the disk does, when writing and when reading.
        with pa.ipc.new_file(sink, table.schema) as file:
            file.write_table(table)
        head = {
            "notes": remembered.notes,
            "fetched_at": remembered.fetched_at.isoformat(),
            "expires": remembered.expires.isoformat(),
            "dtypes": [str(dtype) for dtype in frame.dtypes],
            "zones": {c: _key(t.tz) for c, t in frame.dtypes.items() if _is_time(t)},
        }
        if json.loads(json.dumps(remembered.notes)) != remembered.notes:
            return None
        return seal(name, head, memoryview(sink.getvalue()))
    except (pa.ArrowException, TypeError, ValueError, OverflowError, RecursionError):
        return None


def _is_time(dtype: Any) -> bool:
    return isinstance(dtype, pd.DatetimeTZDtype)


def _key(tz: Any) -> str | None:
    """Give what :func:`zone` makes this zone of."""
    if tz is UTC:
        return None
    if isinstance(tz, ZoneInfo) and tz.key:
        return tz.key
    raise ValueError(tz)


def _loads(name: str, content: bytes) -> Remembered | None:
    """Read a file; ``None`` if it is cut, of another version or not ours."""
    try:
        opened = unseal(name, content)
        if opened is None:
            return None
        head, payload = opened
        frame = pa.ipc.open_file(pa.py_buffer(payload)).read_all().to_pandas()
        for column, key in head["zones"].items():
            # Before pandas 3, Arrow gives zones of another library.
            if frame[column].dt.tz is not zone(key):
                frame[column] = frame[column].dt.tz_convert(zone(key))
        if [str(dtype) for dtype in frame.dtypes] != head["dtypes"]:
            return None
        fetched_at, expires = (datetime.fromisoformat(head[k]) for k in ("fetched_at", "expires"))
    except (OSError, pa.ArrowException, ConfigError, KeyError, TypeError, ValueError):
        return None
    frame.attrs = {}
    return Remembered(fetched_at, expires, frame, head["notes"])
