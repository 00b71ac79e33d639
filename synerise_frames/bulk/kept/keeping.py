"""What a run must not lose: the journal of this run, and what later runs may know."""

from __future__ import annotations

from collections.abc import Sequence

from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.journal import Journal
from synerise_frames.bulk.kept.answered import Entry
from synerise_frames.bulk.kept.known import Group, Known

# Written behind the run in pieces of this size: small files cost more than they hold.
_TOGETHER = 20_000


class Keeping:
    """Writes answers where they are found again.

    Parameters
    ----------
    journal : Journal, optional
        Of this run.
    known : Known, optional
        Of all runs of the workspace.
    groups : sequence of Group
        What the analyses of the plan are called there.
    """

    def __init__(
        self,
        journal: Journal | None,
        known: Known | None,
        groups: Sequence[Group],
    ) -> None:
        self._journal = journal
        self._known = known
        self._groups = groups
        self._fresh: list[Entry] = []
        self._learned: list[list[Entry]] = [[] for _ in groups]

    def add(self, key: bytes, analysis: int, cell: Cell) -> None:
        """Take an answer; what another try may change is not kept."""
        if not cell.is_final:
            return
        entry = Entry(key, analysis, cell)
        if self._journal:
            self._fresh.append(entry)
        if self._known and cell.status == "ok":
            self._learned[analysis].append(entry)

    def flush(self) -> None:
        """Hand on what came.

        Raises
        ------
        BulkError
            If the journal cannot be written.
        """
        if self._journal and self._fresh:
            fresh, self._fresh = self._fresh, []
            self._journal.append(fresh)
        if sum(map(len, self._learned)) >= _TOGETHER:
            self._learn()

    def _learn(self) -> None:
        for position, entries in enumerate(self._learned):
            if self._known and entries:
                self._known.save(self._groups[position], entries)
                self._learned[position] = []

    def close(self) -> None:
        """Write everything."""
        self.flush()
        self._learn()
        if self._journal:
            self._journal.close()
