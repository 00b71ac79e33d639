"""One run of a plan: from calls to cells, journal and ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol, cast

from synerise_frames.bulk.ahead import Ahead
from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.chunk import Chunk
from synerise_frames.bulk.feed import Feed, Tag
from synerise_frames.bulk.kept.keeping import Keeping
from synerise_frames.bulk.ledger import cells_of, to_table
from synerise_frames.bulk.output import Output
from synerise_frames.bulk.plan import Plan
from synerise_frames.bulk.progress import Progress
from synerise_frames.bulk.reading import Reader
from synerise_frames.bulk.refusals import Refusals
from synerise_frames.errors import SyneriseError
from synerise_frames.http.swarm import Call, Outcome

# Answers are read, kept and counted together: after so many, or at the next tick.
_TOGETHER = 1_000
# How far it is, is told so often at most.
_SHOW = 0.09


class Transport(Protocol):
    """Sends calls: from this process, or from many."""

    @property
    def gave_up(self) -> SyneriseError | None:
        """Why a run ended early, if nobody answered any more."""
        ...

    def run(
        self,
        calls: Iterator[Call | None],
        done: Callable[[Call, Outcome], None],
        *,
        tick: Callable[[], None] | None = None,
        deadline: float | None = None,
    ) -> None:
        """Send until there are no more calls; tell what became of each."""
        ...

    def stop(self) -> None:
        """Send nothing more."""
        ...


class Run:
    """What happens between a plan and its result.

    Parameters
    ----------
    plan : Plan
        What is asked, and whom.
    feed : Feed
        Gives the calls.
    keeping : Keeping
        Takes what must not be lost.
    output : Output
        Takes the ledger.
    progress : Progress
        Shows how far it is.
    names : dict
        Names of analyses by id; those that answers tell are added.
    ahead : Ahead, optional
        What `feed` has its inputs from, if they have to be read meanwhile.
    """

    def __init__(
        self,
        plan: Plan,
        feed: Feed,
        keeping: Keeping,
        output: Output,
        progress: Progress,
        names: dict[str, str],
        ahead: Ahead | None = None,
    ) -> None:
        self._analyses = plan.analyses
        self._units = units = plan.units
        self._feed = feed
        self._keeping = keeping
        self._output = output
        self._progress = progress
        self._names = names
        self._ahead = ahead
        self._shown = 0.0
        self._refusals = Refusals(plan.context.api, units, feed.answered)
        self._readers = [
            Reader(unit, plan.analyses, plan.by, self._refusals.error(position), names)
            for position, unit in enumerate(units)
        ]
        self._arrived: list[list[tuple[Tag, Outcome]]] = [[] for _ in units]
        # Who is not there, or whose path is not: that is told when one of both is known.
        self._open: list[list[tuple[Tag, Outcome]]] = [[] for _ in units]
        self._waiting = 0
        self._written = 0
        self._transport: Transport | None = None
        self.interrupted = False

    def interrupt(self) -> None:
        """Stop as soon as possible, with everything kept."""
        self.interrupted = True
        if self._transport:
            self._transport.stop()

    def execute(self, transport: Transport | None, deadline: float | None) -> None:
        """Ask for everything that is missing; without a transport, for nothing.

        Raises
        ------
        SyneriseError
            If going on makes no sense: refused credentials, a missing permission, a path that
            is not there. What was answered before is kept.
        """
        why = "offline, and no answer is kept"
        if transport:
            self._transport = transport
            try:
                self._send(transport, deadline)
            finally:
                self._absorb()
                self._absorb_open()
            self._refusals.close()
            why = "not asked before the deadline"
            if transport.gave_up:
                why = f"not asked, for the server stopped answering: {transport.gave_up.message}"
        if self._refusals.fatal:
            raise self._refusals.fatal
        if not self.interrupted:
            self._skip_rest(why)
            self._emit()
            self._output.finish(self._written)

    def _send(self, transport: Transport, deadline: float | None) -> None:
        send = partial(
            transport.run, self._feed.calls(), self._done, tick=self._tick, deadline=deadline
        )
        if self._ahead:
            self._ahead.during(send, transport.stop)
        else:
            send()

    def _done(self, call: Call, outcome: Outcome) -> None:
        tag = cast("Tag", call.tag)
        # At once, and not when it is read: all calls would get the same.
        if self._refusals.look(tag.unit, tag.profile, outcome) and self._transport:
            self._transport.stop()
        self._arrived[tag.unit].append((tag, outcome))
        self._waiting += 1
        if self._waiting >= _TOGETHER:
            self._absorb()

    def _tick(self) -> None:
        self._absorb()
        self._emit()
        # Ticks come close together where there is nothing to send yet.
        if time.monotonic() - self._shown >= _SHOW:
            self._progress.show()
            self._shown = time.monotonic()

    def _absorb(self) -> None:
        """Read what arrived, and hand it to everybody who waits for it."""
        if not self._waiting:
            return
        self._waiting = 0
        for position in range(len(self._units)):
            arrived, self._arrived[position] = self._arrived[position], []
            self._progress.add([outcome for _, outcome in arrived])
            if not self._refusals.is_proven(position):
                self._open[position] += [one for one in arrived if one[1].status in (404, 405)]
                arrived = [one for one in arrived if one[1].status not in (404, 405)]
            elif self._open[position]:
                arrived += self._open[position]
                self._open[position] = []
            self._read(position, arrived)
        self._keeping.flush()

    def _absorb_open(self) -> None:
        """Read what was left open: nobody was there."""
        for position, arrived in enumerate(self._open):
            self._read(position, arrived)
        self._open = [[] for _ in self._units]

    def _read(self, position: int, arrived: Sequence[tuple[Tag, Outcome]]) -> None:
        if not arrived:
            return
        read = self._readers[position].read([(tag.profile, o) for tag, o in arrived])
        for (tag, _), cells in zip(arrived, read, strict=True):
            for analysis, cell in zip(self._units[position].positions, cells, strict=True):
                # Some analyses of a shared call may have been known already.
                if tag.chunk.cell(tag.row, analysis) is None:
                    tag.chunk.put(tag.row, analysis, cell)
                    self._keeping.add(tag.key, analysis, cell)

    def _emit(self) -> None:
        """Hand over the chunks that are done."""
        for chunk in self._feed.done():
            self._copy(chunk)
            table = to_table(chunk.profiles, self._analyses, chunk.cells(), self._names)
            self._output.write(chunk.number, table)
            self._written = chunk.number + 1

    def _copy(self, chunk: Chunk) -> None:
        width = len(self._analyses)
        # Piece by piece: each is read once, however many of its profiles come again.
        for number in sorted({number for number, _ in chunk.copies.values()}):
            earlier: Sequence[Cell | None]
            if number == chunk.number:
                earlier = chunk.all_cells()
            else:
                table = self._output.read(number)
                earlier = cells_of(table, 0, len(table))
            for row, (source, first) in chunk.copies.items():
                if source == number:
                    cells = earlier[first * width : (first + 1) * width]
                    chunk.put_all(row, [cell for cell in cells if cell is not None])

    def _skip_rest(self, why: str) -> None:
        """Give what was not asked for a row that says so."""
        for call in self._feed.calls():
            if call is None:
                self._emit()
                continue
            tag = cast("Tag", call.tag)
            for analysis in self._units[tag.unit].positions:
                if tag.chunk.cell(tag.row, analysis) is None:
                    tag.chunk.put(tag.row, analysis, Cell("skipped", error=why))
