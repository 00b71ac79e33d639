"""Who may do what: keys, the tokens given for them, and their permissions."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt

from synerise_frames.sandbox.problems import Problem, unauthorized
from synerise_frames.wire.operations import Operation

_ALGORITHM = "HS512"

#: Public client code of the vendor sends Basic on these calls only, so only these take it.
BASIC_OPERATIONS = frozenset({"aggregates.calculate", "expressions.calculate"})


@dataclass(frozen=True)
class ApiKey:
    """A workspace key. It may do everything but what is in ``denied``."""

    value: str = field(repr=False)
    denied: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """A name for the key that does not give it away."""
        return hashlib.sha256(self.value.encode()).hexdigest()[:16]


def new_key() -> ApiKey:
    """Make a random key that may do everything."""
    return ApiKey(secrets.token_urlsafe(24))


class Gate:
    """Lets requests in, or says why not.

    Parameters
    ----------
    keys : sequence of ApiKey
        The keys of the workspace.
    workspace_guid : str
        The user name of Basic authorization.
    token_lifetime : float
        Seconds that a token is good for. ``exp`` is in whole seconds, rounded up.
    """

    def __init__(
        self, keys: Sequence[ApiKey], *, workspace_guid: str, token_lifetime: float
    ) -> None:
        self._keys = {key.fingerprint: key for key in keys}
        self._guid = workspace_guid
        self._lifetime = token_lifetime
        # HS512 wants a secret as long as its hash; tokens end with the process anyway.
        self._secret = secrets.token_bytes(64)
        # The signature of a token is checked once, its end on each request.
        self._claims = lru_cache(maxsize=1024)(self._read)

    def login(self, api_key: str) -> str:
        """Give a token for a workspace key.

        Raises
        ------
        Problem
            401 if the key is unknown.
        """
        key = self._find(api_key)
        if key is None:
            raise unauthorized("The API key is not known.")
        now = time.time()
        claims = {
            "iss": "synerise-frames sandbox",
            "sub": self._guid,
            "apk": key.fingerprint,
            "jti": secrets.token_hex(8),
            "iat": math.floor(now),
            "exp": math.ceil(now + self._lifetime),
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def admit(self, operation: Operation, authorization: str | None) -> None:
        """Check that a request may call `operation`.

        Raises
        ------
        Problem
            401 without good credentials, 403 if their key lacks a permission.
        """
        key = self._identify(operation, authorization)
        # The reference prints "permissions required: A, B", read here as: all of them.
        lacking = [name for name in operation.permissions if name in key.denied]
        if lacking:
            raise Problem(403, f"The API key lacks the permission {lacking[0]}.")

    def _identify(self, operation: Operation, authorization: str | None) -> ApiKey:
        scheme, _, credentials = (authorization or "").strip().partition(" ")
        if scheme.lower() == "bearer":
            return self._bearer(credentials.strip())
        if scheme.lower() != "basic":
            raise unauthorized("Full authentication is required: send a Bearer token.")
        if operation.key not in BASIC_OPERATIONS:
            raise unauthorized("Basic authorization is not accepted here: send a Bearer token.")
        return self._basic(credentials.strip())

    def _bearer(self, token: str) -> ApiKey:
        try:
            claims = self._claims(token)
        except jwt.InvalidTokenError:
            raise unauthorized("The token is not valid.") from None
        if time.time() >= claims["exp"]:
            raise unauthorized("The token has expired.")
        return self._keys[claims["apk"]]

    def _read(self, token: str) -> dict[str, Any]:
        return jwt.decode(
            token,
            self._secret,
            algorithms=[_ALGORITHM],
            options={"require": ["exp", "apk"], "verify_exp": False, "verify_iat": False},
        )

    def _basic(self, credentials: str) -> ApiKey:
        try:
            guid, _, api_key = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise unauthorized("The Basic credentials cannot be read.") from None
        key = self._find(api_key)
        if key is None or guid != self._guid:
            raise unauthorized("The workspace or its API key is not known.")
        return key

    def _find(self, api_key: str) -> ApiKey | None:
        given = api_key.encode()
        # Every key is compared, each in constant time.
        matches = [k for k in self._keys.values() if hmac.compare_digest(k.value.encode(), given)]
        return matches[0] if matches else None
