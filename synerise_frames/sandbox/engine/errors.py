"""What a definition or an override can do wrong."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class DialectError(ValueError):
    """A definition or an override that the dialect does not have.

    Parameters
    ----------
    field : str
        Where it is: ``analysis.event.where[0].op``.
    message : str
        What is wrong there, and what would be right.
    rejected : object
        The value that was found.
    """

    def __init__(self, field: str, message: str, rejected: object) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
        self.rejected = rejected


def suggestion(name: object, known: Iterable[str]) -> str:
    """Say what was probably meant, and else what there is."""
    names = sorted(known)
    # Closer than for other errors: a name of another action's field is better answered by a list.
    close = get_close_matches(str(name), names, n=3)
    if close:
        return f"Did you mean {' or '.join(map(repr, close))}?"
    return f"Known: {', '.join(names)}." if names else "There is none here."
