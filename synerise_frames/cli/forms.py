"""Frames in the forms that leave the program: Parquet, CSV, JSON lines, a table."""

from __future__ import annotations

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

    Times are ISO 8601 with their offset. What is missing is empty in CSV, null in JSON.
    """
    if form == "parquet":
        return to_bytes(frame, "frame.parquet")
    if form == "csv":
        text = _readable(frame).to_csv(index=False, lineterminator="\n")
    elif form == "jsonl":
        text = "".join(f"{line}\n" for line in _lines(frame))
    else:
        text = table(frame, width)
    return text.encode(errors="backslashreplace")


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
