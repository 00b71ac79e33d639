"""The folder of generated pages, and tables in them."""

from __future__ import annotations

import os
from pathlib import Path


class Folder:
    """Where generated files go; Sphinx reads only those anew that have changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: set[Path] = set()

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file, whole or not at all, unless it is there already as it should be."""
        target = self.path / name
        self._written.add(target)
        data = content.encode() if isinstance(content, str) else content
        if target.is_file() and target.read_bytes() == data:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        temporary.write_bytes(data)
        temporary.replace(target)

    def tidy(self) -> None:
        """Remove what an earlier build wrote and this one did not: pages that are no more."""
        for file in self.path.rglob("*"):
            if file.is_file() and file not in self._written and not file.name.startswith("."):
                file.unlink(missing_ok=True)


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Give a Markdown table; bars in cells would end them."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(c.replace('|', chr(92) + '|') for c in ln)} |" for ln in lines)
