"""Close matches for a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(wanted: object, known: Iterable[str], *, most: int = 1) -> str:
    """Give the question with the close matches, ending with a space; empty if there is none."""
    names = {name.lower(): name for name in known}
    close = get_close_matches(str(wanted).lower(), names, n=most, cutoff=0.5)
    return f"Did you mean {' or '.join(repr(names[c]) for c in close)}? " if close else ""
