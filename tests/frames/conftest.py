"""What the tests of the readers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from synerise_frames import frames, schema
from synerise_frames.schema.tables import TABLES

#: Long after every bucket of the tests, so that nothing is partial by accident.
NOW = datetime(2030, 1, 1, tzinfo=UTC)
TZ = "Europe/Warsaw"


@pytest.fixture(autouse=True)
def _forget_drift() -> Iterator[None]:
    schema.reset_drift()
    yield
    schema.reset_drift()


@pytest.fixture
def read() -> Callable[..., list[tuple[Any, ...]]]:
    """Give the rows of a trend: id, name, start in the zone, value."""

    def rows(payload: Any, **options: Any) -> list[tuple[Any, ...]]:
        df = frames.trend(payload, tz=TZ, now=NOW, **options)
        starts = df["bucket_start"].dt.strftime("%Y-%m-%d %H:%M")
        table = zip(df["series_id"], df["series"], starts, df["value"], strict=True)
        return [tuple(None if pd.isna(v) else v for v in row) for row in table]

    return rows


@pytest.fixture
def declared() -> Callable[[pd.DataFrame], None]:
    """Check that a frame has its kind's columns and dtypes, in order, before any others."""

    def check(df: pd.DataFrame, tz: str = "UTC") -> None:
        columns = list(TABLES[df.attrs["kind"]])
        names = [c.name for c in columns]
        if df.attrs["kind"] == "report":
            assert df.columns[0] == "row"
            assert [c for c in df.columns if c in names] == names
        else:
            assert list(df.columns[: len(names)]) == names
        for column in columns:
            want = f"datetime64[us, {tz}]" if column.dtype == "time" else column.dtype
            assert str(df[column.name].dtype) == want, column.name
        assert isinstance(df.index, pd.RangeIndex)

    return check
