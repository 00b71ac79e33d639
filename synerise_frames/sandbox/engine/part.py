"""A part of a definition and where it is, so that every complaint can name the place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from synerise_frames.sandbox.engine.errors import DialectError, suggestion

_T = TypeVar("_T")


@dataclass(frozen=True)
class Part:
    """A JSON value with its path, such as ``analysis.event.where[0]``."""

    value: Any
    path: str

    def error(self, message: str) -> DialectError:
        """Give the error to raise for this part."""
        return DialectError(self.path, message, self.value)

    def has(self, name: str) -> bool:
        """Whether an object has the field, and not null."""
        return isinstance(self.value, Mapping) and self.value.get(name) is not None

    def __getitem__(self, name: str) -> Part:
        value = self.value.get(name) if isinstance(self.value, Mapping) else None
        return Part(value, f"{self.path}.{name}")

    def fields(self, *allowed: str, required: Iterable[str] = ()) -> Part:
        """Check that this is an object with these fields only."""
        if not isinstance(self.value, Mapping):
            raise self.error("Must be an object.")
        for name in self.value:
            if name not in allowed:
                raise self[str(name)].error(f"No such field here. {suggestion(name, allowed)}")
        for name in required:
            if not self.has(name):
                raise self[name].error("Is required.")
        return self

    def items(self, *, at_least: int = 0) -> list[Part]:
        """Give the parts of a list."""
        if not isinstance(self.value, list):
            raise self.error("Must be a list.")
        if len(self.value) < at_least:
            raise self.error(f"Must have {at_least} items or more.")
        return [Part(item, f"{self.path}[{i}]") for i, item in enumerate(self.value)]

    def text(self) -> str:
        """Give a text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.error("Must be a text.")
        return self.value

    def whole(self, *, at_least: int, at_most: int) -> int:
        """Give a whole number within limits."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error("Must be a whole number.")
        if not at_least <= value <= at_most:
            raise self.error(f"Must be between {at_least} and {at_most}.")
        return value

    def choice(self, known: Mapping[str, _T], what: str) -> _T:
        """Give what is known under this name."""
        return known[self.one_of(known, what)]

    def one_of(self, names: Collection[str], what: str) -> str:
        """Give a text that is one of these."""
        if not isinstance(self.value, str) or self.value not in names:
            raise self.error(f"No such {what}. {suggestion(self.value, names)}")
        return self.value
