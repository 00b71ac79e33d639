"""From identifiers to calls: each profile once, nothing that is known, few pieces at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from synerise_frames.bulk.asked import Unit
from synerise_frames.bulk.chunk import Chunk, Lookup
from synerise_frames.bulk.ids import Inputs
from synerise_frames.http.swarm import Call

# So many pieces may be unfinished at once: one slow answer does not hold up the others, and
# memory stays flat.
_MOST_OPEN = 8


class Tag(NamedTuple):
    """What a call is for."""

    chunk: Chunk
    row: int
    unit: int

    @property
    def profile(self) -> str:
        """Whom it asks about."""
        return str(self.chunk.inputs.profiles[self.row])

    @property
    def key(self) -> bytes:
        """The key of that profile."""
        return self.chunk.keys[self.row]


class Feed:
    """Pieces of the inputs, opened one after the other, given back in order when they are done.

    Parameters
    ----------
    pieces : iterable of Inputs
        The inputs.
    units : sequence of Unit
        What each profile is asked for.
    key : callable
        Gives the key of a profile.
    lookups : sequence of Lookup
        Where earlier answers are, the most trusted first.
    repeats : bool
        Whether a profile may come twice.
    """

    def __init__(
        self,
        pieces: Iterable[Inputs],
        units: Sequence[Unit],
        key: Callable[[str], bytes],
        lookups: Sequence[Lookup],
        *,
        repeats: bool,
    ) -> None:
        self._pieces = pieces
        self._units = units
        self._width = sum(len(unit.positions) for unit in units)
        self._key = key
        self._lookups = lookups
        self._first: dict[bytes, int] | None = {} if repeats else None
        self._open: deque[Chunk] = deque()
        self._calls: Iterator[Call | None] | None = None
        #: Analyses that are known to be answered.
        self.answered: set[int] = set()

    def calls(self) -> Iterator[Call | None]:
        """Give what has to be asked; ``None`` while too much is unfinished.

        Called again after it was left, it goes on where it was.
        """
        if self._calls is None:
            self._calls = self._all_calls()
        return self._calls

    def _all_calls(self) -> Iterator[Call | None]:
        for number, inputs in enumerate(self._pieces):
            while len(self._open) >= _MOST_OPEN:
                yield None
            chunk = self._chunk(number, inputs)
            self._open.append(chunk)
            for position, unit in enumerate(self._units):
                template, method = unit.template, unit.template.method
                for row in chunk.open_rows():
                    if chunk.lacks(row, unit.positions):
                        tag = Tag(chunk, row, position)
                        profile = tag.profile
                        yield Call(
                            template.path,
                            template.body(profile),
                            template.scopes(profile),
                            tag,
                            method,
                        )

    def _chunk(self, number: int, inputs: Inputs) -> Chunk:
        keys = [
            b"" if profile is None or row in inputs.reasons else self._key(profile)
            for row, profile in enumerate(inputs.profiles)
        ]
        chunk = Chunk(number, inputs, keys, self._width)
        if self._first is not None:
            for row, key in enumerate(keys):
                here = number << 32 | row
                first = self._first.setdefault(key, here) if key else here
                if first != here:
                    chunk.is_copy(row, first >> 32, first & 0xFFFFFFFF)
        for lookup in self._lookups:
            if chunk.left:
                self.answered |= chunk.fill(lookup)
        return chunk

    def done(self) -> Iterator[Chunk]:
        """Take out the pieces that are done, in order: a later one waits for those before."""
        while self._open and self._open[0].left == 0:
            yield self._open.popleft()
