"""Names of files below a data set's root: those that would leave it are refused."""

from __future__ import annotations

import re
import unicodedata

from synerise_frames.errors import DatasetError

# Backslashes, colons and drives are separators on some systems only: refused on all.
_STRANGE = re.compile(r"[\\:\x00-\x1f]")


def safe(name: str, root: str) -> str:
    """Give a name as it is, if it stays below the root.

    Manifests and notes are files: somebody else may have written them.

    >>> safe("series_key=a/part-0.parquet", "data")
    'series_key=a/part-0.parquet'

    Raises
    ------
    DatasetError
        If it does not.
    """
    parts = name.split("/") if isinstance(name, str) else [""]
    if _STRANGE.search(str(name)) or any(part in {"", ".", ".."} for part in parts):
        raise DatasetError(
            f"{root} names {name!r} as a file of its own, which is none.",
            hint="Its _meta folder was changed by hand or comes from somebody else: do not use it.",
        )
    return name


def folded(name: str) -> str:
    """Give what a file system sees in a name that tells neither case nor composition apart."""
    return unicodedata.normalize("NFC", name).casefold()
