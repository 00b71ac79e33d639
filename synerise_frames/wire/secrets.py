"""Which fields of logins are secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.redact import remember_secret

_SECRET = ("apikey", "password", "token", "verificationcode")


def remember_secrets(body: Any) -> None:
    """Mask the secrets of a login or of its answer in every later message of this process."""
    for name, value in body.items() if isinstance(body, Mapping) else ():
        if isinstance(value, str) and str(name).lower().endswith(_SECRET):
            remember_secret(value)
