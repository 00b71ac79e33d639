"""Frames in the forms that leave the program: Parquet, CSV, JSON lines, a table."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from synerise_frames.cli.tables import table
from synerise_frames.export.parquet import to_bytes

FORMS = ("table", "csv", "jsonl", "parquet")

_SUFFIXES = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "table",
}


def form_of(file: Path) -> str | None:
    """Give the form that a file's name asks for, if it does.

    >>> form_of(Path("trend.parquet"))
    'parquet'
    """
    return _SUFFIXES.get(file.suffix.lower())


def encoded(frame: pd.DataFrame, form: str, width: int | None = None) -> bytes:
    """Give a frame in one of the forms; `width` is how wide a table may be.

    Times are ISO 8601 with their offset. What is missing is empty in CSV, null in JSON; what is
    infinite is inf in CSV, and null in JSON, which has no such number: pandas writes it so too.
    """
    if form == "parquet":
        return to_bytes(frame, "frame.parquet")
    if form == "csv":
        text = csv_text(_readable(frame))
    elif form == "jsonl":
        text = "".join(f"{line}\n" for line in _lines(frame))
    else:
        text = table(frame, width)
    return text.encode(errors="backslashreplace")


def csv_text(frame: pd.DataFrame) -> str:
    r"""Give a frame as CSV that any reader takes apart again.

    >>> csv_text(pd.DataFrame({"name": ["two\rlines", "one"]}))
    'name\n"two\rlines"\none\n'
    """
    rows = _Rows()
    frame.to_csv(rows, index=False, lineterminator=_Rows.END)
    return rows.getvalue()


class _Rows(io.StringIO):
    """Takes a row at a time; its end becomes a plain one.

    Python before 3.13 quotes of the characters that end lines only those of its own line ends.
    """

    END = "\r\n"

    def write(self, row: str) -> int:
        return super().write(row.removesuffix(self.END) + "\n")


def infinite(frame: pd.DataFrame) -> int:
    """Count the numbers that are infinite."""
    measures = frame.select_dtypes("number")
    return sum(int(values.isin([math.inf, -math.inf]).sum()) for _, values in measures.items())


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame whose CSV any reader understands: ISO times, flags in lower case."""
    columns = {}
    for position, name in enumerate(frame.columns):
        values = frame.iloc[:, position]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            values = pd.Series([None if pd.isna(v) else v.isoformat() for v in values], dtype="str")
        elif pd.api.types.is_bool_dtype(values.dtype):
            values = values.astype("string").str.lower()
        columns[name] = values.reset_index(drop=True)
    return pd.DataFrame(columns)


def _lines(frame: pd.DataFrame) -> Iterator[str]:
    names = [str(name) for name in frame.columns]
    columns = [
        [_plain(value) for value in frame.iloc[:, position].tolist()]
        for position in range(len(names))
    ]
    for row in zip(*columns, strict=True):
        yield json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)


def _plain(value: Any) -> object:
    if pd.isna(value) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.isoformat() if isinstance(value, pd.Timestamp) else value
