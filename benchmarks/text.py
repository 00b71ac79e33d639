"""The one table, for a terminal and for the site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.row import Row

HEADER = ("what", "ours", "against", "target", "measured", "met?")


def cells(row: Row) -> tuple[str, ...]:
    """Give the cells of a row, in the order of `HEADER`."""
    target = str(row.target) if row.target else ""
    return row.work, row.ours, row.against, target, row.measured, row.verdict


def as_text(rows: Sequence[Row]) -> str:
    """Give aligned text, with notes below it."""
    lines = [HEADER, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([*shown, *(f"* {note}" for note in notes(rows))])


def as_markdown(rows: Sequence[Row]) -> str:
    """Give a table of a page, with notes below it."""
    lines = [HEADER, ["---"] * len(HEADER), *map(cells, rows)]
    told = [f"* {note}" for note in notes(rows)]
    return "\n".join([*map(markdown_line, lines), *(["", *told] if told else [])]) + "\n"


def markdown_line(line: Iterable[str]) -> str:
    """Give one line of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"


def notes(rows: Sequence[Row]) -> list[str]:
    """Give each note once, in the order of the rows."""
    return list(dict.fromkeys(f"{row.work}: {row.note}" for row in rows if row.note))
