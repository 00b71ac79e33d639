"""Which method and path an operation has for this workspace, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from synerise_frames.errors import ConfigError
from synerise_frames.wire.operations import OPERATIONS, Operation, operation

#: Every printed path has this namespace; no other exists.
NAMESPACE = "profiles"

_FORM = re.compile(r"(?:(GET|POST|PUT|PATCH|DELETE)\s+)?(/\S*)")


class PathBook:
    """The paths in effect: the registry's, with the user's in their place.

    Parameters
    ----------
    overrides : mapping
        Operation key to path template, optionally with a method before it
        (``"PATCH /analytics/…"``).
    trusted : bool, default False
        The server is known to use the registry's paths (the embedded workspace).

    Raises
    ------
    ConfigError
        If a key is unknown or a path is malformed.
    """

    def __init__(
        self, overrides: Mapping[str, str] | None = None, *, trusted: bool = False
    ) -> None:
        self._trusted = trusted
        self._own = {key: _parse(key, path) for key, path in (overrides or {}).items()}

    def route(self, op: Operation) -> tuple[str, str]:
        """Give method and path template of an operation."""
        return self._own.get(op.key, (op.method, op.path))

    def verified(self, op: Operation) -> bool:
        """Whether the path is printed, public, given by the user, or known of this server."""
        return self._trusted or op.verified or op.key in self._own

    def fill(self, op: Operation, values: Mapping[str, str]) -> str:
        """Put the values in the placeholders of the path."""
        filled = {"namespace": NAMESPACE, **values}
        for name in op.path_parameters:
            # Dots would be taken for a way up, an empty part would ask for another path.
            if filled.get(name, "") in ("", ".", ".."):
                raise ConfigError(
                    f"{op.summary}: {name} is {filled.get(name)!r}.", hint="Give an id."
                )
        _, path = self.route(op)
        return re.sub(r"\{(\w+)\}", lambda m: quote(str(filled[m[1]]), safe=""), path)


def _parse(key: str, text: str) -> tuple[str, str]:
    op = operation(key)
    found = _FORM.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ConfigError(
            f"paths[{key!r}] = {text!r} is no path.",
            hint=f"Write it from the host on, such as {OPERATIONS[key].path!r}.",
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
    return found[1] or op.method, found[2]
