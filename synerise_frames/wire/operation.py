"""What one operation of the HTTP API is: the shape of a registry row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Evidence = Literal["reference", "public", "inferred", "guess"]
Effect = Literal["read", "calculate", "write", "login"]
Shape = Literal["object", "array", "text", "nothing"]

#: Query parameters that every paginated list prints.
LIST_QUERY = ("page", "limit", "search", "sortBy", "directoryId", "ids")


@dataclass(frozen=True)
class Limits:
    """Documented limits of an operation; ``None`` where the reference states none."""

    items: int | None = None
    per_second: int | None = None
    per_profile_per_second: int | None = None


@dataclass(frozen=True)
class Operation:
    """One operation of the reference.

    ``evidence`` is about the *path*: printed in the reference, seen in public client
    code of the vendor, inferred from a sibling, or guessed. ``required`` names the body
    fields that the reference marks as required.
    """

    key: str
    tag: str
    summary: str
    method: str
    path: str
    evidence: Evidence
    effect: Effect
    permissions: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ("user", "workspace")
    query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    limits: Limits | None = None
    answers: Literal["json", "csv"] = "json"
    shape: Shape = "nothing"
    printed: tuple[str, ...] = ()
    creates: bool = False

    @property
    def verified(self) -> bool:
        """Whether the path is printed or public."""
        return self.evidence in ("reference", "public")

    @property
    def reads(self) -> bool:
        """Whether the operation changes nothing on the server."""
        return self.effect in ("read", "calculate")

    @property
    def writes(self) -> bool:
        """Whether the operation may change something on the server."""
        return self.effect == "write" or self.creates

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """Names of the placeholders in the path template, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))
