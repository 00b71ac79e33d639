"""What one operation of the HTTP API is: the shape of a registry row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Evidence = Literal["reference", "public", "inferred", "guess"]
Effect = Literal["read", "calculate", "write", "login"]
Shape = Literal["object", "array", "text", "nothing"]

#: A parameter or field, and the values that the reference prints for it.
Enum: TypeAlias = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Limits:
    """Documented limits of an operation; ``None`` where the reference states none."""

    items: int | None = None
    per_second: int | None = None
    per_profile_per_second: int | None = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of the reference. Names are spelled as the reference spells them.

    Attributes
    ----------
    key : str
        The library's own name of it, ``"<family>.<verb>"``.
    tag, summary : str
        Its headings in the reference, to the letter: an OpenAPI file is matched by them.
    method, path : str
        The library's default; other ones can take their place.
    evidence : str
        How the *path* is known: printed in the reference, seen in public client code or
        documentation of the vendor, inferred from a printed sibling, or guessed.
    effect : str
        What it does on the server. A ``"login"`` gives a token.
    permissions : tuple of str
        What an API key needs: all of them. (The roles of users have other names.)
    consumers : tuple of str
        Whose token it takes: ``"user"``, ``"workspace"``, ``"profile"``, ``"anonymous"``
        (an anonymous profile). None where it takes no token.
    query, required_query : tuple of str
        Query parameters, and those of them that are required.
    body, required : tuple of str
        Top-level fields of the body in printed order, and those of them that are required.
    enums : tuple of (str, tuple of str)
        The printed values of parameters and fields, for those that have such.
        ``namespace`` is left out: it is a constant.
    limits : Limits, optional
        Documented limits.
    answers : {"json", "csv"}
        What a success is written in.
    shape : str
        Top level of the printed success answer; ``"text"`` is a bare JSON string. It is
        ``"nothing"`` where the reference prints no success answer, which does not say that
        nothing comes: the CSV preview is one of these.
    printed : tuple of str
        Top-level keys of the printed success answer in printed order. Items of arrays are
        printed without their keys, so arrays have none here.
    creates : bool
        Whether a login may leave a profile behind that was not there before.
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
    required_query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    enums: tuple[Enum, ...] = ()
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

    @property
    def path_arguments(self) -> tuple[str, ...]:
        """Those of them that a caller has to give: the namespace is a constant."""
        return tuple(name for name in self.path_parameters if name != "namespace")

    def values(self, name: str) -> tuple[str, ...]:
        """Give the printed values of a parameter or field; none if any value will do."""
        return dict(self.enums).get(name, ())
