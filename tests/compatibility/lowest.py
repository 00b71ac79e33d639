"""Pins every declared range at its lower end, so that a declared version is one that was tried.

``python -m tests.compatibility.lowest`` writes ``lowest.txt`` anew, from pyproject.toml. pip and
uv both read it as constraints; ``make test-lowest`` installs with them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("lowest.txt")

#: Linters, types, the site, the browser and benchmarks do not depend on what users have.
LEFT_OUT = ("bench", "browser", "dev", "docs")

#: Packages of packages, and why they cannot be the newest beside old ones.
BESIDE = {"pyparsing<3.2": "matplotlib 3.9 calls names that 3.2 deprecates"}


def lower_bounds() -> dict[str, str]:
    """Give the lowest version of each requirement that has one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    kept = [lines for name, lines in extras.items() if name not in LEFT_OUT]
    bounds: dict[str, str] = {}
    for line in [*project["dependencies"], *(line for lines in kept for line in lines)]:
        requirement = Requirement(line)
        for part in requirement.specifier:
            if part.operator == ">=":
                bounds[requirement.name] = part.version
    return bounds


def text() -> str:
    """Give what lowest.txt has to hold."""
    lines = ["# Written by python -m tests.compatibility.lowest from pyproject.toml."]
    lines += [f"{name}=={version}" for name, version in sorted(lower_bounds().items())]
    for spec, reason in BESIDE.items():
        lines += [f"# {reason}", spec]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
