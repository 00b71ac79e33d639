"""Safeguards, each with a change of the source that removes it and the tests that should notice."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PACKAGE = "synerise_frames"


@dataclass(frozen=True)
class Mutation:
    """One safeguard: `old` in `file` is what keeps it, with `new` it is gone."""

    safeguard: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    table: str

    def path(self, root: Path = ROOT) -> Path:
        """Where the source is, in a checkout or a copy of it."""
        return root / PACKAGE / self.file

    def mutated(self, source: str) -> str:
        """Give the source without the safeguard.

        Raises
        ------
        ValueError
            If what keeps it is not there, or more than once.
        """
        if source.count(self.old) != 1:
            raise ValueError(f"{self.file} holds {source.count(self.old)} times: {self.old!r}")
        return source.replace(self.old, self.new)


def all_mutations() -> list[Mutation]:
    """Read the tables beside this file."""
    found = []
    for file in sorted(HERE.glob("*.toml")):
        for told in tomllib.loads(file.read_text())["mutation"]:
            tests = tuple(told.pop("tests"))
            found.append(Mutation(**told, tests=tests, table=file.stem))
    return found
