"""Notebooks as they are committed: with outputs, without anything of the machine they ran on.

That the outputs are true is checked by nbval, which runs them.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHECKED = "# NBVAL_CHECK_OUTPUT"
LARGEST = 200_000

#: What would differ on another machine or day.
OF_THE_MACHINE = re.compile(
    r"/tmp/|/home/|/work/|/root/|[A-Z]:\\|127\.0\.0\.1|localhost|ipykernel"
    r"|eyJ[\w-]{10,}\.|\b20(?:1[89]|[2-9]\d)-\d\d-\d\dT\d\d:\d\d"
)

Cell = dict[str, Any]


def read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def codes(file: Path) -> list[Cell]:
    return [cell for cell in read(file)["cells"] if cell["cell_type"] == "code"]


def shown(cell: Cell) -> str:
    """Give all text of a cell's outputs, pictures left out."""
    texts: list[str] = []
    for output in cell["outputs"]:
        texts += output.get("text", [])
        for kind, data in output.get("data", {}).items():
            if kind.startswith("text/"):
                texts += data
    return "".join(texts)


def test_the_stories_are_there() -> None:
    assert len(NOTEBOOKS) >= 6


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
class TestNotebook:
    def test_begins_with_a_title_and_a_summary(self, file: Path) -> None:
        first = read(file)["cells"][0]
        assert first["cell_type"] == "markdown"
        title, empty, summary = "".join(first["source"]).split("\n", 2)
        assert title.startswith("# ")
        assert empty == ""
        assert len(summary) > 60

    def test_headings_nest(self, file: Path) -> None:
        markdown = [c for c in read(file)["cells"] if c["cell_type"] == "markdown"]
        text = "\n".join("".join(cell["source"]) for cell in markdown)
        levels = [len(marks) for marks in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]
        assert levels.count(1) == 1
        assert all(below - above <= 1 for above, below in pairwise(levels))

    def test_has_outputs_of_one_run_from_top_to_bottom(self, file: Path) -> None:
        cells = codes(file)
        counts = [cell["execution_count"] for cell in cells]
        assert counts == list(range(1, len(cells) + 1))
        checked = [cell for cell in cells if "".join(cell["source"]).startswith(CHECKED)]
        assert len(checked) >= 6
        assert all(shown(cell) for cell in checked)

    def test_no_cell_failed_or_complained(self, file: Path) -> None:
        for cell in codes(file):
            for output in cell["outputs"]:
                assert output["output_type"] != "error"
                assert output.get("name") != "stderr"

    def test_outputs_tell_nothing_of_the_machine(self, file: Path) -> None:
        for cell in codes(file):
            found = OF_THE_MACHINE.search(shown(cell) + "".join(cell["source"]))
            assert found is None, found

    def test_metadata_is_the_same_everywhere(self, file: Path) -> None:
        content = read(file)
        assert content["metadata"] == {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        assert all(cell["metadata"] == {} for cell in content["cells"])

    def test_is_small_and_linked(self, file: Path) -> None:
        assert file.stat().st_size < LARGEST
        assert f"(notebooks/{file.name})" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    ["/tmp/ipykernel_1/2.py:5: UserWarning", "http://127.0.0.1:8787", "2026-11-26T20:48:29+00:00"],
)
def test_what_is_of_the_machine_is_seen(text: str) -> None:
    assert OF_THE_MACHINE.search(text)
