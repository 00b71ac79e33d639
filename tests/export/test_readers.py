"""The same data set in the tools that dashboards stand on, equal cell by cell."""

from __future__ import annotations

from pathlib import Path

import dask.dataframe as dd
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

import synerise_frames as sf

KEYS = ["series", "bucket_start"]
NAMES = ["series_id", "series", "bucket_start", "bucket_end", "value", "is_partial"]


@pytest.fixture(scope="module")
def root(ws: sf.Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a year with a change of the clock, a series without a name, one called like a number."""
    where = tmp_path_factory.mktemp("bi") / "receipts"
    frame = ws.trends.calculate(
        ws.trends.find("Campaign receipts by type"),
        dates=sf.between("2017-02-01", "2017-08-01"),
        interval="1D",
    )
    frame["series"] = frame["series"].replace({"Type A": pd.NA, "Type B": "007"})
    frame.loc[3, "value"] = pd.NA
    sf.write_dataset(frame, where, ["series", "bucket_start:month"])
    # In two steps, so that the files do not come from one writing.
    march = frame[frame["bucket_start"].dt.month == 3].assign(note="again")
    sf.write_dataset(march, where)
    return where


@pytest.fixture(scope="module")
def expected(root: Path) -> list[tuple[object, ...]]:
    """Every cell as plain Python, moments in UTC."""
    return cells(sf.read_dataset(root))


def cells(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    rows = []
    for row in frame[[*NAMES, "note"]].itertuples(index=False, name=None):
        plain = [None if pd.isna(v) else v for v in row]
        for at in (2, 3):
            moment = pd.Timestamp(plain[at])
            assert moment.tzinfo is not None
            plain[at] = moment.tz_convert("UTC").isoformat()
        rows.append(tuple(bool(v) if isinstance(v, bool) else v for v in plain))
    return sorted(rows, key=repr)


def test_the_data_set_has_what_it_should(expected: list[tuple[object, ...]]) -> None:
    assert len(expected) == 3 * 181
    assert {row[1] for row in expected} == {None, "007", "Type C"}
    assert sum(row[4] is None for row in expected) == 1
    assert sum(row[6] == "again" for row in expected) == 3 * 31


def test_duckdb(root: Path, expected: list[tuple[object, ...]]) -> None:
    with duckdb.connect() as sql:
        sql.execute("set timezone = 'UTC'")
        query = f"select * from read_parquet('{root}/**/*.parquet', hive_partitioning = true)"
        assert cells(sql.execute(query).df()) == expected
        counted = sql.execute(
            f"select series_key, bucket_start_month, count(*) from ({query}) group by all"
        ).fetchall()
        assert ("__missing__", "2017-07", 31) in counted
        assert len(counted) == 18
        # The right instants: midnight in New York, also after the change of the clock.
        hours = sql.execute(
            f"select distinct extract(hour from bucket_start at time zone 'America/New_York') "
            f"from ({query})"
        ).fetchall()
        assert hours == [(0,)]


def test_pyarrow_dataset(root: Path, expected: list[tuple[object, ...]]) -> None:
    table = ds.dataset(root, partitioning="hive").to_table()
    assert cells(table.to_pandas()) == expected
    assert table.schema.field("bucket_start").type == pa.timestamp("us", tz="America/New_York")
    one = ds.dataset(root, partitioning="hive").to_table(
        filter=ds.field("bucket_start_month") == "2017-03"
    )
    assert len(one) == 93


def test_polars(root: Path, expected: list[tuple[object, ...]]) -> None:
    frame = pl.read_parquet(f"{root}/**/*.parquet", hive_partitioning=True)
    assert frame.schema["bucket_start"] == pl.Datetime("us", "America/New_York")
    assert frame.schema["series"] == pl.String
    rows = [
        tuple(
            v if not hasattr(v, "isoformat") else pd.Timestamp(v).tz_convert("UTC").isoformat()
            for v in row
        )
        for row in frame.select([*NAMES, "note"]).rows()
    ]
    assert sorted(rows, key=repr) == expected


# 2026-11: Dask 2026.8 resets an index in place, which pandas 3.1 is going to forbid.
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_dask(root: Path, expected: list[tuple[object, ...]]) -> None:
    # Without the keys of folders: Dask takes some that look like numbers for numbers.
    frame = dd.read_parquet(root, dataset={"partitioning": None})
    assert cells(frame.compute(scheduler="sync")) == expected


def test_pandas(root: Path, expected: list[tuple[object, ...]]) -> None:
    frame = pd.read_parquet(root)
    assert cells(frame) == expected
    assert frame["value"].dtype == "Float64"
    assert str(frame["series"].dtype) == "string"
