"""From what a user names to the place of a data set: a folder, or anything that fsspec reaches."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from synerise_frames.errors import ConfigError
from synerise_frames.export.folder import Folder
from synerise_frames.export.store import Store


def open_store(root: str | os.PathLike[str]) -> Store:
    """Give the store of a path or URL.

    Raises
    ------
    ConfigError
        If it is none, or fsspec is needed and not installed.
    """
    try:
        text = os.fspath(root)
    except TypeError:
        text = ""
    if not isinstance(text, str) or not text.strip():
        raise ConfigError(
            f"{root!r} is no place for a data set.", hint="Name a folder: 'data/revenue'."
        )
    scheme, separator, path = text.partition("://")
    if scheme in {"file", "local"}:
        # The same folder as without: with renames that are atomic, and the same lock.
        return Folder(Path(path).absolute())
    if not separator or (sys.platform == "win32" and len(scheme) == 1):
        return Folder(Path(text).expanduser().absolute())
    from synerise_frames.export.remote import Remote  # noqa: PLC0415 - needs an extra

    return Remote(text)
