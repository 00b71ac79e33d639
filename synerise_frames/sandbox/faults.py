"""Faults: what a local workspace is to do wrong, and how often, as a value."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from synerise_frames.errors import ConfigError
from synerise_frames.suggest import did_you_mean

__all__ = ["Faults"]

#: Faults that a request has at most one of, in the order in which they are drawn.
SHARES = ("rate_limited", "failing", "cut", "slow", "html")
_SECONDS = ("latency", "retry_after", "slow_seconds")

# A hundred years: no calendar ends before that.
_LATEST_DAYS = 36_500


@dataclass(frozen=True)
class Faults:
    """How a local workspace behaves on a bad day.

    Only calls below ``/analytics`` and ``/metrics`` of the registry have faults: logins, the
    check of permissions and the health check have none. Shares are drawn for each request.

    Attributes
    ----------
    latency : float, default 0
        Seconds that every answer takes longer.
    rate_limited : float, default 0
        Share answered by a 429 with ``Retry-After``.
    retry_after : float, default 0.2
        The seconds that such a 429 asks for.
    failing : float, default 0
        Share answered by a 500, 502 or 503, in turn.
    cut : float, default 0
        Share whose connection ends without an answer: in turn closed before the work, reset
        after it, and closed in the middle of the answer.
    slow : float, default 0
        Share answered `slow_seconds` later.
    slow_seconds : float, default 1
        How slow that is.
    html : float, default 0
        Share answered as a gateway may: a 502 with a page of HTML.
    late : float, default 0
        Share of the events that become known only `late_days` after they happened: until then
        calculations do not count them. With the clock at the end of the data, the last days only.
    late_days : float, default 2
        How late that is.
    per_second : float, optional
        Real limit of requests a second; what is above is answered by a 429 whose
        ``Retry-After`` says when there is room again.
    seed : int, optional
        Draw the same each time.

    Raises
    ------
    ConfigError
        If a value is none, or the shares are more than everything.

    Examples
    --------
    >>> from synerise_frames.sandbox import Faults
    >>> rough = Faults(rate_limited=0.05, failing=0.02, cut=0.01, slow=0.01)
    >>> Faults.parse("rate_limited=0.05, failing=0.02, cut=0.01, slow=0.01") == rough
    True
    """

    latency: float = 0.0
    rate_limited: float = 0.0
    retry_after: float = 0.2
    failing: float = 0.0
    cut: float = 0.0
    slow: float = 0.0
    slow_seconds: float = 1.0
    html: float = 0.0
    late: float = 0.0
    late_days: float = 2.0
    per_second: float | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        for name in _SECONDS:
            _check(name, getattr(self, name), "seconds, 0 or more", math.inf)
        _check("late_days", self.late_days, f"days, 0 to {_LATEST_DAYS}", _LATEST_DAYS)
        for name in (*SHARES, "late"):
            _check(name, getattr(self, name), "a share between 0 and 1", 1)
        if sum(getattr(self, name) for name in SHARES) > 1 + 1e-9:
            raise ConfigError(
                "The shares of faults are more than 1 together.",
                hint=f"Lower some of {', '.join(SHARES)}: a request has one fault at most.",
            )
        if self.per_second is not None:
            _check("per_second", self.per_second or None, "requests a second, above 0", math.inf)
        if self.seed is not None and type(self.seed) is not int:
            raise _wrong("seed", self.seed, "a whole number")

    def __str__(self) -> str:
        """Give the text that :meth:`parse` reads: what differs from the defaults."""
        given = ((f.name, getattr(self, f.name), f.default) for f in fields(self))
        return ",".join(f"{name}={value!r}" for name, value, default in given if value != default)

    def __bool__(self) -> bool:
        """Whether there is anything that a client could notice."""
        return bool(self.latency or self.per_second or any(getattr(self, name) for name in SHARES))

    @classmethod
    def parse(cls, text: str, **more: float | None) -> Faults:
        """Read ``name=number`` pairs with commas between them.

        Parameters
        ----------
        text : str
            Such as ``"rate_limited=0.05,failing=0.02"``.
        **more : float, optional
            Further attributes, which win over the text; ``None`` is left out.

        Raises
        ------
        ConfigError
            If a name is unknown (the hint has close matches), is there twice, or has no number.
        """
        known = {f.name for f in fields(cls)}
        found: dict[str, Any] = {}
        for pair in filter(None, (piece.strip() for piece in text.split(","))):
            name, equals, number = (part.strip() for part in pair.partition("="))
            if name not in known:
                raise ConfigError(
                    f"There is no fault {name!r}.",
                    hint=did_you_mean(name, known, most=2)
                    + f"There are {', '.join(sorted(known))}.",
                )
            if name in found:
                raise ConfigError(f"{name} is given twice.", hint="Leave one out.")
            if not equals:
                raise ConfigError(f"{name} has no number.", hint=f"Write {name}=0.05.")
            found[name] = _number(name, number)
        return cls(**{**found, **{name: one for name, one in more.items() if one is not None}})


def _number(name: str, text: str) -> float:
    try:
        return int(text) if name == "seed" else float(text)
    except ValueError:
        raise _wrong(name, text, "a whole number" if name == "seed" else "a number") from None


def _check(name: str, value: object, what: str, most: float) -> None:
    # To Python a flag is a number too.
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not (math.isfinite(number) and 0 <= number <= most):
        raise _wrong(name, value, what)


def _wrong(name: str, value: object, what: str) -> ConfigError:
    return ConfigError(f"Faults({name}={value!r}) cannot be.", hint=f"Give {what}.")
