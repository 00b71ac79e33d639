"""A frame that was read before, and how it is handed out again."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from synerise_frames.http.cache.dated import Dated, mark_of

_BOXES = (dict, list)


@dataclass(frozen=True)
class Remembered(Dated):
    """A frame without its notes, and the notes.

    The notes are apart because pandas copies them deeply whenever it copies a frame.

    Attributes
    ----------
    frame : DataFrame
        Its values.
    notes : dict
        Its ``attrs``.
    has_answer : bool
        The answer that it was read from is on disk, which is not so where the disk fails.
    size : int
        About how many bytes it takes.
    mark : int
        The nanosecond of the answer that it was read from.
    """

    frame: pd.DataFrame = field(repr=False)
    notes: dict[Hashable | None, Any] = field(repr=False)
    has_answer: bool = True
    size: int = 0
    mark: int = field(init=False, default=0)
    _nested: tuple[Hashable | None, ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "mark", mark_of(self.fetched_at))
        nested = (key for key, value in self.notes.items() if isinstance(value, _BOXES))
        object.__setattr__(self, "_nested", tuple(nested))

    def copy(self, **changes: Any) -> pd.DataFrame:
        """Give a frame that its holder may change, with `changes` to its notes."""
        # Also where pandas copies on write: what `.array` and to_numpy() give is written to
        # behind its back. Values that cannot be written to are no way out, for pandas itself
        # does so for a while, as in cumsum().
        frame = self.frame.copy()
        notes: dict[Any, Any] = {**self.notes, **changes}
        for key in self._nested:
            notes[key] = copied(notes[key])
        frame.attrs = notes
        return frame


def copied(value: Any) -> Any:
    """Copy JSON data, which is all that notes are; much faster than a deep copy of anything."""
    if isinstance(value, dict):
        return {k: copied(v) if isinstance(v, _BOXES) else v for k, v in value.items()}
    return [copied(v) for v in value] if isinstance(value, list) else value
