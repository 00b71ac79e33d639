"""The workers that take part in a run: enlisted, asked, heard, and let go."""

from __future__ import annotations

import time
from collections.abc import Iterator

from synerise_frames._version import __version__
from synerise_frames.bulk.cluster.links import Link
from synerise_frames.bulk.cluster.outpost import exchange, greet
from synerise_frames.bulk.cluster.parcels import Order, Report, seal, unseal_report
from synerise_frames.bulk.cluster.presence import Presence
from synerise_frames.bulk.cluster.routing import Routing
from synerise_frames.bulk.cluster.workers import Heard, Workers
from synerise_frames.errors import SyneriseError

# So long the run waits to begin with all of them: later each newcomer has to wait for its part.
_GREETING = 1.0

# A worker that is there but says nothing for so long has other things to do. It has stopped
# sending long before (see outpost.py), so others may take over what it had.
_SILENCE = 60.0


class Crew:
    """The workers of one run.

    Parameters
    ----------
    workers : Workers
        The cluster.
    routing : Routing
        Knows how many make sense.
    patience : float
        Seconds to wait for a worker where there is none.

    Attributes
    ----------
    links : list of Link
        One for each worker that takes part.
    """

    def __init__(self, workers: Workers, routing: Routing, patience: float) -> None:
        self.links: list[Link] = []
        self._workers = workers
        self._routing = routing
        self._presence = Presence(workers, patience)

    def missing(self, now: float) -> list[Link]:
        """Look who is there; give the links to those who are not, or too busy."""
        self._workers.look(now)
        there = self._workers.addresses
        return [
            link
            for link in self.links
            if link.address not in there or (link.is_asked and now - link.asked_at > _SILENCE)
        ]

    def lack(self, now: float) -> SyneriseError | None:
        """Give what to say if there is nobody, and nobody to be waited for."""
        return None if self.links else self._presence.lack(now)

    def enlist(self, now: float, pause: float) -> None:
        """Begin with as many workers as make sense; the server asked to wait for `pause`."""
        taken = {link.address for link in self.links}
        free = [one for one in self._presence.usable() if one not in taken]
        for address in free[: max(self._routing.most() - len(self.links), 0)]:
            link = Link(address, is_asked=True, asked_at=now)
            link.refusals += [pause] if pause > 0 else []
            self.links.append(link)
            # Nothing secret goes to who may not even be able to read it: Dask would log that.
            self._workers.ask(link, address, greet, __version__)

    def active(self) -> list[Link]:
        """Give those that are sent calls."""
        latest = time.monotonic() - _GREETING
        awaited = any(not one.is_greeted and one.asked_at > latest for one in self.links)
        begun = any(one.is_open for one in self.links)
        return [] if awaited and not begun else self._routing.active(self.links)

    def ask(self, link: Link, order: Order, now: float) -> None:
        """Give a worker an order; it is heard of later."""
        link.is_open, link.is_asked, link.asked_at = True, True, now
        self._workers.ask(link, link.address, exchange, seal(order))

    def hear(self, longest: float) -> Iterator[tuple[Link, Report | None]]:
        """Wait for reports at most so many seconds; a link without one is lost."""
        for heard in self._workers.hear(longest):
            link = heard.about
            if not isinstance(link, Link) or link not in self.links:
                continue
            link.is_asked = False
            if heard.failed:
                self._presence.has_failed(link.address, heard.error, at_once=not link.is_greeted)
                yield link, None
            elif link.is_greeted:
                yield link, self._read(link, heard)
            elif heard.value is None:
                link.is_greeted = True
            else:
                self._presence.is_broken(link.address, str(heard.value))
                yield link, None

    def _read(self, link: Link, heard: Heard) -> Report:
        report = unseal_report(heard.value)
        self._presence.is_well(link.address)
        if report.error:
            self._presence.is_broken(link.address, report.error)
        return report

    def drop(self, link: Link) -> None:
        """Let a worker go."""
        self._workers.drop(link)
        self.links.remove(link)

    def leave(self) -> None:
        """Where the run was left in the middle, let the workers stop too."""
        for link in [*self.links]:
            self.drop(link)
            if link.is_open and link.address in self._workers.addresses:
                last = Order(link.name, None, [], None, 0, True, 1.0, 1, [], 0, False, True, True,
                             0.0)  # fmt: skip
                self._workers.tell(link.address, exchange, seal(last))
