"""What a probe found out about one operation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from synerise_frames.wire.paths import Route

__all__ = ["Finding", "Status", "usable_routes"]

Status = Literal["confirmed", "found", "possible", "not found", "skipped", "denied"]


@dataclass(frozen=True)
class Finding:
    """What is known of the route of one operation after a probe.

    Attributes
    ----------
    key : str
        The operation.
    status : str
        ``"confirmed"`` (the route in effect works), ``"found"`` (another one works),
        ``"possible"`` (something is there, but its answer proves too little), ``"not found"``,
        ``"skipped"`` (there is nothing to ask with) or ``"denied"`` (the key may not).
    route : Route or None
        The route that is meant; its source is ``"probe"`` where it may be used.
    tried : int
        Requests that were sent for it.
    note : str
        Why; never a value of an answer.
    """

    key: str
    status: Status
    route: Route | None
    tried: int
    note: str

    @property
    def usable(self) -> bool:
        """Whether the route can be remembered."""
        return self.status in ("confirmed", "found")


def usable_routes(findings: Iterable[Finding]) -> dict[str, Route]:
    """Give the routes that can be remembered, by operation key."""
    return {one.key: one.route for one in findings if one.usable and one.route}
