"""The cache of one workspace: from a key to an answer that is fresh enough, and its account."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from synerise_frames.errors import ServerError, TransportError
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.http.flight import SingleFlight
from synerise_frames.http.message import Response

if TYPE_CHECKING:
    from requests_cache.models.response import CachedResponse

    from synerise_frames.http.cache.answers import Answers


@dataclass(frozen=True)
class Wanted:
    """How fresh an answer has to be.

    Attributes
    ----------
    lifetime : float
        Seconds for which a live answer is kept as good; 0 to keep it not at all.
    max_age : float or None
        Seconds that a kept answer may be old, if less than its own lifetime.
    refresh : bool
        Do not take a kept answer.
    """

    lifetime: float
    max_age: float | None = None
    refresh: bool = False


@dataclass(frozen=True)
class Found:
    """An answer, where it comes from, and why."""

    response: Response
    fetched_at: datetime
    expires: datetime
    source: str = "live"
    why: str | None = None

    @property
    def age(self) -> float:
        """Seconds since the server gave it."""
        return max((datetime.now(UTC) - self.fetched_at).total_seconds(), 0.0)


class Cache:
    """Kept answers of one tenant.

    Parameters
    ----------
    shelf : Shelf
        Where they are; shared with other tenants.
    tenant : Tenant
        Whose they are.
    stale : float
        Seconds after its end for which an answer still stands in when the server fails.
    """

    def __init__(self, shelf: Shelf, tenant: Tenant, stale: float) -> None:
        self.shelf = shelf
        self.tenant = tenant
        self._stale = stale
        self._flights: SingleFlight[Found] = SingleFlight()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._answers: Answers | None = None

    @property
    def answers(self) -> Answers:
        """The answers through requests-cache, which is loaded when it is first needed."""
        with self._lock:
            if self._answers is None:
                from synerise_frames.http.cache.answers import Answers  # noqa: PLC0415

                self._answers = Answers(self.shelf)
            return self._answers

    def count(self, what: str) -> None:
        """Count one more of `what`."""
        with self._lock:
            self._counts[what] += 1

    def counts(self) -> dict[str, int]:
        """Give what was counted in this process."""
        with self._lock:
            return dict(self._counts)

    def fetch(self, key: str, live: Callable[[], Response], wanted: Wanted) -> Found:
        """Give a kept answer that is fresh enough, else a live one, which equal calls share.

        `live` raises for everything that is no good answer.

        Raises
        ------
        SyneriseError
            If the live call fails, and nothing kept may stand in.
        """
        if wanted.lifetime > 0 and not wanted.refresh:
            kept = self.kept(key)
            if kept and _is_fresh(kept, wanted):
                self.count("hits")
                return kept
        found, shared = self._flights.do((key, wanted), lambda: self._live(key, live, wanted))
        if shared:
            self.count("shared")
        return found

    def _live(self, key: str, live: Callable[[], Response], wanted: Wanted) -> Found:
        self.count("misses")
        try:
            response = live()
        except (TransportError, ServerError) as error:
            stale = self._stand_in(key, wanted, error.message)
            if stale is None:
                raise
            return stale
        now = datetime.now(UTC)
        found = Found(response, now, now + timedelta(seconds=wanted.lifetime))
        if wanted.lifetime > 0:
            self.answers.keep(key, response, found.expires)
            self.count("stored")
        return found

    def _stand_in(self, key: str, wanted: Wanted, why: str) -> Found | None:
        """Give a kept answer in place of a live one that failed."""
        kept = self.kept(key) if wanted.lifetime > 0 and not wanted.refresh else None
        if kept is None or (datetime.now(UTC) - kept.expires).total_seconds() > self._stale:
            return None
        self.count("stale")
        return replace(kept, source="stale", why=why)

    def kept(self, key: str) -> Found | None:
        """Give a kept answer, however old."""
        stored = self.answers.find(key)
        return _found(stored) if stored else None

    def drop(self, prefix: str) -> int:
        """Remove all files whose names start with `prefix`; give how many."""
        names = [kept.name for kept in self.shelf.files() if kept.name.startswith(prefix)]
        return sum(self.shelf.remove(name) for name in names)


def _is_fresh(kept: Found, wanted: Wanted) -> bool:
    # A clock that went back makes answers look as if they came from the future.
    if kept.fetched_at.timestamp() > time.time() + 1:
        return False
    return datetime.now(UTC) < kept.expires and (
        wanted.max_age is None or kept.age <= wanted.max_age
    )


def _found(stored: CachedResponse) -> Found:
    response = Response(stored.status_code, stored.headers, stored.content)
    expires = stored.expires or stored.created_at
    return Found(response, stored.created_at, expires, source="cached")
