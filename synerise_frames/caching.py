"""The cache of a workspace: made from the settings, and what users ask it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from synerise_frames.config import cache_folder
from synerise_frames.errors import ConfigError
from synerise_frames.frame_memory import FrameMemory
from synerise_frames.http.cache.behind import BEHIND
from synerise_frames.http.cache.cache import Cache
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.cache.sealed import VERSION
from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.periods import Zone
from synerise_frames.readable import Facts, size
from synerise_frames.wire.freshness import CachePolicy, Freshness
from synerise_frames.wire.memory import Memory

_FOLDER = f"http-{VERSION}"


@dataclass(frozen=True)
class CacheInfo:
    """What is kept, and what the cache did in this process.

    Attributes
    ----------
    folder : str
        Where answers are kept, those of other workspaces too.
    files, bytes, max_bytes : int
        What is in it, and what may be.
    hits, misses, shared, stale, stored : int
        Calls answered from it, by the server, by an equal call at the same time, with an old
        answer because the server failed; and answers that were kept.
    failures : int
        How often the folder could not be used; ``last_failure`` says why.
    """

    enabled: bool
    offline: bool
    folder: str | None = None
    files: int = 0
    bytes: int = 0
    max_bytes: int = 0
    hits: int = 0
    misses: int = 0
    shared: int = 0
    stale: int = 0
    stored: int = 0
    failures: int = 0
    last_failure: str | None = None

    def _repr_html_(self) -> str:
        if not self.enabled:
            return Facts("No cache", note="sf.connect(cache=True) keeps answers").html()
        counts = ("hits", "misses", "shared", "stale", "stored")
        facts = [
            ("folder", self.folder or ""),
            ("kept", f"{self.files:,} files, {size(self.bytes)} of {size(self.max_bytes)}"),
            ("in this process", ", ".join(f"{getattr(self, n):,} {n}" for n in counts)),
        ]
        if self.failures:
            facts.append(("failures", f"{self.failures:,}, the last: {self.last_failure}"))
        return Facts("Cache, offline" if self.offline else "Cache", facts).html()


class Caching:
    """The cache of a workspace: ``ws.cache``.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     buyers = ws.metrics.find("Buyers")
    ...     for _ in range(3):
    ...         df = ws.metrics.calculate(buyers)
    ...     df.attrs["source"], ws.cache.info().hits
    ('cached', 2)
    """

    def __init__(self, memory: Memory | None = None, frames: FrameMemory | None = None) -> None:
        self.memory = memory
        self.frames = frames

    def __repr__(self) -> str:
        return f"<cache in {self.memory.cache.shelf.folder}>" if self.memory else "<no cache>"

    def _repr_html_(self) -> str:
        return self.info()._repr_html_()

    def info(self) -> CacheInfo:
        """Say what is kept, and what the cache did in this process."""
        if self.memory is None:
            return CacheInfo(enabled=False, offline=False)
        self.flush()
        shelf = self.memory.cache.shelf
        files = shelf.files()
        return CacheInfo(
            enabled=True,
            offline=self.memory.offline,
            folder=str(shelf.folder),
            files=len(files),
            bytes=sum(kept.size for kept in files),
            max_bytes=shelf.max_bytes,
            failures=shelf.failures,
            last_failure=shelf.last_failure,
            **self.memory.cache.counts(),
        )

    def flush(self) -> None:
        """Wait until all that is kept is on disk; Python's end does so too."""
        BEHIND.wait()

    def prune(self) -> int:
        """Remove what is too old or too much, of all workspaces; give how many files."""
        return self.memory.cache.shelf.prune() if self.memory else 0

    def clear(self) -> int:
        """Remove all that is kept for this workspace; give how many files."""
        if self.memory is None:
            return 0
        prefix = self.memory.cache.tenant.prefix
        if self.frames:
            self.frames.drop(prefix)
        return self.memory.cache.drop(prefix)


def open_cache(
    cache: bool | str | Path | CachePolicy,
    tenant: Tenant,
    *,
    tz: Zone,
    now: Callable[[], datetime],
    offline: bool = False,
) -> Caching:
    """Give the cache that a caller of ``connect`` means.

    Raises
    ------
    ConfigError
        If `cache` is none of the things it may be, or there is none while offline.
    """
    if cache is False:
        if offline:
            raise ConfigError(
                "Offline without a cache there is nothing to answer from.",
                hint="Leave out cache=False or offline=True.",
            )
        return Caching()
    policy = _policy(cache)
    shelf = open_shelf(policy)
    store = Cache(shelf, tenant, policy.stale)
    memory = Memory(store, Freshness(policy, tz, now), offline=offline)
    return Caching(memory, FrameMemory(store))


def open_shelf(policy: CachePolicy) -> Shelf:
    """Give the folder of a policy."""
    root = Path(policy.folder).expanduser() if policy.folder else cache_folder()
    # Absolute: a program may change its working folder.
    return Shelf(root.absolute() / _FOLDER, max_bytes=policy.max_bytes, max_age=policy.max_age)


def _policy(cache: bool | str | Path | CachePolicy) -> CachePolicy:
    if cache is True:
        return CachePolicy()
    if isinstance(cache, CachePolicy):
        return cache
    if isinstance(cache, str | Path) and str(cache):
        return CachePolicy(folder=cache)
    raise ConfigError(
        f"cache={cache!r} is none.", hint="Give True, False, a folder or a sf.CachePolicy(…)."
    )
