"""Tokens of profiles: what the profile logins of the API answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from synerise_frames.errors import AuthError, ShapeError
from synerise_frames.http.tokens import can_be_sent
from synerise_frames.redact import Secret, redact

# Above this a number of seconds would be a date far in the future: it is milliseconds.
_MILLISECONDS = 1e11


@dataclass(frozen=True)
class ProfileToken:
    """A token of one profile. Its value is never shown; ``.reveal()`` gives it.

    Attributes
    ----------
    expires_at, created_at : datetime or None
        Aware, in UTC; as the answer says, where it does.
    origin, custom_id, realm : str or None
        As the answer says, where it does.
    extra : dict
        What else was answered.
    """

    token: Secret
    expires_at: datetime | None = None
    created_at: datetime | None = None
    origin: str | None = None
    custom_id: str | None = None
    realm: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def reveal(self) -> str:
        """Give the token itself."""
        return self.token.reveal()


def read_profile_token(payload: Any) -> ProfileToken:
    """Read the answer of a profile login.

    Raises
    ------
    AuthError
        If the login is bound to conditions (of the conditional login).
    ShapeError
        If the answer holds no token.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("token"), str | None):
        raise _without()
    known = dict(payload)
    token = known.pop("token", None)
    if not token:
        wanted = redact(repr({k: known[k] for k in ("status", "conditions") if k in known}))
        raise AuthError(
            f"The profile was not logged in: {wanted}.",
            hint="Fulfil the conditions that the server lists, then log in again.",
        )
    if not can_be_sent(token):
        raise _without()
    return ProfileToken(
        Secret(token),
        expires_at=_moment(known.pop("expiration", None)),
        created_at=_moment(known.pop("created", None)),
        origin=known.pop("origin", None),
        custom_id=known.pop("customId", None),
        realm=known.pop("realm", None),
        extra=known,
    )


def _without() -> ShapeError:
    return ShapeError(
        "The login answered without a token.",
        path="$.token",
        hint="Check host= and paths=: this is not the answer of a profile's login.",
    )


def _moment(value: Any) -> datetime | None:
    """Read seconds or milliseconds: the reference prints one of each."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = value / 1000 if value >= _MILLISECONDS else value
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
