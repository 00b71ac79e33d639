"""Where parts of a ledger begin and end: the first are small, so that something is there soon.

Inputs and analyses alone decide that, and no clock: a run that goes on with another one writes
the same parts again, and nobody who looks at the folder meanwhile sees a row twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from synerise_frames.bulk.ids import PIECE, Inputs

# Rows of the first part; each is twice as large as the one before, up to so many.
_FIRST = 512
_MOST = 65_536


class Slice(NamedTuple):
    """Inputs of one part: all of them, or the next ones."""

    part: int
    inputs: Inputs
    ends: bool


def sizes(width: int) -> Iterator[int]:
    """Give how many inputs each part has, where an input has `width` rows.

    >>> from itertools import islice
    >>> [*islice(sizes(1), 6)], [*islice(sizes(100), 9)]
    ([512, 1024, 2048, 4096, 5000, 5000], [5, 10, 20, 40, 80, 160, 320, 640, 655])
    """
    most = max(min(PIECE, _MOST // width), 1)
    size = max(_FIRST // width, 1)
    while True:
        yield min(size, most)
        size = min(2 * size, most)


def slices(pieces: Iterable[Inputs | None], width: int) -> Iterator[Slice | None]:
    """Cut inputs where parts end.

    Parameters
    ----------
    pieces : iterable of Inputs or None
        The inputs in order; ``None``, where more will come later, is handed on.
    width : int
        How many rows an input has.
    """
    part, lengths = 0, sizes(width)
    room = next(lengths)
    for piece in pieces:
        if piece is None:
            yield None
            continue
        start = 0
        while start < len(piece):
            taken = piece.cut(start, start + room)
            start, room = start + len(taken), room - len(taken)
            yield Slice(part, taken, ends=not room)
            if not room:
                part, room = part + 1, next(lengths)
