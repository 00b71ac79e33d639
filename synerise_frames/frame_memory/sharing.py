"""Frames that share values which nobody can change, as long as pandas knows that they are shared.

Before pandas writes into a frame it copies the values that another frame refers to as well. It
writes in place where there is no other frame any more, as when a remembered one is forgotten,
and that fails where values cannot be changed. So they are made to be referred to for ever.
"""

from __future__ import annotations

import weakref

import pandas as pd

from synerise_frames.frame_memory.values import immutable

# From pandas 3 on, values are copied when a frame is changed, and not when it is copied.
_COPIES_ON_WRITE = int(pd.__version__.split(".", maxsplit=1)[0]) >= 3


class _Everybody:
    """Stands for all who ever refer to shared values."""


_EVERYBODY = _Everybody()


def sharable(frame: pd.DataFrame) -> pd.DataFrame | None:
    """Give a frame like this one whose shallow copies are independent of each other.

    ``None`` if there is none: for some types of values, and before pandas 3.
    """
    if not _COPIES_ON_WRITE or frame.columns.has_duplicates:
        return None
    try:
        columns = {name: immutable(column.array) for name, column in frame.items()}
    except ValueError:
        return None
    made = pd.DataFrame(columns, index=frame.index, copy=False)
    made.columns = frame.columns
    return made if share(made) else None


def share(frame: pd.DataFrame) -> bool:
    """Let copies of a frame of immutable values share them for good; say whether that works.

    How pandas counts references is its own affair: where they are not found, copies are deep.
    """
    if not _COPIES_ON_WRITE:
        return False
    try:
        counts = [block.refs for block in frame._mgr.blocks]
        for count in counts:
            count.referenced_blocks.append(weakref.ref(_EVERYBODY))
        return all(count.has_reference() for count in counts)
    except (AttributeError, TypeError, SystemError):
        return False
