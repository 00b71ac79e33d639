"""Aligned by the window: what a server leaves out must not move all that follows."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.comparing.positions import positions

from .test_periods import TZ, trend

WEEK = {day: float(day + 1) for day in range(7)}


def relative(start: str, values: dict[int, float], *, now: str, before: int = 0) -> pd.DataFrame:
    """Make the trend of the last seven days; positions count from `start`."""
    frame = trend(start, {"a": values})
    frame.attrs["window"] = {"type": "relative", "value": 7, "unit": "DAYS", "offset": before}
    frame.attrs["fetched_at"] = pd.Timestamp(now, tz=TZ).tz_convert("UTC").isoformat()
    return frame


def pairs(got: pd.DataFrame) -> list[tuple[float | None, float | None]]:
    return [
        tuple(None if pd.isna(v) else v for v in row)
        for row in got[["value", "baseline"]].to_numpy()
    ]


def test_a_relative_window_keeps_its_positions_where_the_first_bucket_is_left_out() -> None:
    # 15 March, half past nine: the window begins within the bucket of 8 March.
    new = relative("2017-03-08", {**WEEK, 7: 8.0}, now="2017-03-15 09:30")
    before = {**WEEK, 7: 8.0}
    del before[0]
    old = relative("2017-03-01", before, now="2017-03-15 09:30", before=7)
    got = new.synerise.compare(old)
    assert pairs(got) == [(1, None), *((v, v) for v in range(2, 9))]
    assert got["position"].tolist() == list(range(8))
    assert got.attrs["aligned_by"] == "window"


def test_a_server_that_gives_whole_buckets_only_starts_with_them() -> None:
    new = relative("2017-03-09", WEEK, now="2017-03-15 09:30")
    old = relative(
        "2017-03-02", {d: v for d, v in WEEK.items() if d}, now="2017-03-15 09:30", before=7
    )
    got = new.synerise.compare(old)
    assert got["position"].tolist() == list(range(7))
    assert pairs(got) == [(1, None), *((v, v) for v in range(2, 8))]
    assert got.attrs["aligned_by"] == "window"
    # Beside a window of dates, that it gives no others is an assumption.
    dated = trend("2017-02-01", {"a": WEEK}, window=("2017-02-01", "2017-02-08"))
    mixed = new.synerise.compare(dated)
    assert pairs(mixed) == [(v, v) for v in range(1, 8)]
    assert mixed.attrs["aligned_by"] == "first bucket present"


@pytest.mark.parametrize(
    "change",
    [
        {"window": None},
        {"window": {"type": "relative", "value": 7, "unit": "FORTNIGHTS"}},
        {"window": {"type": "absolute", "start": "soon", "end": "later"}},
        # The clock of an embedded workspace stands in the past.
        {"fetched_at": "2026-03-15T09:30:00+00:00"},
        {"fetched_at": "1999-03-15T09:30:00+00:00"},
        {"fetched_at": None},
    ],
)
def test_a_frame_that_does_not_say_its_window_says_what_was_assumed(change) -> None:
    new = relative("2017-03-08", WEEK, now="2017-03-15 00:00")
    assert new.synerise.compare(new).attrs["aligned_by"] == "window"
    new.attrs |= change
    got = new.synerise.compare(relative("2017-03-01", WEEK, now="2017-03-08 00:00"))
    assert got.attrs["aligned_by"] == "first bucket present"
    assert pairs(got) == [(v, v) for v in range(1, 8)]


def test_without_an_interval_buckets_that_follow_one_another_are_known() -> None:
    window = ("2017-03-08", "2017-03-15")
    new = trend("2017-03-08", {"a": WEEK}, window=window)
    gap = trend("2017-03-08", {"a": {0: 1, 2: 3}}, window=window)
    late = trend("2017-03-08", {"a": {1: 1, 2: 3}}, window=window)
    for frame in (new, gap, late):
        del frame.attrs["interval"]
    assert new.synerise.compare(new).attrs["aligned_by"] == "window"
    assert new.synerise.compare(gap).attrs["aligned_by"] == "first bucket present"
    assert new.synerise.compare(late).attrs["aligned_by"] == "first bucket present"


def test_what_has_no_buckets_is_not_aligned() -> None:
    metric = sf.frames.metric({"result": 1, "metricData": {"title": "m"}})
    assert "aligned_by" not in metric.synerise.compare(metric).attrs


UNITS = {"HOURS": "hours", "DAYS": "days", "WEEKS": "weeks", "MONTHS": "months", "YEARS": "years"}


@settings(max_examples=150, deadline=None)
@given(
    unit=st.sampled_from(list(UNITS)),
    width=st.integers(1, 3),
    zone=st.sampled_from(["Europe/Warsaw", "America/Sao_Paulo", "Asia/Beirut", "UTC"]),
    day=st.dates(pd.Timestamp("2016-01-01").date(), pd.Timestamp("2019-01-01").date()),
    kept=st.sets(st.integers(0, 40), min_size=1),
)
@example(unit="YEARS", width=1, zone="Asia/Beirut", day=date(2016, 3, 28), kept={39})
def test_positions_are_those_of_pandas_offsets(unit, width, zone, day, kept) -> None:
    # A bucket is made from the one before it, one by one; the last day of long months is not
    # used, for from there the way forth is not the way back.
    day = day.replace(day=min(day.day, 28))
    start = pd.Timestamp(day)
    step = pd.DateOffset(**{UNITS[unit]: width})
    walls = [start + step * n for n in range(41)]
    if unit == "HOURS":
        first = start.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
        starts = [first + pd.Timedelta(hours=width * n) for n in range(41)]
    else:
        starts = [w.tz_localize(zone, ambiguous=True, nonexistent="shift_forward") for w in walls]
    chosen = sorted(kept)
    index = pd.DatetimeIndex([starts[n] for n in chosen]).as_unit("us")
    frame = pd.DataFrame({"bucket_start": index, "bucket_end": index + pd.Timedelta(hours=1)})
    frame.attrs = {
        "interval": f"{width} {UNITS[unit]}",
        "window": {
            "type": "absolute",
            "start": starts[0].isoformat(),
            "end": (starts[-1] + pd.Timedelta(days=1)).isoformat(),
        },
    }
    assert positions(frame).tolist() == chosen


@pytest.mark.parametrize(
    ("zone", "skipped"),
    [("America/Sao_Paulo", "2017-10-15"), ("Asia/Beirut", "2023-03-26")],
)
def test_a_last_day_without_a_midnight(zone, skipped) -> None:
    days = pd.date_range(end=skipped, periods=5)
    index = days.tz_localize(zone, nonexistent="shift_forward").as_unit("us")
    assert index[-1].hour == 1
    frame = pd.DataFrame({"bucket_start": index, "bucket_end": index}).iloc[[1, 3, 4]]
    start, end = index[0].isoformat(), (index[-1] + pd.Timedelta(days=1)).isoformat()
    frame.attrs = {
        "interval": "1 days",
        "window": {"type": "absolute", "start": start, "end": end},
    }
    assert positions(frame).tolist() == [1, 3, 4]


def test_rows_without_a_time_have_no_position() -> None:
    frame = trend("2017-03-08", {"a": WEEK}, window=("2017-03-08", "2017-03-15"))
    frame.loc[2, "bucket_start"] = pd.NaT
    assert positions(frame).isna().tolist() == [n == 2 for n in range(7)]
    assert positions(frame).dtype == pd.Int64Dtype()
    np.testing.assert_array_equal(positions(frame.iloc[3:]).to_numpy(), [3, 4, 5, 6])


def test_a_relative_window_says_as_of_when(ws: sf.Workspace) -> None:
    receipts = ws.trends.find("Campaign receipts by type")
    new = ws.trends.calculate(receipts, dates=sf.last(30, "days"), interval="1D")
    old = ws.trends.calculate(receipts, dates=sf.last(30, "days", before=30), interval="1D")
    # The demo's clock stands still, whenever it is asked.
    assert new.attrs["window"]["as_of"] == "2018-01-01T00:00:00-05:00"
    got = new.synerise.compare(old)
    assert got.attrs["aligned_by"] == "window"
    # Without the first day, which a server may leave out, the others keep their places.
    late = old[old["bucket_start"] > old["bucket_start"].min()]
    late.attrs = old.attrs
    again = new.synerise.compare(late)
    assert again.attrs["aligned_by"] == "window"
    pairs = again[["position", "baseline_start"]].dropna().drop_duplicates()
    assert set(map(tuple, pairs.to_numpy())) < set(
        map(tuple, got[["position", "baseline_start"]].drop_duplicates().to_numpy())
    )
