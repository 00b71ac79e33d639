"""How long an answer is good for, by what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
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
        Where; by default ``http`` in ``SYNERISE_CACHE_DIR`` or in the user's cache folder.
    closed_window, open_window, definitions, profile_values : float
        Seconds for which an answer is good: of a calculation whose window is over (30 days), of
        any other calculation (5 minutes), of definitions and lists (10 minutes), of a value of
        one profile (1 hour). With 0 they are not kept.
    stale : float
        Seconds after its end for which an answer still stands in when the server fails (7 days).
    max_bytes : int
        Size of the folder (1 GiB); what was not used for longest goes first.
    max_age : float
        Seconds after which an answer is removed (90 days).

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
            if not getattr(self, name) >= 0:
                raise ConfigError(
                    f"CachePolicy({name}={getattr(self, name)!r}) is no time.",
                    hint="Give seconds, 0 or more.",
                )
        if not (self.max_bytes > 0 and self.max_age > 0):
            raise ConfigError(
                "CachePolicy: max_bytes and max_age are above 0.",
                hint="To keep nothing, connect with cache=False.",
            )


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
        of_profile = "clientId" in values or "identifierType" in values
        return self.policy.profile_values if of_profile else self.policy.open_window

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
            moment = datetime.fromisoformat(end)
        except ValueError:
            return False
        if moment.tzinfo is None:
            if self.tz is None:
                return False
            moment = moment.replace(tzinfo=zone(self.tz))
        return moment < self.now()
