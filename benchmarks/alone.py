"""How one benchmark runs: alone (``python -m benchmarks.cache``), or for ``make bench``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.row import Row
from benchmarks.text import as_text


@dataclass(frozen=True)
class Effort:
    """How much is measured: a share of the work, and how many pairs."""

    share: float = 1.0
    pairs: int | None = None

    def of(self, count: int) -> int:
        """Give the share of a full count."""
        return max(1, round(count * self.share))

    def rounds(self, usual: int) -> int:
        """Give how often both sides take turns."""
        return self.pairs or usual


Measure = Callable[[Effort], Iterator[Row]]


def add_effort(parser: argparse.ArgumentParser) -> None:
    """Add the options that all benchmarks have."""
    parser.add_argument("--share", type=float, default=1.0, help="of the full work, such as 0.1")
    parser.add_argument("--pairs", type=int, help="how often both sides take turns")


def main(about: str, measure: Measure) -> None:
    """Measure, and print the rows; or write them down, one a line, as they come."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    add_effort(parser)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    rows: list[Row] = []
    try:
        for row in measure(Effort(options.share, options.pairs)):
            rows.append(row)
            if options.into:
                with options.into.open("a", encoding="utf-8") as file:
                    file.write(row.to_json() + "\n")
    finally:
        # What was measured is told, also when something fails after minutes.
        if not options.into:
            print(as_text(rows))
