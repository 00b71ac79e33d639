"""Sending: time-outs, retries, tokens. Any answer is given back, whatever its status."""

from __future__ import annotations

import logging
import time
from urllib.parse import urlsplit

import requests
import urllib3

from synerise_frames.errors import SyneriseError, TransportError
from synerise_frames.http.message import Request, Response
from synerise_frames.http.retry import RetryPolicy, parse_retry_after
from synerise_frames.http.session import open_session
from synerise_frames.http.tokens import Authorizer

_log = logging.getLogger("synerise_frames.http")

_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_CHUNK = 1 << 16


class Client:
    """Sends requests to one host.

    Parameters
    ----------
    base_url : str
        Scheme and host, such as ``https://api.synerise.com``.
    retry : RetryPolicy
        How patient to be.
    """

    def __init__(self, base_url: str, retry: RetryPolicy) -> None:
        self.base_url = base_url.rstrip("/")
        self.retry = retry
        self._session = open_session(self.base_url)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def send(self, request: Request, auth: Authorizer | None = None) -> Response:
        """Send until an answer is final, tries are used up or the deadline has come.

        Raises
        ------
        TransportError
            If no whole answer arrived.
        """
        ends = time.monotonic() + self.retry.deadline
        attempts = self.retry.attempts if request.repeatable else 1
        for attempt in range(1, attempts + 1):
            final = attempt == attempts
            try:
                response = self._send_authorized(request, auth, ends)
            except TransportError as error:
                if final or not error.retryable:
                    raise
                wait = self.retry.wait(attempt)
                if time.monotonic() + wait >= ends:
                    raise
                _log.info("%s; trying again in %.1f s", error.message, wait)
            else:
                wait = self.retry.wait(attempt, retry_after(response))
                late = time.monotonic() + wait >= ends
                if response.status not in _TRY_AGAIN or final or late:
                    return response
                _log.info("status %d; trying again in %.1f s", response.status, wait)
            time.sleep(wait)
        raise AssertionError("unreachable: the last try returns or raises")

    def _send_authorized(self, request: Request, auth: Authorizer | None, ends: float) -> Response:
        header = auth.header() if auth else None
        response = self._send_once(request, header, ends)
        if response.status == 401 and auth and header and auth.renew(header):
            response = self._send_once(request, auth.header(), ends)
        return response

    def _send_once(self, request: Request, header: str | None, ends: float) -> Response:
        headers = {"Content-Type": "application/json"} if request.body is not None else {}
        if header:
            headers["Authorization"] = header
        left = max(ends - time.monotonic(), 0.001)
        timeouts = (min(self.retry.connect_timeout, left), min(self.retry.read_timeout, left))
        try:
            with self._session.request(
                request.method,
                self.base_url + request.path,
                params=dict(request.query),
                data=request.body,
                headers=headers,
                timeout=timeouts,
                # A redirect would carry the token to another host and turn a POST into a GET.
                allow_redirects=False,
                stream=True,
            ) as answer:
                return Response(answer.status_code, answer.headers, _body(answer, ends))
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise self._no_answer(request, error) from None

    def _no_answer(self, request: Request, error: Exception) -> SyneriseError:
        host = urlsplit(self.base_url).netloc
        where = f"{request.method} {request.path} at {host}"
        if isinstance(error, requests.exceptions.SSLError):
            return TransportError(
                f"{where}: the server's certificate was refused.",
                code="tls",
                retryable=False,
                hint="Set REQUESTS_CA_BUNDLE to your organisation's CA file.",
            )
        if isinstance(error, requests.exceptions.ConnectTimeout | requests.ReadTimeout):
            return TransportError(
                f"{where}: no answer in time.",
                code="timeout",
                hint="Ask for a shorter window, or connect with "
                "retry=RetryPolicy(read_timeout=..., deadline=...).",
            )
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
            return TransportError(
                f"{where}: this is no address.",
                code="address",
                retryable=False,
                hint="Give host= as 'https://api.synerise.com'.",
            )
        return TransportError(
            f"{where}: no connection, or it was cut ({type(error).__name__}).",
            hint="Check the host, your network and HTTPS_PROXY; "
            "sf.show_config() says which host is in effect.",
        )


def _body(answer: requests.Response, ends: float) -> bytes:
    """Read the body to its end, but not beyond the deadline however slowly it drips."""
    parts = []
    while chunk := answer.raw.read1(_CHUNK, decode_content=True):
        parts.append(chunk)
        if time.monotonic() > ends:
            raise requests.ReadTimeout
    return b"".join(parts)


def retry_after(response: Response) -> float | None:
    """Give the seconds that the server asks to wait, if it does."""
    return parse_retry_after(response.headers.get("Retry-After"))
