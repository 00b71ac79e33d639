"""The cache of one workspace: from a key to an answer that is fresh enough, and its account."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from synerise_frames.errors import ServerError, SyneriseError, TransportError
from synerise_frames.http.cache.dated import Dated, Wanted
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.http.flight import SingleFlight
from synerise_frames.http.message import Response

if TYPE_CHECKING:
    from synerise_frames.http.cache.answers import Answers

# Whole answers. Not those that say "later" (202), or that they are a part (206).
_WHOLE = (200, 203, 204)

# How the commonest failures without an answer are called.
_WORDS = {"timeout": "no answer in time", "transport": "no connection, or a cut one"}

# A hundred years, in seconds: longer ones run out of the calendar.
_LONGEST = 100 * 365 * 86400.0


@dataclass(frozen=True)
class Found(Dated):
    """An answer, where it comes from, and why.

    ``reason`` is the kind of failure that an old answer stands in for, the same for all calls
    that fail alike.
    """

    response: Response
    source: str = "live"
    why: str | None = None
    reason: str | None = None


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
        self._drops: dict[str, datetime] = {}
        self._dropped = 0
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
        kept = self._fresh(key, wanted)
        if kept:
            return kept
        # Who comes after a write does not join a flight that started before it.
        flight = (key, wanted, self._dropped)
        found, shared = self._flights.do(flight, lambda: self._flown(key, live, wanted))
        if shared:
            self.count("shared")
        return found

    def _fresh(self, key: str, wanted: Wanted) -> Found | None:
        kept = self.kept(key)
        if kept is None or not kept.is_fresh(wanted):
            return None
        self.count("hits")
        return kept

    def _flown(self, key: str, live: Callable[[], Response], wanted: Wanted) -> Found:
        # Looked at again: an equal call may have landed since.
        return self._fresh(key, wanted) or self._live(key, live, wanted)

    def _live(self, key: str, live: Callable[[], Response], wanted: Wanted) -> Found:
        self.count("misses")
        # What the server says is as old as the question: a write may come in between.
        asked_at = datetime.now(UTC)
        try:
            response = live()
        except (TransportError, ServerError) as error:
            stale = self._stand_in(key, wanted, error)
            if stale is None:
                raise
            return stale
        expires = asked_at + timedelta(seconds=min(wanted.lifetime, _LONGEST))
        found = Found(asked_at, expires, response)
        if wanted.lifetime > 0 and _is_whole(response):
            self._keep(key, found)
        return found

    def _keep(self, key: str, found: Found) -> None:
        if self.is_void(key, found):
            return
        self.answers.keep(
            key,
            found.response,
            found.fetched_at,
            found.expires,
            stored=partial(self.count, "stored"),
        )
        # A write by another thread may have looked for answers before this one was there.
        if self.is_void(key, found):
            self.answers.forget(key)

    def _stand_in(self, key: str, wanted: Wanted, error: SyneriseError) -> Found | None:
        """Give a kept answer in place of a live one that failed."""
        kept = self.kept(key) if wanted.lifetime > 0 and not wanted.refresh else None
        if kept is None or (datetime.now(UTC) - kept.expires).total_seconds() > self._stale:
            return None
        if wanted.max_age is not None and kept.age > wanted.max_age:
            return None
        self.count("stale")
        return replace(kept, source="stale", why=error.message, reason=_reason(error))

    def kept(self, key: str) -> Found | None:
        """Give a kept answer, however old."""
        stored = self.answers.find(key)
        if stored is None:
            return None
        response = Response(stored.status_code, stored.headers, stored.content)
        expires = stored.expires or stored.created_at
        found = Found(stored.created_at, expires, response, source="cached")
        return None if self.is_void(key, found) else found

    def drop(self, prefix: str) -> int:
        """Remove all files whose names start with `prefix`; give how many.

        Answers to what was asked before are void from now on, even where the disk fails.
        """
        with self._lock:
            now = datetime.now(UTC)
            # A clock that went back makes nothing good again.
            self._drops[prefix] = max(now, self._drops.get(prefix, now))
            self._dropped += 1
        return self.shelf.remove_all(prefix)

    def dropped_at(self, name: str) -> datetime | None:
        """Give when what is kept under this name was last dropped, if it was."""
        with self._lock:
            moments = [at for prefix, at in self._drops.items() if name.startswith(prefix)]
        return max(moments, default=None)

    def is_void(self, name: str, kept: Dated) -> bool:
        """Say whether what is kept under this name is older than the last drop."""
        if not self._drops:
            return False
        moment = self.dropped_at(name)
        return moment is not None and kept.fetched_at <= moment


def _reason(error: SyneriseError) -> str:
    if error.http_status:
        return f"status {error.http_status}"
    return _WORDS.get(error.code, error.code)


def _is_whole(response: Response) -> bool:
    """Say whether this may be an answer of the API: a page for people never is."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return response.status in _WHOLE and kind != "text/html"
