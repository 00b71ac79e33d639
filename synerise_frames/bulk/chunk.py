"""A piece of the inputs on its way: which rows have their cells, and where they come from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol

from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.ids import Inputs


class Lookup(Protocol):
    """Where cells of earlier are found."""

    def find(self, keys: Sequence[bytes], analysis: int) -> list[Cell | None]:
        """Give the cells of an analysis for keys of profiles; ``None`` where there is none."""
        ...


class Chunk:
    """Some inputs and their cells.

    Parameters
    ----------
    number : int
        Its position among all.
    width : int
        How many analyses each input has.

    Attributes
    ----------
    profiles : list of str or None
        The inputs, as they are shown.
    keys : list of bytes
        The key of each input's profile; empty where it is no identifier.
    left : int
        Cells that are missing.
    is_whole : bool
        Whether all inputs are there that it will have.
    """

    def __init__(self, number: int, width: int) -> None:
        self.number = number
        self.profiles: list[str | None] = []
        self.keys: list[bytes] = []
        self.left = 0
        self.is_whole = False
        #: Rows whose profile came before, and where: number of the chunk, row in it.
        self.copies: dict[int, tuple[int, int]] = {}
        self._width = width
        self._cells: list[Cell | None] = []
        self._rows: list[int] = []

    def take(self, inputs: Inputs, keys: Sequence[bytes]) -> range:
        """Take the next inputs; give their rows."""
        start = len(self.keys)
        rows = range(start, start + len(inputs))
        self.profiles += inputs.profiles
        self.keys += keys
        self._cells += [None] * (len(inputs) * self._width)
        wanted = [row for row in rows if row - start not in inputs.reasons]
        self._rows += wanted
        self.left += len(wanted) * self._width
        for row, reason in inputs.reasons.items():
            self.put_all(start + row, [Cell("invalid", error=reason)] * self._width)
        return rows

    def is_copy(self, row: int, chunk: int, first: int) -> None:
        """Note that the profile of `row` came before."""
        self.copies[row] = (chunk, first)
        self.left -= self._width

    def open_rows(self, start: int = 0) -> list[int]:
        """Give the rows whose cells are to be found: identifiers that did not come before."""
        first = bisect_left(self._rows, start)
        return [row for row in self._rows[first:] if row not in self.copies]

    def fill(self, lookup: Lookup, rows: Sequence[int]) -> set[int]:
        """Take what was answered earlier; give the analyses to which that was a good answer."""
        found = set()
        for analysis in range(self._width):
            open_ = [row for row in rows if self._cells[row * self._width + analysis] is None]
            cells = lookup.find([self.keys[row] for row in open_], analysis)
            for row, cell in zip(open_, cells, strict=True):
                if cell is not None:
                    self.put(row, analysis, cell)
                    if cell.status == "ok":
                        found.add(analysis)
        return found

    def put(self, row: int, analysis: int, cell: Cell) -> None:
        """Set the cell of a row that had none."""
        self._cells[row * self._width + analysis] = cell
        self.left -= 1

    def put_all(self, row: int, cells: Sequence[Cell]) -> None:
        """Set the cells of a row that is not counted: no identifier, or a copy."""
        self._cells[row * self._width : (row + 1) * self._width] = cells

    def lacks(self, row: int, positions: Sequence[int]) -> bool:
        """Say whether one of the analyses has no cell in this row."""
        at = row * self._width
        return any(self._cells[at + position] is None for position in positions)

    def cell(self, row: int, analysis: int) -> Cell | None:
        """Give a cell, if it is there."""
        return self._cells[row * self._width + analysis]

    def all_cells(self) -> Sequence[Cell | None]:
        """Give all cells as they are."""
        return self._cells

    def cells(self) -> list[Cell]:
        """Give all cells, when none is missing."""
        return [cell for cell in self._cells if cell is not None]
