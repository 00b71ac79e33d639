"""The notebooks of the repository, as pages, and a card for each."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators.files import Folder

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

_ORDER = (
    "quick-start",
    "campaign-funnel-and-sankey",
    "weekly-revenue-to-bi",
    "profile-features",
    "offline-and-freshness",
    "real-workspace",
)


@dataclass(frozen=True)
class Notebook:
    """A notebook: its file, title, first words, and first picture."""

    file: Path
    title: str
    summary: str
    picture: bytes | None

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.file.stem


def notebooks() -> list[Notebook]:
    """Give all notebooks, in the order in which they are best read; others come last."""
    place = {name: number for number, name in enumerate(_ORDER)}
    files = NOTEBOOKS.glob("*.ipynb")
    return [_read(f) for f in sorted(files, key=lambda f: (place.get(f.stem, len(place)), f.stem))]


def _read(file: Path) -> Notebook:
    cells: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    first = "".join(cells[0]["source"]).strip()
    title, _, rest = first.partition("\n")
    return Notebook(file, title.removeprefix("# ").strip(), _first_words(rest), _picture(cells))


def _for_readers(file: Path) -> str:
    """Give the notebook without the marks that are for its tests."""
    content = json.loads(file.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"]).removeprefix("# NBVAL_CHECK_OUTPUT\n")
    return json.dumps(content, ensure_ascii=False)


def _first_words(text: str) -> str:
    """Give the first paragraph without links, for cards are links themselves."""
    return " ".join(text.strip().partition("\n\n")[0].split())


def _picture(cells: list[dict[str, Any]]) -> bytes | None:
    for cell in cells:
        for output in cell.get("outputs", []):
            png = output.get("data", {}).get("image/png")
            if png:
                return base64.b64decode("".join(png))
    return None


_HEAD = """\
# Notebooks

Stories from an analyst's week, on the demo workspace: clone the repository and run them
yourself, no account is needed. The tests of the library run them and compare what they show.

::::{grid} 1 2 2 3
:gutter: 3

"""


def page() -> str:
    """Give the page with a card a notebook, as Markdown."""
    found = notebooks()
    names = "\n".join(f"notebooks/{notebook.name}" for notebook in found)
    toctree = f":::{{toctree}}\n:hidden:\n\n{names}\n:::\n"
    return _HEAD + "\n".join(_card(notebook) for notebook in found) + "\n::::\n\n" + toctree


def _card(notebook: Notebook) -> str:
    picture = f":img-top: notebooks/{notebook.name}.png\n" if notebook.picture else ""
    return (
        f":::{{grid-item-card}} {notebook.title}\n{picture}:link: notebooks/{notebook.name}\n"
        f":link-type: doc\n:class-img-top: sf-card\n\n{notebook.summary}\n:::\n"
    )


def write(folder: Folder) -> None:
    """Write the page, and the notebooks with their first pictures beside it."""
    folder.write("notebooks.md", page())
    for notebook in notebooks():
        folder.write(f"notebooks/{notebook.file.name}", _for_readers(notebook.file))
        if notebook.picture:
            folder.write(f"notebooks/{notebook.name}.png", notebook.picture)
