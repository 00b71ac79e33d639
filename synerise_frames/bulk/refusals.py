"""When going on makes no sense: refusals that all further calls would get too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from synerise_frames.bulk.asked import Unit
from synerise_frames.errors import AuthError, SyneriseError
from synerise_frames.http.message import Response
from synerise_frames.http.swarm import Outcome
from synerise_frames.wire.api import Api

# So many refusals with no success at all are no matter of single profiles: of a permission that
# the key lacks, and of a path that had to be guessed, which unknown profiles look like.
_CLOSED = 20
_UNKNOWN = 100


class Refusals:
    """Watches the answers of a run.

    Parameters
    ----------
    api : Api
        Knows which paths are verified.
    units : sequence of Unit
        What is asked.
    answered : set of int
        Positions of analyses that were answered before; it grows while the run goes on.

    Attributes
    ----------
    fatal : SyneriseError or None
        Why the run has to stop.
    """

    def __init__(self, api: Api, units: Sequence[Unit], answered: AbstractSet[int]) -> None:
        self._api = api
        self._units = units
        self._answered = answered
        self._succeeded = [False] * len(units)
        self._closed: list[list[SyneriseError]] = [[] for _ in units]
        self._unknown = [0] * len(units)
        self.fatal: SyneriseError | None = None

    def error(self, position: int) -> Callable[[str, Response], SyneriseError]:
        """Give what makes an error of a refusal of this unit."""
        return partial(self._error, position)

    def _error(self, position: int, profile: str, response: Response) -> SyneriseError:
        template = self._units[position].template
        return self._api.refusal(template, profile, response, proven=self.is_proven(position))

    def has_succeeded(self, position: int) -> bool:
        """Say whether anybody was ever answered."""
        return self._succeeded[position] or not self._answered.isdisjoint(
            self._units[position].positions
        )

    def is_proven(self, position: int) -> bool:
        """Say whether the path is surely there."""
        op = self._units[position].template.op
        return self.has_succeeded(position) or self._api.paths.verified(op)

    def look(self, position: int, profile: str, outcome: Outcome) -> bool:
        """Look at an answer to a unit; say whether the run has to stop."""
        status = outcome.status
        if status is None:
            if isinstance(outcome.error, AuthError):
                self.fatal = self.fatal or outcome.error
        elif status < 300:
            self._succeeded[position] = True
        elif self._is_fatal(position, profile, outcome):
            self.fatal = self.fatal or self._error(position, profile, _response(outcome))
        return self.fatal is not None

    def _is_fatal(self, position: int, profile: str, outcome: Outcome) -> bool:
        status = outcome.status or 0
        if status == 401:
            return True
        if status < 400:
            # A login page answers everybody so; a profile alone does not move.
            return not self.has_succeeded(position)
        if status == 403 and not self.has_succeeded(position):
            self._closed[position].append(self._error(position, profile, _response(outcome)))
            return len(self._closed[position]) >= _CLOSED
        if status in (404, 405) and not self.is_proven(position):
            self._unknown[position] += 1
            return status == 405 or self._unknown[position] >= _UNKNOWN
        return False

    def close(self) -> None:
        """Hear that there are no more answers: who was let through by nobody was refused."""
        for position, closed in enumerate(self._closed):
            if closed and not self.has_succeeded(position):
                self.fatal = self.fatal or closed[0]


def _response(outcome: Outcome) -> Response:
    headers = {"Content-Type": outcome.content_type}
    return Response(outcome.status or 0, headers, outcome.content)
