"""A piece of the inputs on its way: which rows have their cells, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    inputs : Inputs
        Its piece of the identifiers.
    keys : sequence of bytes
        The key of each input's profile; empty where it is no identifier.
    width : int
        How many analyses each has.
    """

    def __init__(self, number: int, inputs: Inputs, keys: Sequence[bytes], width: int) -> None:
        self.number = number
        self.inputs = inputs
        self.keys = keys
        self._width = width
        self._cells: list[Cell | None] = [None] * (len(inputs) * width)
        #: Rows whose profile came before, and where: number of the chunk, row in it.
        self.copies: dict[int, tuple[int, int]] = {}
        self._rows = [row for row in range(len(inputs)) if row not in inputs.reasons]
        for row, reason in inputs.reasons.items():
            self.put_all(row, [Cell("invalid", error=reason)] * width)
        self.left = len(self._rows) * width

    def is_copy(self, row: int, chunk: int, first: int) -> None:
        """Note that the profile of `row` came before."""
        self.copies[row] = (chunk, first)
        self.left -= self._width

    def open_rows(self) -> list[int]:
        """Give the rows whose cells are to be found: identifiers that did not come before."""
        return [row for row in self._rows if row not in self.copies]

    def fill(self, lookup: Lookup) -> set[int]:
        """Take what was answered earlier; give the analyses to which that was a good answer."""
        found = set()
        rows = self.open_rows()
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

    def missing(self) -> Iterator[tuple[int, int]]:
        """Give row and analysis of what has no cell."""
        for row in self.open_rows():
            for analysis in range(self._width):
                if self._cells[row * self._width + analysis] is None:
                    yield row, analysis

    def cell(self, row: int, analysis: int) -> Cell | None:
        """Give a cell, if it is there."""
        return self._cells[row * self._width + analysis]

    def all_cells(self) -> Sequence[Cell | None]:
        """Give all cells as they are."""
        return self._cells

    def cells(self) -> list[Cell]:
        """Give all cells, when none is missing."""
        return [cell for cell in self._cells if cell is not None]
