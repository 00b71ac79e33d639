"""A directory of analyses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Directory:
    """A directory for the analyses of one type, such as ``"TREND"``."""

    id: str
    name: str
    analytic_type: str

    def to_dict(self) -> dict[str, str]:
        """Give the row of a list; which fields it has is a guess, the reference prints none."""
        return {"id": self.id, "name": self.name, "analyticType": self.analytic_type}
