"""Read values out of a document whose parts may be of any type."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any


def plain(value: Any, limit: int = 200) -> str:
    """Give a value of the document as one short line that is safe to print."""
    if not isinstance(value, str):
        value = str(value) if isinstance(value, int | float) else ""
    # Cut first: a summary of a megabyte must not cost a megabyte's work.
    cut = value[: 4 * limit]
    if not cut.isprintable():
        cut = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in cut)
    line = " ".join(cut.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def as_mapping(value: Any) -> Mapping[str, Any]:
    """Give a mapping as it is, anything else as an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> Sequence[Any]:
    """Give a list as it is, anything else as an empty one."""
    return value if isinstance(value, list) else []


def as_names(value: Any) -> tuple[str, ...]:
    """Give the texts of a list."""
    return tuple(item for item in as_list(value) if isinstance(item, str))
