"""The plan of the house: a picture of the layers, and a table of the rooms."""

from __future__ import annotations

import ast
import runpy
from html import escape
from pathlib import Path

from generators.files import Folder, table

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "synerise_frames"

_WIDTH = 720
_ROW = 38
_GAP = 6


def layers() -> list[list[str]]:
    """Give the layers from the floor up, as the test that enforces them has them."""
    enforced = runpy.run_path(str(ROOT / "tests" / "test_layers.py"))["LAYERS"]
    return [sorted(names - {"_version", "__main__"}) for names in enforced]


def picture() -> str:
    """Give the layers as SVG whose colours are those of the page, light or dark."""
    rows = [names for names in reversed(layers()) if names]
    height = len(rows) * (_ROW + _GAP) - _GAP
    parts = [
        f'<svg class="sf-house" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'xmlns="http://www.w3.org/2000/svg">',
        "<title>Layers of the library: each imports only from those below it</title>",
    ]
    for number, names in enumerate(rows):
        top = number * (_ROW + _GAP)
        width = (_WIDTH - _GAP * (len(names) - 1)) / len(names)
        for place, name in enumerate(names):
            left = place * (width + _GAP)
            middle = f'x="{left + width / 2:.1f}" y="{top + _ROW / 2}"'
            parts += [
                f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_ROW}" rx="5"/>',
                f"<text {middle}>{escape(_shown(name))}</text>",
            ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _shown(name: str) -> str:
    return "synerise_frames" if name == "__init__" else name


def page() -> str:
    """Give the table of rooms, the top layer first, as Markdown."""
    found = [
        (f"`{_shown(name)}`", _purpose(name)) for names in reversed(layers()) for name in names
    ]
    return table(("room", "what it is for"), found) + "\n"


def _purpose(name: str) -> str:
    """Give the first words of a room's docstring."""
    file = PACKAGE / f"{name}.py"
    file = file if file.is_file() else PACKAGE / name / "__init__.py"
    words = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(words.partition("\n\n")[0].split()).replace("``", "`")


def write(folder: Folder) -> None:
    """Write picture and table; they are no pages of their own."""
    folder.write("house.svg", picture())
    folder.write("rooms.txt", page())
