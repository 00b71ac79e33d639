"""Reports as CSV: the same frame as :func:`synerise_frames.frames.report`."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

import pandas as pd

from synerise_frames.brief import brief
from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import ShapeError, SyneriseWarning
from synerise_frames.frames.find import names_of
from synerise_frames.frames.load import need_answer, parse, refuse, refuse_error
from synerise_frames.frames.melt import Table, melt, roles
from synerise_frames.periods import Zone
from synerise_frames.schema.build import listed
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading

# A leading zero or a thousands separator is a code or a format, not a plain number.
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d{1,400}")


def report_csv(
    payload: str | bytes | None,
    tz: Zone = None,  # noqa: ARG001
    strict: bool = False,
    *,
    metrics: Sequence[str] | None = None,
    dimensions: Sequence[str] | None = None,
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

    Warns
    -----
    SyneriseWarning
        If no column is a metric, as where one cell of each is no plain number.

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
    known = names_of(metrics), names_of(dimensions)
    if table.length and not any(known) and not roles(table)[1]:
        _tell_of_texts(reading, table)
    return melt(reading, table, *known)


def _tell_of_texts(reading: Reading, table: Table) -> None:
    """Say that there is no metric, and which cell keeps a column of numbers from being one."""
    reading.unexpected("$", "no column of plain numbers")
    odd = ((name, _odd(listed(column))) for name, column in table.columns.items())
    cell = next((f" {name!r} holds {value!r}." for name, value in odd if value), "")
    warnings.warn(
        f"No column of the CSV holds plain numbers, so there is no metric.{brief(cell)} metrics= "
        "names those that are.",
        SyneriseWarning,
        stacklevel=depth_of_caller(),
    )


def _odd(column: list[Any]) -> str | None:
    """Give the first cell that is no number of a column in which all have digits."""
    texts = [str(value) for value in column if value is not None]
    others = [text for text in texts if not _is_number(text)]
    all_have_digits = all(any(map(str.isdigit, text)) for text in others)
    return others[0] if others and all_have_digits else None


def _text(payload: object) -> str:
    if payload is None:
        return ""
    if isinstance(payload, bytes | bytearray):
        try:
            payload = bytes(payload).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ShapeError("report: the CSV is not UTF-8.", hint="Decode it first.") from None
    if not isinstance(payload, str):
        need_answer(payload, "report")
        refuse_error(payload, "report")
        raise refuse("report", "$", payload, "CSV text")
    text = payload.removeprefix("\ufeff")
    if text.lower().endswith((".csv", ".tsv", ".txt")) and len(text.splitlines()) == 1:
        raise ShapeError(
            "report: this is the name of a file, not CSV.",
            hint="Read it first: Path(...).read_text(encoding='utf-8').",
        )
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
