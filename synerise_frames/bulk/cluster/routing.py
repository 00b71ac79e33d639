"""Which worker gets which call, and how much of the limits: the sum is never more than all."""

from __future__ import annotations

from collections.abc import Sequence

from synerise_frames.bulk.cluster.links import Errand, Link
from synerise_frames.http.swarm import Call

# Fewer connections a worker are not worth a worker.
_FEWEST = 4

# A worker paces its own part of a limit; of very small parts too much would be lost to the
# distance that is kept from each.
_LEAST_RATE = 50.0


class Routing:
    """Shares out calls and limits.

    Parameters
    ----------
    connections : int
        Calls at once, of all workers together.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._slowest = float("inf")

    def most(self) -> int:
        """Give how many workers make sense."""
        return max(int(min(self._connections / _FEWEST, self._slowest / _LEAST_RATE)), 1)

    def active(self, links: Sequence[Link]) -> list[Link]:
        """Give those that are sent calls."""
        return [link for link in links if link.is_greeted][: self.most()]

    def connections(self, share: float) -> int:
        """Give the connections for a share."""
        return max(int(self._connections * share + 1e-6), 1)

    def room(self, active: Sequence[Link]) -> int:
        """Give how many more calls are worth reading."""
        each = self.connections(1 / len(active)) if active else 0
        # One that is far behind holds up the others: its calls can't go anywhere else.
        if any(len(link.outbox) > 2 * link.enough(each) for link in active):
            return 0
        return sum(max(link.enough(each) - link.load, 0) for link in active)

    def note(self, call: Call) -> None:
        """Learn what limits there are."""
        for scope in call.scopes:
            if scope.subject is None:
                self._slowest = min(self._slowest, scope.per_second)

    def put(self, errand: Errand, active: Sequence[Link]) -> None:
        """Give an errand to a link.

        Calls about somebody who has a limit of their own all go the same way, so that one
        worker sees them all.
        """
        subjects = [scope.subject for scope in errand.call.scopes if scope.subject is not None]
        if subjects:
            link = active[hash(subjects[0]) % len(active)]
        else:
            link = min(active, key=lambda one: one.load)
        link.outbox.append(errand)

    def share(self, link: Link, links: Sequence[Link], active: Sequence[Link]) -> float:
        """Give the share that a link may have from now on; 0 if it has to wait for one.

        A newcomer waits until the others have given way.
        """
        if link not in active:
            return link.share
        taken = sum(other.share for other in links if other is not link)
        fair = 1 / len(active)
        free = min(fair, 1 - taken)
        return free if free > fair / 2 else 0.0
