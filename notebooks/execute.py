"""Run notebooks and write their outputs down: ``make notebooks``, or name the files.

What differs from run to run (times of execution, ids of cells, versions of the kernel) is left
out, so that a notebook whose results are the same is the same file.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

HERE = Path(__file__).parent

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def execute(file: Path) -> None:
    """Run one notebook in a fresh kernel and put the outputs into its file."""
    notebook = nbformat.read(file, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    notebook.metadata = NotebookNode(kernelspec=_KERNEL, language_info={"name": "python"})
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = NotebookNode()
        for output in cell.get("outputs", []):
            _normalise(output)
    notebook.nbformat_minor = 5
    nbformat.write(notebook, file)


def _normalise(output: NotebookNode) -> None:
    """Take out what says nothing about the result."""
    if output.output_type == "error":
        raise SystemExit(f"A cell failed: {output.ename}: {output.evalue}")
    if "metadata" in output:
        output.metadata = NotebookNode()
    picture = output.get("data", {}).get("image/png")
    if picture:
        # The same picture, without the name and version of what drew it.
        output.data["image/png"] = _without_text(picture)


def _without_text(picture: str) -> str:
    """Drop the text chunks of a PNG: 8 bytes of signature, then chunks of length, kind, data."""
    raw = base64.b64decode(picture)
    kept, at = raw[:8], 8
    while at < len(raw):
        end = at + 12 + int.from_bytes(raw[at : at + 4], "big")
        if raw[at + 4 : at + 8] != b"tEXt":
            kept += raw[at:end]
        at = end
    return base64.b64encode(kept).decode()


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")):
        execute(path)
        sys.stdout.write(f"{path.name}\n")
