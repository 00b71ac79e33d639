"""Tokens: obtained once for all threads, renewed before they end and after a refusal."""

from __future__ import annotations

import base64
import copy
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from synerise_frames.errors import ConfigError, SyneriseError
from synerise_frames.redact import HiddenText, Secret

# Renew so many seconds before the end; less for tokens that hardly live longer than that.
_MARGIN = 60.0
_MARGIN_SHARE = 0.2

# A login that was refused is not repeated for so many seconds; twice as many after each further
# refusal, at most so many.
_FIRST_REST = 2.0
_LONGEST_REST = 60.0

# A server that refuses the tokens which it gives is asked for so many new ones in so many seconds.
_MOST_RENEWALS = 3
_RENEWALS_WITHIN = 10.0


_SENDABLE = re.compile(r"[\x21-\x7e]+")


def can_be_sent(token: str) -> bool:
    """Say whether a token can stand in a header: a line end in it would begin another one."""
    return bool(_SENDABLE.fullmatch(token))


class Authorizer(Protocol):
    """What puts the ``Authorization`` header on a request."""

    def header(self) -> str:
        """Give the header's value."""
        ...

    def renew(self, refused: str) -> bool:
        """React to a 401 for the header `refused`; say whether another try makes sense."""
        ...

    def lifetime(self) -> float | None:
        """Give the seconds until the credentials are replaced, if they ever are."""
        ...


@dataclass(frozen=True)
class Token:
    """A token, and the moment on this process's own clock at which to replace it."""

    value: Secret
    renew_at: float


def read_token(value: str, now: float) -> Token:
    """Read when a JSON Web Token ends, from its ``exp``.

    The lifetime is counted from `now` on a clock that nobody sets, so a wrong clock on this
    machine does no harm as long as the token says when it was issued (``iat``).
    """
    claims = _claims(value)
    ends, issued = claims.get("exp"), claims.get("iat", time.time())
    if not isinstance(ends, float) or not isinstance(issued, float) or not ends > issued:
        # Also a new token that seems to be over, for then a clock is wrong: used until the
        # server refuses it.
        return Token(Secret(value), float("inf"))
    lifetime = ends - issued
    return Token(Secret(value), now + lifetime - min(_MARGIN, lifetime * _MARGIN_SHARE))


def _claims(value: str) -> dict[str, object]:
    """Read the claims of a token without checking its signature: that is the server's part."""
    try:
        payload = value.split(".")[1]
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        # A whole number that is larger than any float is infinite then.
        claims = json.loads(text, parse_int=float)
    except (IndexError, ValueError, RecursionError):
        return {}  # An opaque token: used until the server refuses it.
    return claims if isinstance(claims, dict) else {}


class BearerTokens:
    """The tokens of one workspace.

    Parameters
    ----------
    login : callable
        Obtains a token from the server; called by one thread at a time.
    clock : callable
        Seconds on a clock that nobody sets.
    """

    def __init__(
        self, login: Callable[[], str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._login = login
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._failures = 0
        self._failure: SyneriseError | None = None
        self._rest = 0.0
        self._rest_until = float("-inf")
        self._renewals: deque[float] = deque(maxlen=_MOST_RENEWALS)

    def header(self) -> str:
        """Give the header's value, logging in where there is no token or it is about to end.

        Raises
        ------
        SyneriseError
            If the login fails; threads that waited for it get the same error. One that was
            refused is not repeated at once, but its error is raised again.
        """
        seen = self._failures
        with self._lock:
            now = self._clock()
            if self._token is None or now >= self._token.renew_at:
                if self._failure and now < self._rest_until:
                    raise _again(self._failure, self._rest_until - now)
                if self._failure and seen != self._failures:
                    raise copy.copy(self._failure)
                self._token = self._renewed()
            return HiddenText(f"Bearer {self._token.value.reveal()}")

    def _renewed(self) -> Token:
        try:
            token = read_token(self._login(), self._clock())
        except SyneriseError as error:
            self._failures += 1
            self._failure = copy.copy(error)
            # What may pass by itself has been tried again already, at the limiter's pace.
            if not error.retryable:
                self._rest = min(self._rest * 2 or _FIRST_REST, _LONGEST_REST)
                self._rest_until = self._clock() + self._rest
            raise
        self._rest, self._failure = 0.0, None
        return token

    def lifetime(self) -> float | None:
        """Give the seconds until the token is replaced, if it says when it ends."""
        with self._lock:
            left = self._token.renew_at - self._clock() if self._token else 0.0
        return None if left == float("inf") else max(left, 0.0)

    def renew(self, refused: str) -> bool:
        """Forget the refused token, unless another thread has replaced it already.

        False if the server refused too many tokens lately: another one would be refused too.
        """
        with self._lock:
            if self._token is None or f"Bearer {self._token.value.reveal()}" != refused:
                return True
            now = self._clock()
            many = len(self._renewals) == _MOST_RENEWALS
            if many and now - self._renewals[0] < _RENEWALS_WITHIN:
                return False
            self._renewals.append(now)
            self._token = None
        return True


def _again(error: SyneriseError, seconds: float) -> SyneriseError:
    """Give the error of a login for somebody who asks again too soon."""
    again = copy.copy(error)
    again.hint = (
        f"{error.hint} The login was not repeated; it may be in {seconds:.0f} s, "
        "or at once by a new sf.connect()."
    ).lstrip()
    return again


class BasicAuth:
    """A workspace GUID and its key, sent with each call."""

    def __init__(self, workspace_guid: str, api_key: Secret) -> None:
        pair = f"{workspace_guid}:{api_key.reveal()}".encode()
        self._pair = Secret(base64.b64encode(pair).decode())

    def header(self) -> str:
        """Give the header's value."""
        return HiddenText(f"Basic {self._pair.reveal()}")

    def renew(self, refused: str) -> bool:  # noqa: ARG002
        """Say that a refused key stays refused."""
        return False

    def lifetime(self) -> float | None:
        """Say that a key does not end by itself."""
        return None


class FixedToken:
    """One token that cannot be renewed, such as a profile's.

    Raises
    ------
    ConfigError
        If it is none.
    """

    def __init__(self, token: str) -> None:
        if not can_be_sent(token):
            raise ConfigError(
                "This is no token: it is empty, or has characters that cannot be sent.",
                hint="Pass it as ws.auth.login_profile(...) gave it.",
            )
        self._token = Secret(token)

    def header(self) -> str:
        """Give the header's value."""
        return HiddenText(f"Bearer {self._token.reveal()}")

    def renew(self, refused: str) -> bool:  # noqa: ARG002
        """Say that a refused token stays refused."""
        return False

    def lifetime(self) -> float | None:
        """Say that nothing replaces this token."""
        return None
