"""Rate limits of operations: those that the reference prints, and those that the user sets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synerise_frames.errors import ConfigError
from synerise_frames.http.limiter import Scope
from synerise_frames.wire.operation import Operation


@dataclass(frozen=True)
class RateLimits:
    """How many requests a second this workspace may send, beside the documented limits.

    The reference prints limits for the membership check alone: 500 a second, 10 a second and
    profile. They always hold.

    Attributes
    ----------
    per_second : float, optional
        Of all operations together.
    per_profile_per_second : float, optional
        Of all operations about one profile together.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> ws = sf.connect(api_key="not-a-real-key", limits=sf.RateLimits(per_second=50))
    """

    per_second: float | None = None
    per_profile_per_second: float | None = None

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            number = isinstance(value, int | float) and math.isfinite(value) and value > 0
            if value is not None and not number:
                raise ConfigError(
                    f"RateLimits({name}={value!r}) lets nothing through.",
                    hint="Give a number above 0, or leave it out.",
                )

    def scopes(self, op: Operation, path: Mapping[str, str], body: Any) -> tuple[Scope, ...]:
        """Give the limits that a call falls under."""
        profile = path.get("clientId")
        if isinstance(body, Mapping):
            profile = body.get("identifierValue", profile)
        printed = op.limits
        shared = {"all": self.per_second, op.key: printed.per_second if printed else None}
        own = {
            "all": self.per_profile_per_second,
            op.key: printed.per_profile_per_second if printed else None,
        }
        scopes = [Scope(name, rate) for name, rate in shared.items() if rate]
        if profile is not None:
            scopes += [Scope(name, rate, str(profile)) for name, rate in own.items() if rate]
        return tuple(scopes)
