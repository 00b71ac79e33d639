"""Tokens: obtained once for all threads, renewed before they end and after a refusal."""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from synerise_frames.errors import SyneriseError
from synerise_frames.redact import Secret

# Renew so many seconds before the end; less for tokens that hardly live longer than that.
_MARGIN = 60.0
_MARGIN_SHARE = 0.2


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


def read_token(value: str) -> Token:
    """Read when a JSON Web Token ends, from its ``exp``.

    The lifetime is counted from now on a clock that nobody sets, so a wrong clock on this
    machine does no harm as long as the token says when it was issued (``iat``).
    """
    claims = _claims(value)
    ends, issued = claims.get("exp"), claims.get("iat", time.time())
    if not isinstance(ends, int | float) or not isinstance(issued, int | float):
        return Token(Secret(value), float("inf"))
    lifetime = max(ends - issued, 0.0)
    return Token(
        Secret(value), time.monotonic() + lifetime - min(_MARGIN, lifetime * _MARGIN_SHARE)
    )


def _claims(value: str) -> dict[str, object]:
    """Read the claims of a token without checking its signature: that is the server's part."""
    try:
        payload = value.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError, binascii.Error):
        return {}  # An opaque token: used until the server refuses it.
    return claims if isinstance(claims, dict) else {}


class BearerTokens:
    """The tokens of one workspace.

    Parameters
    ----------
    login : callable
        Obtains a token from the server; called by one thread at a time.
    """

    def __init__(self, login: Callable[[], str]) -> None:
        self._login = login
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._failures = 0
        self._refusal: SyneriseError | None = None

    def header(self) -> str:
        """Give the header's value, logging in where there is no token or it is about to end.

        Raises
        ------
        SyneriseError
            If the login fails; threads that waited for it get the same error.
        """
        seen = self._failures
        with self._lock:
            if self._token is None or time.monotonic() >= self._token.renew_at:
                if self._refusal and seen != self._failures:
                    raise self._refusal.with_traceback(None)
                self._token = self._renewed()
            return f"Bearer {self._token.value.reveal()}"

    def _renewed(self) -> Token:
        try:
            return read_token(self._login())
        except SyneriseError as error:
            self._failures += 1
            self._refusal = error
            raise

    def lifetime(self) -> float | None:
        """Give the seconds until the token is replaced, if it says when it ends."""
        with self._lock:
            left = self._token.renew_at - time.monotonic() if self._token else 0.0
        return None if left == float("inf") else max(left, 0.0)

    def renew(self, refused: str) -> bool:
        """Forget the refused token, unless another thread has replaced it already."""
        with self._lock:
            if self._token and f"Bearer {self._token.value.reveal()}" == refused:
                self._token = None
        return True


class BasicAuth:
    """A workspace GUID and its key, sent with each call."""

    def __init__(self, workspace_guid: str, api_key: Secret) -> None:
        pair = f"{workspace_guid}:{api_key.reveal()}".encode()
        self._pair = Secret(base64.b64encode(pair).decode())

    def header(self) -> str:
        """Give the header's value."""
        return f"Basic {self._pair.reveal()}"

    def renew(self, refused: str) -> bool:  # noqa: ARG002
        """Say that a refused key stays refused."""
        return False

    def lifetime(self) -> float | None:
        """Say that a key does not end by itself."""
        return None


class FixedToken:
    """One token that cannot be renewed, such as a profile's."""

    def __init__(self, token: str) -> None:
        self._token = Secret(token)

    def header(self) -> str:
        """Give the header's value."""
        return f"Bearer {self._token.reveal()}"

    def renew(self, refused: str) -> bool:  # noqa: ARG002
        """Say that a refused token stays refused."""
        return False

    def lifetime(self) -> float | None:
        """Say that nothing replaces this token."""
        return None
