"""From identifiers to calls: each profile once, nothing that is known, few chunks at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from synerise_frames.bulk.asked import Unit
from synerise_frames.bulk.chunk import Chunk, Lookup
from synerise_frames.bulk.ids import Inputs
from synerise_frames.bulk.parts import slices
from synerise_frames.http.swarm import Call

# So many chunks may be unfinished at once: one slow answer does not hold up the others, and
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
        return str(self.chunk.profiles[self.row])

    @property
    def key(self) -> bytes:
        """The key of that profile."""
        return self.chunk.keys[self.row]


class Feed:
    """Chunks of the inputs, opened one after the other, given back in order when they are done.

    Parameters
    ----------
    pieces : iterable of Inputs or None
        The inputs; ``None`` says that the next ones are not there yet.
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
        pieces: Iterable[Inputs | None],
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
        """Give what has to be asked; ``None`` while too much is unfinished or no more is there.

        Called again after it was left, it goes on where it was.
        """
        if self._calls is None:
            self._calls = self._all_calls()
        return self._calls

    def _all_calls(self) -> Iterator[Call | None]:
        chunk = None
        for slice_ in slices(self._pieces, self._width):
            if slice_ is None:
                yield None
                continue
            if chunk is None:
                while len(self._open) >= _MOST_OPEN:
                    yield None
                chunk = Chunk(slice_.part, self._width)
                self._open.append(chunk)
            rows = self._take(chunk, slice_.inputs)
            yield from self._calls_for(chunk, rows)
            if slice_.ends:
                chunk.is_whole, chunk = True, None
        if chunk:
            chunk.is_whole = True

    def _calls_for(self, chunk: Chunk, rows: Sequence[int]) -> Iterator[Call]:
        for position, unit in enumerate(self._units):
            template, method = unit.template, unit.template.method
            for row in rows:
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

    def _take(self, chunk: Chunk, inputs: Inputs) -> list[int]:
        """Put inputs into a chunk; give the rows that are asked for, if nothing is known."""
        keys = [
            b"" if profile is None or row in inputs.reasons else self._key(profile)
            for row, profile in enumerate(inputs.profiles)
        ]
        taken = chunk.take(inputs, keys)
        if self._first is not None:
            for row, key in zip(taken, keys, strict=True):
                here = chunk.number << 32 | row
                first = self._first.setdefault(key, here) if key else here
                if first != here:
                    chunk.is_copy(row, first >> 32, first & 0xFFFFFFFF)
        rows = chunk.open_rows(taken.start)
        for lookup in self._lookups:
            if chunk.left:
                self.answered |= chunk.fill(lookup, rows)
        return rows

    def done(self) -> Iterator[Chunk]:
        """Take out the chunks that are done, in order: a later one waits for those before."""
        while self._open and self._open[0].is_whole and self._open[0].left == 0:
            yield self._open.popleft()
