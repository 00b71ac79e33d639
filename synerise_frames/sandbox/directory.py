"""A directory of analyses, and what changes at once in the workspace's definitions."""

from __future__ import annotations

from dataclasses import dataclass

from synerise_frames.sandbox.definition import Definition


@dataclass(frozen=True)
class Directory:
    """A directory for the analyses of one type, such as ``"TREND"``."""

    id: str
    name: str
    analytic_type: str

    def to_dict(self) -> dict[str, str]:
        """Give the row of a list; which fields it has is a guess, the reference prints none."""
        return {"id": self.id, "name": self.name, "analyticType": self.analytic_type}


@dataclass(frozen=True)
class Change:
    """What one request changes: all of it or nothing.

    Attributes
    ----------
    definitions, directories
        Those that are new or changed, as they are afterwards.
    deleted, deleted_directories
        Keys of definitions and ids of directories that are gone.
    """

    definitions: tuple[Definition, ...] = ()
    deleted: tuple[tuple[str, str], ...] = ()
    directories: tuple[Directory, ...] = ()
    deleted_directories: tuple[str, ...] = ()
