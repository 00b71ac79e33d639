"""Which workers of a cluster can be used, and what to say when there are none."""

from __future__ import annotations

from synerise_frames._version import __version__
from synerise_frames.bulk.cluster.workers import Workers
from synerise_frames.errors import BulkError, SyneriseError, TransportError

# A worker that failed so often in a row is asked no more.
_MOST_FAILURES = 3


class Presence:
    """Keeps apart the workers that can send, and those that can't.

    Parameters
    ----------
    workers : Workers
        The cluster.
    patience : float
        Seconds to wait for a worker where there is none.
    """

    def __init__(self, workers: Workers, patience: float) -> None:
        self._workers = workers
        self._patience = patience
        self._failures: dict[str, int] = {}
        self._broken: dict[str, SyneriseError | str] = {}
        self._seen: float | None = None

    def usable(self) -> list[str]:
        """Give the addresses of those that are there and not known to be broken."""
        return [one for one in self._workers.addresses if one not in self._broken]

    def is_broken(self, address: str, why: SyneriseError | str) -> None:
        """Use a worker no more."""
        self._broken[address] = why

    def has_failed(self, address: str, error: BaseException | None, *, at_once: bool) -> None:
        """Hear of a task that failed; several in a row, or one of them `at_once`, are enough."""
        failures = self._failures[address] = self._failures.get(address, 0) + 1
        if error and (at_once or failures >= _MOST_FAILURES):
            # Not its text, which may hold anything.
            self._broken[address] = f"it fails with {type(error).__name__}"

    def is_well(self, address: str) -> None:
        """Hear of a task that did not fail."""
        self._failures.pop(address, None)

    def lack(self, now: float) -> SyneriseError | None:
        """Give what to say if there is nobody, and nobody to be waited for."""
        if self._seen is None or self.usable():
            self._seen = now
        if self.usable():
            return None
        if self._workers.addresses:
            return self._reason()
        if self._workers.is_reachable and now - self._seen <= self._patience:
            return None
        return BulkError(
            "The cluster has no workers (any more).",
            code="cluster",
            hint="Look at client.scheduler_info(), add workers, and run the plan again: what was "
            "answered is kept.",
        )

    def _reason(self) -> SyneriseError:
        why = next(iter(self._broken.values()), "")
        if isinstance(why, TransportError):
            return why
        if isinstance(why, SyneriseError):
            return BulkError(f"No worker can send: {why.message}", code="cluster", hint=why.hint)
        return BulkError(
            f"No worker can send: {why}.",
            code="cluster",
            hint="Scheduler and workers need the same packages as this process: "
            f'pip install "synerise-frames[bulk,dask]=={__version__}"',
        )
