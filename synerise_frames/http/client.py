"""Sending: time-outs, retries, tokens. Any answer is given back, whatever its status."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
import urllib3

from synerise_frames.errors import ConfigError, TransportError
from synerise_frames.http.deadline import deadline
from synerise_frames.http.failures import explained, no_answer
from synerise_frames.http.limiter import Limiter
from synerise_frames.http.message import Request, Response
from synerise_frames.http.retry import TRY_AGAIN, RetryPolicy
from synerise_frames.http.session import open_session
from synerise_frames.http.tokens import Authorizer
from synerise_frames.redact import get_logger

_log = get_logger("synerise_frames.http")

# Read, such an answer takes ten times as much memory. No calculation gives so much.
_LARGEST = 512 << 20
_PIECE = 1 << 20


if TYPE_CHECKING:
    from synerise_frames.http.swarm import Swarm


class Client:
    """Sends requests to one host.

    Parameters
    ----------
    base_url : str
        Scheme and host, such as ``https://api.synerise.com``.
    retry : RetryPolicy
        How patient to be.
    limiter : Limiter, optional
        Shared by all threads; one of its own where left out.
    """

    def __init__(self, base_url: str, retry: RetryPolicy, limiter: Limiter | None = None) -> None:
        self._limiter = limiter or Limiter()
        self.base_url = base_url.rstrip("/")
        self.retry = retry
        self._netloc = urlsplit(self.base_url).netloc
        self._session: requests.Session | None = open_session(self.base_url)
        self._pid = os.getpid()

    def close(self) -> None:
        """Close all connections; later calls are refused."""
        session, self._session = self._session, None
        if session:
            session.close()

    def swarm(self, auth: Authorizer | None, connections: int) -> Swarm:
        """Give what sends many calls at once, under the limits and the patience of this.

        Raises
        ------
        ConfigError
            If the extra ``bulk`` is not installed, or this is closed.
        """
        from synerise_frames.http.swarm import Swarm  # noqa: PLC0415 - needs an extra

        self._open()
        return Swarm(self.base_url, self.retry, self._limiter, auth, connections=connections)

    def _open(self) -> requests.Session:
        """Give the session of this process: a fork shares the parent's sockets otherwise."""
        session = self.check_open()
        if os.getpid() != self._pid:
            session = open_session(self.base_url)
            self._session, self._pid = session, os.getpid()
        return session

    def check_open(self) -> requests.Session:
        """Give the session, and refuse if this is closed.

        Raises
        ------
        ConfigError
            If it is.
        """
        if self._session is None:
            raise ConfigError(
                "This workspace is closed.", hint="Make a new one with sf.connect() or sf.demo()."
            )
        return self._session

    def send(self, request: Request, auth: Authorizer | None = None) -> Response:
        """Send until an answer is final, tries are used up or the deadline has come.

        Raises
        ------
        TransportError
            If no whole answer arrived.
        """
        # A login has a deadline of its own, and perhaps a person who types a code.
        header = auth.header() if auth else None
        ends = time.monotonic() + self.retry.deadline
        attempts = self.retry.attempts if request.repeatable else 1
        attempt, renewed = 1, False
        while True:
            final = attempt == attempts
            # Outside the try: another one finds no place either.
            self._take_place(request, ends)
            try:
                response = self._send_once(request, header, ends)
            except TransportError as error:
                if final or not error.retryable:
                    raise
                wait = self.retry.wait(attempt)
                if time.monotonic() + wait >= ends:
                    raise
                _log.info("%s; trying again in %.1f s", error.message, wait)
            else:
                if response.status == 401 and not renewed and auth and header:
                    renewed = True
                    if auth.renew(header):
                        # No try of the call is used up: it was not looked at.
                        header = auth.header()
                        continue
                asked = response.retry_after
                wait = self.retry.wait(attempt, asked)
                # To come back before the time that the server asks for would be rude.
                late = time.monotonic() + wait >= ends or (asked or 0.0) > self.retry.max_wait
                if response.status == 429:
                    self._limiter.slow_down(
                        None if asked is None else min(asked, self.retry.max_wait)
                    )
                if response.status not in TRY_AGAIN or final or late:
                    return response
                _log.info("status %d; trying again in %.1f s", response.status, wait)
            time.sleep(wait)
            attempt += 1
            # Outside the try: a login has tries of its own, which must not multiply.
            header = auth.header() if auth else None

    def _take_place(self, request: Request, ends: float) -> None:
        if not self._limiter.acquire(request.scopes, until=ends):
            raise TransportError(
                f"{request.method} {request.path}: not sent, for the limits leave no place before "
                "the deadline.",
                code="limit",
                hint="Raise limits=RateLimits(...) or retry=RetryPolicy(deadline=...), or ask "
                "for less at once.",
            )

    def _send_once(self, request: Request, header: str | None, ends: float) -> Response:
        where = f"{request.method} {request.path} at {self._netloc}"
        # Checked before sending: a write that is reported as late was not made.
        if time.monotonic() >= ends:
            raise no_answer("late", where)
        headers = {"Accept": request.accept}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        if header:
            headers["Authorization"] = header
        left = max(ends - time.monotonic(), 0.001)
        timeouts = (min(self.retry.connect_timeout, left), min(self.retry.read_timeout, left))
        try:
            with (
                deadline(ends),
                self._open().request(
                    request.method,
                    self.base_url + request.path,
                    params=dict(request.query),
                    data=request.body,
                    headers=headers,
                    timeout=timeouts,
                    # A redirect would carry the token to another host and turn a POST into a GET.
                    allow_redirects=False,
                    stream=True,
                ) as answer,
            ):
                return Response(answer.status_code, answer.headers, _content(answer.raw))
        except _TooLarge:
            failure = no_answer("too_large", where)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            failure = explained(error, where)
        # Not within the except: that error holds what was sent, and would be this one's context.
        raise failure


class _TooLarge(Exception):
    """More arrives than any answer is large, perhaps without an end."""


def _content(raw: urllib3.HTTPResponse) -> bytes:
    """Read a body piece by piece: its head may lie about its length, and it may be a bomb."""
    pieces, size = [], 0
    while piece := raw.read(_PIECE, decode_content=True):
        size += len(piece)
        if size > _LARGEST:
            raise _TooLarge
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
