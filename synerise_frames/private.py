"""Folders of the library that only their owner may look into."""

from __future__ import annotations

from pathlib import Path


def private_folder(folder: Path) -> None:
    """Make a folder that is its owner's alone, and make one so that others may look into.

    The one above is the library's too: where it is missing, it is made in the same way.

    Raises
    ------
    OSError
        If it cannot be made, or is no folder.
    """
    if not folder.is_dir():
        # Apart, for the mode is that of the last folder only.
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
