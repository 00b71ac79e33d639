"""Frames to write, and a look at what is on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

Make = Callable[..., pd.DataFrame]


@pytest.fixture
def trend() -> Make:
    """Make a trend of days: series to values, all from one day on."""

    def make(
        values: dict[str | None, list[float | None]], start: str = "2017-03-30"
    ) -> pd.DataFrame:
        first = pd.Timestamp(start, tz=ZoneInfo("America/New_York"))
        rows = [
            {
                "series_id": str(number),
                "series": name,
                "bucket_start": first + pd.DateOffset(days=at),
                "bucket_end": first + pd.DateOffset(days=at + 1),
                "value": value,
                "is_partial": False,
            }
            for number, (name, all_values) in enumerate(values.items())
            for at, value in enumerate(all_values)
        ]
        frame = pd.DataFrame(rows)
        for column in ("bucket_start", "bucket_end"):
            frame[column] = frame[column].dt.as_unit("us")
        text = {"series_id": "string", "series": "string"}
        frame = frame.astype({**text, "value": "Float64", "is_partial": "boolean"})
        frame.attrs = {"kind": "trend", "analysis_name": "Made up"}
        return frame

    return make


@pytest.fixture
def parts() -> Callable[[Path], dict[str, bytes]]:
    """Give all files that a reader which globs would take, with their content."""

    def read(root: Path) -> dict[str, bytes]:
        found = root.rglob("*.parquet")
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}

    return read
