"""Files that are there whole or not at all, whatever ends the writing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex


@contextmanager
def whole(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """Give a place to write to, which takes the name of `path` when all went well.

    Until then an older file of that name stays, and after an error it still does.

    Parameters
    ----------
    path : Path
        The file; its folder has to exist.
    durable : bool, default False
        Wait until the disk has the content, so that a power cut leaves no empty file.

    Raises
    ------
    OSError
        If the content cannot be written through, or the name not be taken.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "notes.txt")
    >>> with whole(file) as place:
    ...     _ = place.write_text("all of it")
    ...     file.exists()
    False
    >>> file.read_text()
    'all of it'
    """
    # Hidden, so that no reader of a folder takes it for a part; of a name that nobody else has.
    place = path.with_name(f".{path.name}.{token_hex(4)}.tmp")
    try:
        yield place
        if durable:
            with open(place, "rb+") as file:
                os.fsync(file.fileno())
        place.replace(path)
    finally:
        place.unlink(missing_ok=True)
