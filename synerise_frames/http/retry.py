"""When to try again, and how long to wait before."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from synerise_frames.errors import ConfigError

#: Answers that may be other ones a little later.
TRY_AGAIN = frozenset({429, 500, 502, 503, 504})

# More make no wait longer, for it has a limit; and of a thousand there is no float.
_MOST_DOUBLINGS = 60


@dataclass(frozen=True)
class RetryPolicy:
    """How patient a workspace is.

    Parameters
    ----------
    attempts : int, default 4
        Tries of one call in all. Writes are tried once, whatever this says. In a bulk run a
        refusal (429) that says when to come back may be met eight times as often.
    backoff : float, default 0.5
        Seconds before the second try; doubled for each further one, with jitter.
    max_wait : float, default 30
        The longest wait between two tries in seconds; a server that asks for more is not
        asked again.
    connect_timeout, read_timeout : float, default 5 and 60
        Seconds to wait for a connection and for the next bytes of an answer.
    deadline : float, default 180
        Seconds for one call with all its tries.

    Raises
    ------
    ConfigError
        If a number makes no sense.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.RetryPolicy(attempts=2).attempts
    2
    """

    attempts: int = 4
    backoff: float = 0.5
    max_wait: float = 30.0
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    deadline: float = 180.0

    def __post_init__(self) -> None:
        numbers = (
            self.backoff,
            self.max_wait,
            self.connect_timeout,
            self.read_timeout,
            self.deadline,
        )
        finite = isinstance(self.attempts, int) and all(
            isinstance(n, int | float) and math.isfinite(n) for n in numbers
        )
        positive = (self.attempts, self.connect_timeout, self.read_timeout, self.deadline)
        if not finite or min(positive) <= 0 or min(self.backoff, self.max_wait) < 0:
            raise ConfigError(
                f"{self!r} cannot work.",
                hint="Attempts, time-outs and the deadline are above zero, waits are not negative.",
            )

    def wait(self, attempt: int, retry_after: float | None = None) -> float:
        """Give the seconds to wait after the failed try number `attempt` (from 1)."""
        if retry_after is not None:
            return min(retry_after, self.max_wait)
        doublings = min(attempt - 1, _MOST_DOUBLINGS)
        longest = min(self.backoff * 2.0**doublings, self.max_wait)
        # Jitter, so that many clients do not come back at the same moment.
        return longest * random.uniform(0.5, 1.0)  # noqa: S311


def parse_retry_after(value: str | None) -> float | None:
    """Read a ``Retry-After`` header in either of its forms, as seconds from now.

    >>> parse_retry_after("2.5"), parse_retry_after("soon"), parse_retry_after(None)
    (2.5, None, None)
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    # A comparison that is false for nan keeps nonsense out of time.sleep.
    return max(seconds, 0.0) if seconds < float("inf") else None
