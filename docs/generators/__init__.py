"""What makes the generated pages of the site, each from the part of the code that it tells of."""

from __future__ import annotations

from pathlib import Path

from generators import commands, errors, gallery, house, notebooks, numbers, operations, reference
from generators.files import Folder

__all__ = ["write_all"]


def write_all(folder: Path) -> None:
    """Write all generated pages and pictures into `folder`."""
    target = Folder(folder)
    for maker in (operations, errors, commands, house, numbers, reference, notebooks, gallery):
        maker.write(target)
    target.tidy()
