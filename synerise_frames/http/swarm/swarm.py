"""Sends many calls at once: limits, retries, tokens. What became of each is told once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from synerise_frames.errors import ConfigError, TransportError
from synerise_frames.extras import require
from synerise_frames.http.limiter import Limiter
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.surroundings import look_around
from synerise_frames.http.swarm.call import Call, Outcome
from synerise_frames.http.swarm.moments import Moments
from synerise_frames.http.tokens import Authorizer

if TYPE_CHECKING:
    from synerise_frames.http.swarm.sending import Sending


class Swarm:
    """Sends calls to one host side by side.

    Parameters
    ----------
    base_url : str
        Scheme and host.
    retry : RetryPolicy
        How patient to be with each call.
    limiter : Limiter
        Shared with all that goes to this host.
    auth : Authorizer or None
        Signs.
    connections : int
        Calls at once.

    Attributes
    ----------
    connections : int
        Calls at once; may be changed while a run goes on.
    gave_up : TransportError or None
        Why a run ended early: nobody answered any more.

    Raises
    ------
    ConfigError
        If the extra ``bulk`` is not installed or does not work, or the environment names
        certificates that are not there.
    """

    def __init__(
        self,
        base_url: str,
        retry: RetryPolicy,
        limiter: Limiter,
        auth: Authorizer | None,
        *,
        connections: int,
    ) -> None:
        self._engine = _engine()
        self.base_url = base_url.rstrip("/")
        self.retry = retry
        self.limiter = limiter
        self.auth = auth
        self.connections = connections
        self.around = look_around(base_url)
        self.gave_up: TransportError | None = None
        self._moments = Moments()

    def stop(self) -> None:
        """Start no more calls; what is on its way has a second to finish.

        From any thread, or a handler of signals.
        """
        self._moments.stop()

    def run(
        self,
        calls: Iterator[Call | None],
        done: Callable[[Call, Outcome], None],
        *,
        tick: Callable[[], None] | None = None,
        deadline: float | None = None,
    ) -> None:
        """Send calls until there are no more of them.

        Parameters
        ----------
        calls : iterator of Call or None
            Read as they can be sent; ``None`` says to ask again a little later.
        done : callable
            Told of each call that was read, in the order in which they end.
        tick : callable, optional
            Called a few times a second.
        deadline : float, optional
            Seconds after which nothing more is sent, and what is on its way is cut.

        Raises
        ------
        SyneriseError
            If a login fails.
        """
        if deadline is not None:
            self._moments.end(time.monotonic() + deadline)
        sending = self._engine(self, calls, done, self._moments)
        try:
            self.gave_up = sending.go(tick)
        finally:
            sending.close()


def _engine() -> type[Sending]:
    """Give what needs libcurl, which single calls do without."""
    require("bulk", "pycurl", "certifi")
    try:
        from synerise_frames.http.swarm.sending import Sending  # noqa: PLC0415 - needs an extra
    except ImportError as error:
        # Such as a build for another TLS library than the one that is found.
        raise ConfigError(
            f"pycurl is installed, but does not work: {error}",
            hint="pip install --force-reinstall pycurl",
        ) from error
    return Sending
