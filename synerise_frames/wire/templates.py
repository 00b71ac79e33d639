"""Requests that differ in the profile only: prepared once, filled in for each profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

from synerise_frames.http.limiter import Scope
from synerise_frames.redact import HiddenBytes
from synerise_frames.wire.codec import encode
from synerise_frames.wire.limits import RateLimits
from synerise_frames.wire.operation import Operation

# Stands for the profile while the rest of the body is written.
_PLACE = "\x00profile\x00"


@dataclass(frozen=True)
class Template:
    """A call of one operation with everything but the profile.

    Parameters
    ----------
    op : Operation
        Which one; it takes the profile as ``identifierValue``.
    method, path : str
        As they are sent, with all placeholders filled.
    values : mapping
        What the placeholders were filled with.
    more : mapping
        Fields of the body beside the profile.
    limits : RateLimits
        Limits of the workspace.
    """

    op: Operation
    method: str
    path: str
    values: Mapping[str, str]
    more: Mapping[str, Any]
    limits: RateLimits
    _head: bytes = field(init=False, repr=False)
    _tail: bytes = field(init=False, repr=False)
    _shared: tuple[Scope, ...] = field(init=False, repr=False)
    _own: tuple[Scope, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        body = {**self.more, "identifierValue": _PLACE}
        head, _, tail = encode(body).partition(encode(_PLACE))
        scopes = self.limits.scopes(self.op, self.values, body)
        shared = tuple(scope for scope in scopes if scope.subject is None)
        own = tuple(scope for scope in scopes if scope.subject is not None)
        for name, value in {"_head": head, "_tail": tail, "_shared": shared, "_own": own}.items():
            object.__setattr__(self, name, value)

    def body(self, profile: str) -> bytes:
        """Give the body for one profile: the bytes that any other call of the same has."""
        return HiddenBytes(self._head + encode_basestring(profile).encode() + self._tail)

    def scopes(self, profile: str) -> tuple[Scope, ...]:
        """Give the limits that the call for one profile falls under."""
        own = [Scope(scope.name, scope.per_second, profile) for scope in self._own]
        return (*self._shared, *own)
