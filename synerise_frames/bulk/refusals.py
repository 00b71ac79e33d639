"""When going on makes no sense: refusals that all further calls would get too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from synerise_frames.bulk.asked import Unit
from synerise_frames.errors import AuthError, SyneriseError
from synerise_frames.http.message import Response
from synerise_frames.http.swarm import Outcome
from synerise_frames.wire.api import Api

# So many profiles in a row that are not there, and none that is: it is the path that is not.
_ENOUGH = 20


class Refusals:
    """Watches the answers of a run.

    Parameters
    ----------
    api : Api
        Knows which paths are verified.
    units : sequence of Unit
        What is asked.

    Attributes
    ----------
    fatal : SyneriseError or None
        Why the run has to stop.
    """

    def __init__(self, api: Api, units: Sequence[Unit]) -> None:
        self._api = api
        self._units = units
        self._proven = [api.paths.verified(unit.template.op) for unit in units]
        self._succeeded = [False] * len(units)
        self._unknown = [0] * len(units)
        self.fatal: SyneriseError | None = None

    def error(self, position: int) -> Callable[[str, Response], SyneriseError]:
        """Give what makes an error of a refusal of this unit."""
        return partial(self._error, position)

    def _error(self, position: int, profile: str, response: Response) -> SyneriseError:
        template = self._units[position].template
        return self._api.refusal(template, profile, response, proven=self._proven[position])

    def look(self, position: int, outcome: Outcome) -> bool:
        """Look at an answer to a unit; say whether the run has to stop."""
        status = outcome.status
        if status is None:
            if isinstance(outcome.error, AuthError):
                self.fatal = self.fatal or outcome.error
        elif status < 300:
            self._proven[position] = self._succeeded[position] = True
        elif self._is_fatal(position, status):
            headers = {"Content-Type": outcome.content_type}
            response = Response(status, headers, outcome.content)
            self.fatal = self.fatal or self._error(position, "", response)
        return self.fatal is not None

    def _is_fatal(self, position: int, status: int) -> bool:
        if status == 401:
            return True
        if status == 403:
            # Where others were let through, it is this profile that is closed.
            return not self._succeeded[position]
        if status in (404, 405) and not self._proven[position]:
            self._unknown[position] += 1
            return status == 405 or self._unknown[position] >= _ENOUGH
        return False
