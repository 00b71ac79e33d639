"""Profiles: the households of the data, and the four ways to name one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

#: The demographics of a household, all text; missing for those that were never asked.
ATTRIBUTES = (
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
)

#: Field of a profile by the API's name for a way to identify it.
IDENTIFIERS = MappingProxyType(
    {"id": "id", "uuid": "uuid", "email": "email", "custom_identify": "custom_id"}
)


@dataclass(frozen=True)
class Profile:
    """One profile: its four identifiers and its attributes."""

    id: int
    uuid: str
    email: str
    custom_id: str
    attributes: Mapping[str, str | None] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give the profile as an answer shows it."""
        identifiers = {
            "id": self.id,
            "uuid": self.uuid,
            "email": self.email,
            "customId": self.custom_id,
        }
        return {**identifiers, **self.attributes}


class Profiles:
    """All profiles in order of their id, found by any identifier."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self.all = tuple(profiles)
        self._by = {
            kind: {_key(kind, getattr(profile, attribute)): profile for profile in self.all}
            for kind, attribute in IDENTIFIERS.items()
        }

    def __len__(self) -> int:
        return len(self.all)

    def find(self, identifier_type: str, value: str) -> Profile | None:
        """Give the profile with that identifier, or ``None``."""
        return self._by[identifier_type].get(_key(identifier_type, value))


def _key(kind: str, value: object) -> str:
    # Mail addresses and hexadecimal digits are the same in capitals.
    text = str(value)
    return text.lower() if kind in ("email", "uuid") else text
