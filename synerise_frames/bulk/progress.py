"""How far a run is, as a plain object; :mod:`synerise_frames.bulk.showing` says who shows it."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from types import TracebackType

from synerise_frames.bulk.showing import Show
from synerise_frames.http.swarm import Outcome

# The pace is that of the last seconds: what was at the beginning says little about the end.
_RECENT = 10.0

_NO_ANSWER = "no answer"


class Progress:
    """How far a run is; ``plan.run(progress=function)`` calls the function with it.

    Attributes
    ----------
    total : int or None
        Calls that will be sent; ``None`` where that is not known beforehand.
    known : int
        Values that were known already.
    sent : int
        Calls that are over.
    failures : Counter
        Those of them that failed, by HTTP status or ``"no answer"``.
    is_over, is_cancelled, is_broken : bool
        Whether the run has ended, and whether somebody or an error ended it.
    note : str
        How to go on with a run that was cancelled.

    Examples
    --------
    >>> Progress(120, known=30)
    <Progress: 0 of 120 calls, 30 values already known>
    """

    def __init__(self, total: int | None, show: Show | None = None, known: int = 0) -> None:
        self.total = total
        self.known = known
        self.sent = 0
        self.failures: Counter[str] = Counter()
        self.is_over = False
        self.is_cancelled = False
        self.is_broken = False
        self.note = ""
        self._show = show
        self._stop: Callable[[], None] | None = None
        self._started = time.monotonic()
        self._ended: float | None = None
        self._recent = deque([(self._started, 0)])

    @property
    def failed(self) -> int:
        """Calls that failed."""
        return self.failures.total()

    @property
    def seconds(self) -> float:
        """How long it takes so far."""
        return (self._ended or time.monotonic()) - self._started

    @property
    def rate(self) -> float:
        """Calls a second: of the last ten seconds, and of all the run when it is over."""
        if self._ended is not None:
            return self.sent / self.seconds if self.seconds > 0 else 0.0
        then, before = self._recent[0]
        passed = time.monotonic() - then
        return (self.sent - before) / passed if passed > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it takes still, if it goes on like this; ``None`` where that cannot be said."""
        if self.is_over:
            return 0.0
        if self.total is None or not self.rate:
            return None
        return max(self.total - self.sent, 0) / self.rate

    def cancel(self) -> None:
        """End the run as Ctrl-C does, with everything kept; from any thread."""
        if self._stop and not self.is_over:
            self._stop()

    def on_cancel(self, stop: Callable[[], None]) -> None:
        """Call `stop` to end the run."""
        self._stop = stop

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Count calls that are over."""
        self.sent += len(outcomes)
        for outcome in outcomes:
            if outcome.status is None or outcome.status >= 300:
                self.failures[str(outcome.status or _NO_ANSWER)] += 1

    def show(self) -> None:
        """Tell how far it is."""
        now = time.monotonic()
        self._recent.append((now, self.sent))
        while now - self._recent[0][0] > _RECENT and len(self._recent) > 2:
            self._recent.popleft()
        if self._show:
            self._show(self)

    def __enter__(self) -> Progress:
        self.show()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.is_over = True
        self.is_broken = exc_type is not None
        self._ended = time.monotonic()
        self.show()

    def __repr__(self) -> str:
        of = "" if self.total is None else f" of {self.total:,}"
        told = [f"{self.sent:,}{of} calls"]
        if self.known:
            told.append(f"{self.known:,} values already known")
        if self.failed:
            each = ", ".join(f"{count:,} x {why}" for why, count in self.failures.most_common())
            told.append(f"{self.failed:,} failed ({each})")
        if self.is_over:
            ended = "ended by an error" if self.is_broken else "over"
            told.append("cancelled" if self.is_cancelled else ended)
        return f"<Progress: {', '.join(told)}>"
