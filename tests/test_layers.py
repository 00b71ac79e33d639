"""The plan of the house: layers only point down, and every module has a place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "synerise_frames"

# From the floor up. A name is a module or a package; the longest match counts.
LAYERS: list[set[str]] = [
    {
        "_version",
        "errors",
        "redact",
        "brief",
        "callers",
        "cut_buckets",
        "readable",
        "locking",
        "private",
        "replacing",
        "periods",
        "schema",
        "extras",
        "suggest",
        "unnamed",
    },
    {"http"},
    {"wire"},
    {"frames", "provenance", "frame_memory", "comparing"},
    {"kinds", "hosts"},
    {"bulk"},
    {"config"},
    {"host_paths", "caching"},
    {"export"},
    {"plotting"},
    {"widgets"},
    {"workspace"},
    {"doctor"},
    {"sandbox"},
    {"connecting"},
    {"syncing"},
    {"tour"},
    {"cli", "__init__"},
    {"__main__"},
]
PLACE = {name: level for level, names in enumerate(LAYERS) for name in names}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def top(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imported(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names = [node.module]
            if node.module == "synerise_frames":
                names = [f"synerise_frames.{alias.name}" for alias in node.names]
        found += [(n, node.lineno) for n in names if n.split(".")[0] == "synerise_frames"]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_import_points_down_or_stays_in_its_room(path: Path) -> None:
    here = top(path)
    assert here in PLACE, f"{here} has no place in the house: add it to LAYERS"
    for name, line in imported(path):
        parts = name.split(".")
        there = parts[1] if len(parts) > 1 else "__init__"
        assert there in PLACE, f"{name} has no place in the house"
        same_room = there == here
        # The floor's modules may use each other; cycles would fail at import.
        on_the_floor = PLACE[there] == PLACE[here] == 0
        assert same_room or on_the_floor or PLACE[there] < PLACE[here], (
            f"{path.name}:{line} imports {name} from a layer that is not below"
        )


def test_only_demo_and_the_command_line_know_the_sandbox() -> None:
    users = {
        top(path)
        for path in modules()
        if top(path) != "sandbox"
        for name, _ in imported(path)
        if name.startswith("synerise_frames.sandbox")
    }
    assert users == {"connecting", "cli"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_rooms_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 500
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            doc = ast.get_docstring(node, clean=False)
            length = node.end_lineno - node.lineno + 1  # type: ignore[operator]
            code = length - (len(doc.splitlines()) if doc else 0)
            assert code <= 60, f"{node.name} has {code} lines"
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or getattr(node.type, "id", "") in (
                "Exception",
                "BaseException",
            )
            assert not broad, f"line {node.lineno}: a broad except"
