"""How old a kept thing is, and whether it is fresh enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Clocks of two machines on one folder are not quite the same.
_SKEW = timedelta(seconds=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)

# Some disks note the moments of files in steps of up to two seconds, and of 10 ms at the least.
_STEP, _LARGEST_STEP = 10_000_000, 2_000_000_000


def say_age(seconds: float) -> str:
    """Say how old something is.

    >>> say_age(3600), say_age(100)
    ('60 minutes', '100 seconds')
    """
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"


@dataclass(frozen=True)
class Wanted:
    """How fresh an answer has to be.

    Attributes
    ----------
    lifetime : float
        Seconds for which an answer is good; 0 to keep it not at all.
    max_age : float, optional
        Seconds that a kept answer may be old, instead of its lifetime.
    refresh : bool
        Do not take a kept answer.
    """

    lifetime: float
    max_age: float | None = None
    refresh: bool = False


@dataclass(frozen=True)
class Dated:
    """Something kept: when the server was asked for it, and when it stops to be good."""

    fetched_at: datetime
    expires: datetime

    @property
    def age(self) -> float:
        """Seconds since the server was asked."""
        return self._age(datetime.now(UTC))

    def _age(self, now: datetime) -> float:
        return max((now - self.fetched_at).total_seconds(), 0.0)

    def is_fresh(self, wanted: Wanted) -> bool:
        """Say whether this is good enough."""
        now = datetime.now(UTC)
        # A clock that went back makes things look as if they came from the future.
        if wanted.lifetime <= 0 or wanted.refresh or self.fetched_at > now + _SKEW:
            return False
        if wanted.max_age is not None:
            return self._age(now) <= wanted.max_age
        # The policy may have been another one when this was kept.
        return now < self.expires and self._age(now) < wanted.lifetime


def mark_of(moment: datetime) -> int:
    """Give the nanosecond of a moment, since 1970: by it, answers of one name are told apart."""
    return (moment - _EPOCH) // _TICK * 1000


def is_of(found: int, mark: int) -> bool:
    """Say whether a file that is of nanosecond `found` may have been marked with `mark`."""
    return found == mark or (found % _STEP == 0 and abs(found - mark) < _LARGEST_STEP)
