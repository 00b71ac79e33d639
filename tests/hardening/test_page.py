"""The page "What was tried": what it names exists, and what is tried here is on it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.hardening.calls import CALLS
from tests.hardening.logins import LOGINS
from tests.hardening.test_generated_answers import ANSWERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hardening.md").read_text(encoding="utf-8")


def functions_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return {name for name in named if name.startswith("test_")}


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 50
    for file, test in named:
        assert (ROOT / file).is_file(), file
        assert not test or test in functions_in(ROOT / file), f"{file}::{test}"


def test_every_file_here_is_named() -> None:
    here = {file.name for file in Path(__file__).parent.glob("test_*.py")} - {"test_page.py"}
    assert here <= {Path(file).name for file in re.findall(r"`(tests/hardening/\w+\.py)", PAGE)}


def test_the_numbers_are_those_of_the_tests() -> None:
    assert f"makes {len(CALLS) + len(LOGINS)} different calls" in PAGE
    assert f"with {ANSWERS:,} generated answers" in PAGE
