"""The facts of the reference, and the modules here: tests are not importable by name."""

from __future__ import annotations

import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def facts() -> list[dict[str, Any]]:
    return json.loads((HERE / "facts.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def deriving() -> Mapping[str, Any]:
    return runpy.run_path(str(HERE / "derive.py"))


@pytest.fixture(scope="session")
def comparing() -> Mapping[str, Any]:
    return runpy.run_path(str(HERE / "compare.py"))


@pytest.fixture(scope="session")
def text() -> str:
    """Give the reference's text, which is no part of the repository."""
    path = HERE.parent.parent.parent / "shared" / "api-reference.txt"
    if not path.exists():
        pytest.skip("the reference's text is not beside this checkout")
    return path.read_text("utf-8")
