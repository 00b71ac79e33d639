"""Reports as CSV: the same frame as :func:`synerise_frames.frames.report`."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pandas as pd

from synerise_frames.errors import ShapeError
from synerise_frames.frames.find import names_of
from synerise_frames.frames.load import parse, refuse, refuse_error
from synerise_frames.frames.melt import Table, melt
from synerise_frames.periods import Zone
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading

# A leading zero or a thousands separator is a code or a format, not a plain number.
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d{1,400}")


def report_csv(
    payload: str | bytes | None,
    tz: Zone = None,
    strict: bool = False,
    *,
    metrics: tuple[str, ...] | list[str] | None = None,
    dimensions: tuple[str, ...] | list[str] | None = None,
) -> pd.DataFrame:
    r"""Read the answer of ``reports.preview_csv``.

    The first line names the columns; the delimiter is found in it (comma, semicolon, tab or
    bar). Columns of plain numbers are metrics (codes such as ``007`` are not), others are
    dimensions; `metrics` and `dimensions` say otherwise. An empty cell is missing.

    Parameters
    ----------
    payload : str or bytes
        The CSV text, UTF-8.
    tz : str or tzinfo, optional
        Not used: times in a report are dimensions, as sent.
    strict : bool, default False
        Raise where a line has more or fewer cells than the first, instead of keeping them.
    metrics, dimensions : sequence of str, optional
        Names of columns that are known to be one or the other.

    Returns
    -------
    DataFrame
        row (``Int64``), a ``string`` column for each dimension, metric (``string``), value
        (``Float64``): as :func:`~synerise_frames.frames.report`.

    Raises
    ------
    ShapeError
        If the payload is no CSV: JSON, an error answer, HTML, or not UTF-8.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.report_csv("country,Revenue\nPL,1200.5\n,40\n")
       row country   metric   value
    0    0      PL  Revenue  1200.5
    1    1    <NA>  Revenue    40.0
    """
    reading = Reading("report", strict=strict)
    text = _text(payload)
    if not text.strip():
        reading.unexpected("$", "an empty answer")
    table = _table(reading, text)
    return melt(reading, table, names_of(metrics), names_of(dimensions), tz=tz)


def _text(payload: object) -> str:
    if payload is None:
        return ""
    if isinstance(payload, bytes | bytearray):
        try:
            payload = bytes(payload).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ShapeError("report: the CSV is not UTF-8.", hint="Decode it first.") from None
    if not isinstance(payload, str):
        refuse_error(payload, "report")
        raise refuse("report", "$", payload, "CSV text")
    text = payload.removeprefix("\ufeff")
    start = text.lstrip()[:1]
    if start in ("{", "["):
        refuse_error(parse(text, "report"), "report")
        raise ShapeError("report: this is JSON, not CSV.", hint="Read it with sf.frames.report.")
    if start == "<":
        raise ShapeError("report: this is HTML, not CSV.", hint="A gateway may have answered.")
    return text


def _table(reading: Reading, text: str) -> Table:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=re.sub(r'"[^"]*"', "", first).count)
    try:
        lines = [
            line for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if line
        ]
    except csv.Error as error:
        raise ShapeError(f"report: malformed CSV ({error}).", hint="It may be cut off.") from None
    if not lines:
        return Table()
    names = _names(lines[0], max(map(len, lines)))
    rows = lines[1:]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(lines[0]):
            reading.unexpected(f"$[{number - 2}]", "a line with more or fewer cells than the first")
        row.extend([""] * (len(names) - len(row)))
    columns = {name: [row[i] or None for row in rows] for i, name in enumerate(names)}
    return Table({name: _numbers(column) for name, column in columns.items()}, len(rows))


def _names(header: list[str], width: int) -> list[str]:
    names: list[str] = []
    for i in range(width):
        name = (header[i].strip() if i < len(header) else "") or f"column_{i + 1}"
        names.append(free_name(name, names))
    return names


def _numbers(column: list[str | None]) -> list[Any]:
    if any(v is not None and not _is_number(v) for v in column):
        return list(column)
    return [v if v is None else int(v) if _WHOLE.fullmatch(v) else float(v) for v in column]


def _is_number(text: str) -> bool:
    return any(map(str.isdigit, text)) and _NUMBER.fullmatch(text) is not None
