"""The lowest versions that are tried are the ones that are declared."""

from __future__ import annotations

import tomllib

from packaging.requirements import Requirement
from packaging.version import Version

from tests.compatibility.lowest import FILE, ROOT


def test_the_pins_are_the_lower_ends_of_the_declared_ranges() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    used = {"dependencies": project["dependencies"], **extras}
    for group in ("bench", "browser", "dev", "docs"):
        del used[group]
    declared = {
        requirement.name: Version(part.version)
        for lines in used.values()
        for requirement in map(Requirement, lines)
        for part in requirement.specifier
        if part.operator == ">="
    }
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if "==" in line]
    pinned = {
        requirement.name: Version(part.version)
        for requirement in map(Requirement, lines)
        for part in requirement.specifier
    }
    assert pinned == declared, "python -m tests.compatibility.lowest writes the file anew"
    assert len(declared) > 20
