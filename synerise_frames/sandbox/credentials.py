"""The sandbox's secrets: random per start, or from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Fixes the workspace's key, for shells and scripts that start apart from the server.
KEY_VARIABLE = "SYNERISE_SANDBOX_KEY"
#: Fixes the key for logins of profiles.
PROFILE_KEY_VARIABLE = "SYNERISE_SANDBOX_PROFILE_KEY"
#: Fixes the password of the demo users and of all profiles.
PASSWORD_VARIABLE = "SYNERISE_SANDBOX_PASSWORD"  # noqa: S105 - a name, not a password
#: Fixes the code of the second factor.
MFA_CODE_VARIABLE = "SYNERISE_SANDBOX_MFA_CODE"


@dataclass(frozen=True)
class Credentials:
    """What logs in the workspace, users and profiles.

    Attributes
    ----------
    api_key : str
        The key of the workspace.
    profile_key : str
        The key that profiles log in with; no workspace key.
    password : str
        Of every demo user and every profile.
    mfa_code : str
        What the second factor of a user answers, whatever its type.
    """

    api_key: str = field(repr=False)
    profile_key: str = field(repr=False)
    password: str = field(repr=False)
    mfa_code: str = field(repr=False)


def credentials(environment: Mapping[str, str] = os.environ) -> Credentials:
    """Give what the environment fixes, and else random values."""
    return Credentials(
        environment.get(KEY_VARIABLE) or secrets.token_urlsafe(24),
        environment.get(PROFILE_KEY_VARIABLE) or secrets.token_urlsafe(24),
        environment.get(PASSWORD_VARIABLE) or secrets.token_urlsafe(12),
        environment.get(MFA_CODE_VARIABLE) or f"{secrets.randbelow(1_000_000):06}",
    )
