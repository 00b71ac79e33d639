"""How long an answer is good for, by what it is."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from synerise_frames.errors import ConfigError
from synerise_frames.periods import Zone, zone
from synerise_frames.wire.operation import Operation

_MINUTE = 60.0
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR

#: Lists of people with their addresses do not belong on a disk unasked.
_NEVER = frozenset({"segmentations.profiles"})


@dataclass(frozen=True)
class CachePolicy:
    """How long answers are kept, and how many.

    Attributes
    ----------
    folder : str or Path, optional
        Where; by default ``SYNERISE_CACHE_DIR`` or the user's cache folder. A folder of its own
        is made in it.
    closed_window, open_window, definitions, profile_values : float
        Seconds for which an answer is good: of a calculation whose window is over (30 days), of
        any other calculation (5 minutes), of definitions and lists (10 minutes), of a value of
        one profile (1 hour). With 0 they are not kept.
    stale : float
        Seconds after its end for which an answer still stands in when the server fails (7 days).
    max_bytes : int
        Size of the folder (1 GiB); what was not used for longest goes first.
    max_age : float
        Seconds after which an answer is not used any more, not even offline (90 days).

    Examples
    --------
    >>> import synerise_frames as sf
    >>> ws = sf.connect(api_key="not-a-real-key", cache=sf.CachePolicy(open_window=60))
    """

    folder: str | Path | None = None
    closed_window: float = 30 * _DAY
    open_window: float = 5 * _MINUTE
    definitions: float = 10 * _MINUTE
    profile_values: float = _HOUR
    stale: float = 7 * _DAY
    max_bytes: int = 1 << 30
    max_age: float = 90 * _DAY

    def __post_init__(self) -> None:
        for name in ("closed_window", "open_window", "definitions", "profile_values", "stale"):
            self._check(name, isinstance(value := getattr(self, name), int | float) and value >= 0)
        for name in ("max_bytes", "max_age"):
            self._check(name, isinstance(value := getattr(self, name), int | float) and value > 0)

        if not isinstance(self.folder, str | Path | None):
            raise ConfigError(
                f"CachePolicy(folder={self.folder!r}) is no folder.", hint="Give its path."
            )

    def _check(self, name: str, good: bool) -> None:
        if not good:
            raise ConfigError(
                f"CachePolicy({name}={getattr(self, name)!r}) is no number that makes sense here.",
                hint="Lifetimes are seconds, 0 or more; max_bytes and max_age are above 0. To "
                "keep nothing at all, connect with cache=False.",
            )


def is_of_profile(parameters: Container[str]) -> bool:
    """Say whether a call is about one profile, by the parameters of its path."""
    return "clientId" in parameters or "identifierType" in parameters


@dataclass(frozen=True)
class Freshness:
    """Decides for one workspace, on its own clock and in its zone."""

    policy: CachePolicy
    tz: Zone
    now: Callable[[], datetime]

    def lifetime(self, op: Operation, values: Mapping[str, str], body: Any) -> float:
        """Give the seconds for which an answer of `op` is good; 0 if it must not be kept."""
        if not op.reads or op.tag == "Authorization" or op.key in _NEVER:
            return 0.0
        if op.effect == "read":
            return self.policy.definitions
        if self._is_over(body):
            return self.policy.closed_window
        return self.policy.profile_values if is_of_profile(values) else self.policy.open_window

    def _is_over(self, body: Any) -> bool:
        """Say whether the window of a request is known to have ended.

        A relative one moves on with the clock, and without any the definition's own counts,
        which is not known here.
        """
        window = body.get("dateFilter") if isinstance(body, Mapping) else None
        end = window.get("to") if isinstance(window, Mapping) else None
        if not isinstance(end, str):
            return False
        try:
            moment = self._latest(end)
        except (ValueError, OverflowError):
            return False
        return moment is not None and moment < self.now().astimezone(UTC)

    def _latest(self, end: str) -> datetime | None:
        """Give the latest moment that `end` may mean; ``None`` where no zone is known."""
        moment = datetime.fromisoformat(end)
        if len(end) <= len(date.max.isoformat()):
            moment += timedelta(days=1)  # A day, all of it.
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        if self.tz is None:
            return None
        # In autumn an hour comes twice, in spring one is missing.
        local = moment.replace(tzinfo=zone(self.tz))
        return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
