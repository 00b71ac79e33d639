"""The conversation of a run with one worker of a cluster: what it was given, what it may use."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field

from synerise_frames.http.swarm import Call


@dataclass(slots=True)
class Errand:
    """A call, and how many workers were lost with it."""

    call: Call
    losses: int = 0


@dataclass(eq=False, slots=True)
class Link:
    """One worker.

    Attributes
    ----------
    address : str
        Where it is.
    name : str
        Tells this conversation from others with the same worker.
    is_greeted, is_open : bool
        It can send; it was given an opening.
    is_asked : bool
        It is waited for.
    asked_at : float
        When it was asked.
    outbox : deque of Errand
        What it is given next.
    sent : dict
        What it has not answered, by number.
    answered : int
        How many answers its last report had.
    agreed, offered : float
        The share of the limits of its last report, and of the order on its way.
    refusals : list
        What it has to be told of refusals elsewhere.
    """

    address: str
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    is_greeted: bool = False
    is_open: bool = False
    is_asked: bool = False
    asked_at: float = 0.0
    outbox: deque[Errand] = field(default_factory=deque, repr=False)
    sent: dict[int, Errand] = field(default_factory=dict, repr=False)
    answered: int = 0
    agreed: float = 0.0
    offered: float = 0.0
    refusals: list[float | None] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The part of the limits that it may be using."""
        return max(self.agreed, self.offered) if self.sent or self.is_asked else 0.0

    def offer(self, share: float) -> None:
        """Note the share of an order, before its calls are sent."""
        # Who had nothing to send has used nothing.
        self.agreed = self.agreed if self.sent else 0.0
        self.offered = share

    @property
    def load(self) -> int:
        """Calls that it has, or is to have."""
        return len(self.sent) + len(self.outbox)

    def enough(self, connections: int) -> int:
        """Give how many calls keep that many connections busy until its next report."""
        return 8 * connections + 2 * self.answered
