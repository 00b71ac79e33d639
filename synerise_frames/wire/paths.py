"""Which method and path an operation has for this workspace, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import quote

from synerise_frames.errors import ConfigError
from synerise_frames.wire.operations import OPERATIONS, Evidence, Operation, operation

#: Every printed path has this namespace; no other exists.
NAMESPACE = "profiles"

#: Where a route is known from: the registry's evidence, or who put it right.
Source: TypeAlias = Evidence | Literal["openapi", "probe", "user"]

_FORM = re.compile(r"(?:(GET|POST|PUT|PATCH|DELETE)\s+)?(/\S*)")


@dataclass(frozen=True)
class Route:
    """Method and path template of an operation, and where they are known from.

    The placeholders are those of the registry, whatever another document calls them.
    """

    method: str
    path: str
    source: Source

    @property
    def verified(self) -> bool:
        """Whether the route is more than inferred or guessed."""
        return self.source not in ("inferred", "guess")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class PathBook:
    """The paths in effect: the registry's, with better ones in their place.

    Parameters
    ----------
    overrides : mapping
        Operation key to path template, optionally with a method before it
        (``"PATCH /analytics/…"``), as the user gave them. They win over `found`.
    found : mapping
        Operation key to route, from an OpenAPI document or a probe.
    trusted : bool, default False
        The server is known to use the registry's paths (the embedded workspace).

    Raises
    ------
    ConfigError
        If a key is unknown or a path is malformed.
    """

    def __init__(
        self,
        overrides: Mapping[str, str] | None = None,
        *,
        found: Mapping[str, Route] | None = None,
        trusted: bool = False,
    ) -> None:
        self._trusted = trusted
        if overrides is not None and not isinstance(overrides, Mapping):
            raise ConfigError(
                f"paths={overrides!r} maps no operations to paths.",
                hint="Write paths={'trends.calculate': '/…/{trendId}/…'}; ws.operations() lists "
                "every key.",
            )
        given = {key: parse_route(key, text) for key, text in (overrides or {}).items()}
        self._better = {**(found or {}), **given}

    def route(self, op: Operation) -> Route:
        """Give the route of an operation."""
        return self._better.get(op.key) or Route(op.method, op.path, op.evidence)

    def verified(self, op: Operation) -> bool:
        """Whether the path is printed, public, put right, or known of this server."""
        return self._trusted or self.route(op).verified

    def fill(self, op: Operation, values: Mapping[str, str]) -> str:
        """Put the values in the placeholders of the path."""
        filled = {"namespace": NAMESPACE, **values}
        for name in op.path_parameters:
            # Dots would be taken for a way up, an empty part would ask for another path.
            if filled.get(name, "") in ("", ".", "..") or not is_text(str(filled[name])):
                raise ConfigError(
                    f"{op.summary}: {name} is {filled.get(name)!r}.", hint="Give an id."
                )
        path = self.route(op).path
        return re.sub(r"\{(\w+)\}", lambda m: quote(str(filled[m[1]]), safe=""), path)


def methods(op: Operation) -> tuple[str, ...]:
    """Give the methods that do no more than the operation means to."""
    if op.reads:
        return ("GET", "POST")
    if op.effect == "login":
        return ("GET", "POST", "PUT", "PATCH")
    return ("DELETE", "POST") if "delete" in op.key else ("POST", "PUT", "PATCH")


def is_text(value: object) -> bool:
    """Say whether this is text that can be sent; halves of characters cannot."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def parse_route(key: str, text: str, source: Source = "user") -> Route:
    """Read a route from ``"/path/{id}"`` or ``"METHOD /path/{id}"``.

    Raises
    ------
    ConfigError
        If there is no such operation, or the path has not the operation's placeholders.
    """
    op = operation(key)
    found = _FORM.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ConfigError(
            f"paths[{key!r}] = {text!r} is no path.",
            hint=f"Write it from the host on, such as {OPERATIONS[key].path!r}.",
        )
    if found[1] and found[1] not in methods(op):
        raise ConfigError(
            f"paths[{key!r}] = {text!r}: this operation is no {found[1]}.",
            hint=f"It may be {' or '.join(methods(op))}.",
        )
    strange = set(re.findall(r"\{(\w+)\}", found[2])) - {*op.path_parameters, "namespace"}
    if strange:
        raise ConfigError(
            f"paths[{key!r}] has unknown placeholders: {', '.join(sorted(strange))}.",
            hint=f"This operation has {', '.join(op.path_parameters) or 'none'}.",
        )
    lost = [name for name in op.path_parameters if f"{{{name}}}" not in found[2]]
    if set(lost) - {"namespace"}:
        raise ConfigError(
            f"paths[{key!r}] has no place for {', '.join(lost)}.",
            hint=f"The library's own is {op.path!r}.",
        )
    return Route(found[1] or op.method, found[2], source)
