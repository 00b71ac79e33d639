"""Frames as plain text: a line a row, nothing cut off."""

from __future__ import annotations

import unicodedata

import pandas as pd


def table(frame: pd.DataFrame) -> str:
    """Give the text of a frame: a header, then a line a row; missing values are empty."""
    cells = [[str(name) for name in frame.columns]]
    cells += [["" if pd.isna(v) else _one_line(v) for v in row] for row in frame.to_numpy()]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(map(_padded, row, widths)).rstrip() for row in cells)
    return "".join(f"{line}\n" for line in lines)


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


def _width(text: str) -> int:
    """Count the columns of a terminal: those of East Asia's wide characters twice."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
