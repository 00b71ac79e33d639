"""A frame that was read before, and how it is handed out again."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from synerise_frames.http.cache.dated import Dated

# From pandas 3 on, frames that share their data are told apart when one of them is changed.
_COPIES_ON_WRITE = int(pd.__version__.split(".", maxsplit=1)[0]) >= 3


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
    mark : int or None
        Which answer it was read from; ``None`` where that is not on disk, for the disk fails.
    sealed : bool
        The values cannot be changed by any means, so that they may be shared.
    """

    frame: pd.DataFrame = field(repr=False)
    notes: dict[Hashable | None, Any] = field(repr=False)
    mark: int | None = None
    sealed: bool = False
    size: int = field(init=False, default=0)
    _nested: tuple[Hashable | None, ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        size = sum(int(column.array.nbytes) for _, column in self.frame.items())
        object.__setattr__(self, "size", size)
        nested = (key for key, value in self.notes.items() if isinstance(value, dict | list))
        object.__setattr__(self, "_nested", tuple(nested))

    def copy(self, **changes: Any) -> pd.DataFrame:
        """Give a frame that its holder may change, with `changes` to its notes."""
        # What is not sealed is copied also where pandas copies on write: what `.array` gives is
        # written to behind its back.
        frame = self.frame.copy(deep=not (self.sealed and _COPIES_ON_WRITE))
        notes: dict[Any, Any] = {**self.notes, **changes}
        for key in self._nested:
            notes[key] = copied(notes[key])
        frame.attrs = notes
        return frame


def copied(value: Any) -> Any:
    """Copy JSON data, which is all that notes are; much faster than a deep copy of anything."""
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value
