"""Tokens: signed, with an end, and good for the process that gave them."""

from __future__ import annotations

import math
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt

from synerise_frames.sandbox.callers import Caller
from synerise_frames.sandbox.problems import unauthorized

_ALGORITHM = "HS512"


@dataclass(frozen=True)
class Token:
    """A new token, and from when to when it is good (seconds since 1970)."""

    value: str
    created: float
    expires: int


class Tokens:
    """Gives tokens and reads them.

    Parameters
    ----------
    workspace_guid : str
        What the tokens say they are for.
    lifetime : float
        Seconds that a token is good for. ``exp`` is in whole seconds, rounded up.
    """

    def __init__(self, workspace_guid: str, lifetime: float) -> None:
        self._guid = workspace_guid
        self._lifetime = lifetime
        # HS512 wants a secret as long as its hash; tokens end with the process anyway.
        self._secret = secrets.token_bytes(64)
        # The signature of a token is checked once, its end on each request.
        self._claims = lru_cache(maxsize=1024)(self._read)

    def give(self, caller: Caller) -> Token:
        """Give a token to a caller. What its key lacks is not written into it."""
        now = time.time()
        expires = math.ceil(now + self._lifetime)
        claims = {
            "iss": "synerise-frames sandbox",
            "sub": self._guid,
            "rlm": caller.kind,
            "who": caller.name,
            "num": caller.number,
            "mfa": caller.confirmed,
            "sel": caller.selected,
            "jti": secrets.token_hex(8),
            "iat": math.floor(now),
            "exp": expires,
        }
        return Token(jwt.encode(claims, self._secret, algorithm=_ALGORITHM), now, expires)

    def read(self, token: str) -> Caller:
        """Give the caller that a token was given to.

        Raises
        ------
        Problem
            401 if the token is not valid or over.
        """
        try:
            caller, expires = self._claims(token)
        except jwt.InvalidTokenError:
            raise unauthorized("The token is not valid.") from None
        if time.time() >= expires:
            raise unauthorized("The token has expired.")
        return caller

    def _read(self, token: str) -> tuple[Caller, int]:
        claims: dict[str, Any] = jwt.decode(
            token,
            self._secret,
            algorithms=[_ALGORITHM],
            options={"require": ["exp"], "verify_exp": False, "verify_iat": False},
        )
        caller = Caller(
            claims["rlm"],
            claims["who"],
            claims["num"],
            confirmed=claims["mfa"],
            selected=claims["sel"],
        )
        return caller, claims["exp"]
