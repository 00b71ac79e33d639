"""What earlier runs have learned: answers on the cache's shelf, in blocks of many.

A block holds answers to one analysis, by the keys of profiles. Blocks are only ever added, and
now and then some are put together; readers take all that are there, the newest answer wins.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import accumulate
from secrets import token_hex
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from synerise_frames.bulk.kept.answered import Answered, Entry, at_position, to_batch
from synerise_frames.bulk.kept.packed import pack, unpack
from synerise_frames.http.cache.cache import Cache
from synerise_frames.http.cache.dated import Wanted
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.cache.sealed import seal, unseal
from synerise_frames.http.cache.shelf import Kept, Shelf
from synerise_frames.locking import lock, unlock
from synerise_frames.wire.memory import group_of

#: Operation, analysis, and what profiles are identified by.
Group: TypeAlias = tuple[str, str, str]

_KNOWN = ".known"
_LOCK = ".known.lock"
_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)

# When a group has more blocks than this, some are put together: enough of them to be worth it,
# not so much that memory counts.
_BLOCKS = 8
_FEW = 4
_MUCH = 16 << 20
_SHARE = 16

# How often a reader looks again for what was put together meanwhile.
_LOOKS = 8

# Clocks of two machines on one folder are not quite the same.
_SKEW = 1.0


class Known:
    """Answers of all runs of one workspace.

    Parameters
    ----------
    shelf : Shelf
        Where they are.
    cache : Cache
        Knows what writes have made void.
    tenant : Tenant
        Whose they are.
    lifetime : float
        Seconds for which an answer is good; with 0 nothing is kept.
    """

    def __init__(self, shelf: Shelf, cache: Cache, tenant: Tenant, lifetime: float) -> None:
        self._shelf = shelf
        self._cache = cache
        self._tenant = tenant
        self._lifetime = lifetime
        self._prefix = group_of(tenant, "calculate")

    def load(self, analyses: Sequence[Group], wanted: Wanted | None) -> Answered:
        """Give what is known.

        Parameters
        ----------
        analyses : sequence of Group
            The result has the answers to the first one at position 0, and so on.
        wanted : Wanted or None
            How fresh they have to be; ``None`` takes them however old.
        """
        if wanted is not None and (wanted.lifetime <= 0 or wanted.refresh):
            return Answered([])
        oldest, latest = _span(wanted)
        names = [self._name(group) for group in analyses]
        return Answered(
            (
                at_position(batch, position)
                for position, name in enumerate(names)
                for batch in self._batches(name, oldest, latest)
            ),
            newest=True,
        )

    def save(self, group: Group, entries: Sequence[Entry]) -> bool:
        """Keep good answers to one analysis; say whether they are on disk.

        What goes wrong with the disk is counted by the shelf.
        """
        good = [one for one in entries if one.cell.status == "ok" and one.cell.fetched_at]
        if not good or self._lifetime <= 0:
            return False
        name = self._name(group)
        dropped = self._cache.dropped_at(name)
        batch = _between(at_position(to_batch(good), 0), _micros(dropped))
        if not batch.num_rows or not self._write(name, [batch], dropped):
            return False
        blocks = self._blocks(name)
        if len(blocks) > _BLOCKS:
            # One that is too large would push others out, or be pushed out itself.
            much = min(_MUCH, self._shelf.max_bytes // _SHARE)
            self._merge(name, _chosen(blocks, much))
        return True

    def _name(self, group: Group) -> str:
        """Give how the names of a group's blocks begin."""
        return f"{self._prefix}{self._tenant.key('bulk', *group)}-"

    def _blocks(self, name: str) -> list[Kept]:
        return [kept for kept in self._shelf.files(name) if kept.name.endswith(_KNOWN)]

    def _batches(self, name: str, oldest: float, latest: float | None) -> Iterator[pa.RecordBatch]:
        """Give the answers of a group that were fetched after `oldest`, and not after `latest`."""
        after = max(_micros(oldest), _micros(self._cache.dropped_at(name)))
        seen: set[str] = set()
        for _ in range(_LOOKS):
            # No answer is younger than its block.
            blocks = [kept for kept in self._blocks(name) if kept.written_at + _SKEW >= oldest]
            fresh = [kept.name for kept in blocks if kept.name not in seen]
            # What others put together meanwhile is a new block, and the old ones are gone.
            if not fresh:
                return
            seen.update(fresh)
            for block in fresh:
                for batch in _opened(block, self._shelf.read(block)):
                    yield _between(batch, after, latest)

    def _write(
        self, name: str, batches: Sequence[pa.RecordBatch], dropped: datetime | None
    ) -> str | None:
        """Write a block; give its name, or ``None`` if it is not there."""
        block = f"{name}{token_hex(8)}{_KNOWN}"
        if not self._shelf.write(block, seal(block, {}, pack(batches))):
            return None
        # A write by another thread may have looked for blocks before this one was there.
        if self._cache.dropped_at(name) != dropped:
            self._shelf.remove(block)
            return None
        return block

    def _merge(self, name: str, blocks: Sequence[Kept]) -> None:
        """Put blocks together, unless somebody else is at it."""
        if not blocks:
            return
        with suppress(OSError):
            place = self._shelf.folder / _LOCK
            handle = os.open(place, _OPEN, 0o600)
            try:
                if lock(handle):
                    os.utime(place)  # What is old gets removed.
                    self._merge_alone(name, blocks)
                    unlock(handle)
            finally:
                os.close(handle)

    def _merge_alone(self, name: str, blocks: Sequence[Kept]) -> None:
        dropped = self._cache.dropped_at(name)
        found = {kept.name: self._shelf.read(kept.name) for kept in blocks}
        contents = {block: content for block, content in found.items() if content is not None}
        after = max(_micros(time.time() - self._shelf.max_age), _micros(dropped))
        live = _live(
            [
                _between(batch, after)
                for block, content in contents.items()
                for batch in _opened(block, content)
            ]
        )
        merged = self._write(name, live, dropped) if live else None
        if live and merged is None:
            return
        # One that is gone already was dropped; so what was made of it is void.
        gone = [self._shelf.remove(block) for block in contents]
        if merged and not all(gone):
            self._shelf.remove(merged)


def _opened(block: str, content: bytes | None) -> list[pa.RecordBatch]:
    """Read a block; there is nothing in one that is gone, damaged or of another version."""
    try:
        opened = None if content is None else unseal(block, content)
        return [] if opened is None else unpack(opened[1])
    except (ValueError, KeyError, TypeError):
        return []


def _chosen(blocks: Sequence[Kept], much: int) -> list[Kept]:
    """Choose blocks to put together: small ones, and none much larger than all others of them."""
    small = sorted(blocks, key=lambda kept: kept.size)
    totals = [*accumulate(kept.size for kept in small)]
    for count in range(len(small), _FEW - 1, -1):
        if totals[count - 1] <= much and small[count - 1].size <= 2 * totals[count - 2]:
            return small[:count]
    return []


def _live(batches: Sequence[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Leave out the answers that newer ones have overtaken."""
    rows = Answered(batches, newest=True).rows()
    live = []
    start = 0
    for batch in batches:
        end = start + batch.num_rows
        first, last = np.searchsorted(rows, [start, end])
        if first < last:
            live.append(batch.take(pa.array(rows[first:last] - start)))
        start = end
    return live


def _span(wanted: Wanted | None) -> tuple[float, float | None]:
    """Give the moment after which an answer is fresh enough, and the latest that can be true."""
    if wanted is None:
        return 0.0, None
    now = time.time()
    age = wanted.lifetime if wanted.max_age is None else wanted.max_age
    # A clock that went back makes things look as if they came from the future.
    return max(now - age, 0.0), now + _SKEW


def _between(batch: pa.RecordBatch, after: int, latest: float | None = None) -> pa.RecordBatch:
    """Leave out what was fetched at `after` or before, or in the future."""
    times: Any = batch["fetched_at"].fill_null(0).to_numpy()
    good = times > after
    if latest is not None:
        good &= times <= _micros(latest)
    return batch if good.all() else batch.filter(pa.array(good))


def _micros(moment: datetime | float | None) -> int:
    if moment is None:
        return 0
    seconds = moment.timestamp() if isinstance(moment, datetime) else moment
    return int(seconds * 1_000_000)
