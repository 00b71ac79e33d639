"""A request that is ready to be sent, and the answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synerise_frames.http.limiter import Scope
from synerise_frames.http.retry import parse_retry_after
from synerise_frames.redact import hide


@dataclass(frozen=True)
class Request:
    """One call, apart from who sends it.

    ``repeatable`` says that sending it twice does no harm. ``body`` holds the JSON bytes, which
    are hidden, for there may be a key in them. ``scopes`` are the limits that the request falls
    under.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    repeatable: bool = False
    accept: str = "application/json"
    scopes: tuple[Scope, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        # Notebooks show the value of `request.body` wherever it is written in the code.
        object.__setattr__(self, "body", hide(self.body))


@dataclass(frozen=True)
class Response:
    """One answer, of any status."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the server did what it was asked."""
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks to wait, if it does."""
        return parse_retry_after(self.headers.get("Retry-After"))
