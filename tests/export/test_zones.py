"""Partitions of times: the data set's zone counts, also where a day has no midnight."""

from __future__ import annotations

import pandas as pd
import pytest

import synerise_frames as sf


def test_partitions_are_those_of_the_data_sets_zone_whatever_the_frames(trend, tmp_path) -> None:
    root = tmp_path / "x"
    march = trend({"a": [float(n) for n in range(31)]}, "2017-03-01")
    sf.write_dataset(march, root, "bucket_start:month")
    april = trend({"a": [float(n) for n in range(30)]}, "2017-04-01")
    # Midnight of the first of April in New York is 04:00 UTC; an hour before it is April in UTC.
    shifted = april.assign(bucket_start=april["bucket_start"].dt.tz_convert("Pacific/Honolulu"))
    sf.write_dataset(shifted, root)
    got = sf.read_dataset(root)
    assert len(got) == 61
    assert got["bucket_start"].dt.month.value_counts().to_dict() == {3: 31, 4: 30}
    manifest = sf.write_dataset(shifted, root)
    assert {file.partition["bucket_start_month"]: file.rows for file in manifest.files} == {
        "2017-03": 31,
        "2017-04": 30,
    }


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Sao_Paulo", "2017-10-15"),
        ("Asia/Beirut", "2023-03-26"),
        ("America/Havana", "2017-11-05"),
        ("Africa/Cairo", "2023-04-28"),
    ],
)
@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
def test_days_whose_midnight_is_not_or_twice(trend, tmp_path, zone, day, unit) -> None:
    times = pd.date_range(pd.Timestamp(day, tz="UTC"), periods=48, freq="h").tz_convert(zone)
    frame = trend({"a": [1.0] * 48}).assign(bucket_start=times.as_unit("us"))
    manifest = sf.write_dataset(frame, tmp_path / "x", f"bucket_start:{unit}")
    form = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}[unit]
    expected: dict[str, int] = {}
    for moment in times:
        label = moment.to_pydatetime().strftime(form)
        expected[label] = expected.get(label, 0) + 1
    assert {f.partition[f"bucket_start_{unit}"]: f.rows for f in manifest.files} == expected
    assert len(sf.read_dataset(tmp_path / "x")) == 48


def test_fixed_offsets_are_read_back(trend, tmp_path) -> None:
    frame = trend({"a": [1.0, 2.0]})
    fixed = frame["bucket_start"].dt.tz_convert(pd.Timestamp("2017-01-01T00:00+02:00").tz)
    sf.write_dataset(frame.assign(bucket_start=fixed), tmp_path / "x", "bucket_start:day")
    got = sf.read_dataset(tmp_path / "x")
    pd.testing.assert_series_equal(got["bucket_start"], fixed)
