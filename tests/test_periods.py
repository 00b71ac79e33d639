from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.periods import Interval
from synerise_frames.wire.bodies import aggregate_by, date_filter


def test_a_relative_window_is_sent_as_such() -> None:
    assert date_filter(sf.last(90, "days"), None) == {
        "type": "RELATIVE",
        "offset": {"type": "DAYS", "value": 0},
        "duration": {"type": "DAYS", "value": 90},
    }


def test_a_half_open_window_becomes_an_inclusive_one() -> None:
    sent = date_filter(sf.between("2017-03-01", date(2017, 4, 1)), "America/New_York")
    assert sent == {
        "type": "ABSOLUTE",
        "from": "2017-03-01T00:00:00.000-05:00",
        "to": "2017-03-31T23:59:59.999-04:00",
    }


def test_naive_moments_need_a_zone() -> None:
    with pytest.raises(sf.ConfigError, match="no time zone"):
        date_filter(sf.between("2017-03-01", "2017-04-01"), None)
    aware = sf.between(datetime(2017, 3, 1, tzinfo=UTC), pd.Timestamp("2017-04-01", tz="UTC"))
    assert date_filter(aware, None)["from"].startswith("2017-03-01T00:00:00")


@pytest.mark.parametrize(
    "bad",
    [
        lambda: sf.last(0),
        lambda: sf.last(1.5),
        lambda: sf.last(3, "fortnights"),
        lambda: sf.last(3, "days", before=-1),
        lambda: sf.between("2017-04-01", "2017-03-01"),
        lambda: sf.between("yesterday", "2017-03-01"),
        lambda: sf.last(3, ["days"]),
        lambda: sf.between(np.datetime64("NaT"), "2017-03-01"),
        lambda: sf.between("2017-03-01", np.datetime64("99999-01-01")),
        lambda: Interval.of(pd.Timedelta("1ms")),
        lambda: Interval.of(pd.NaT),
        lambda: Interval.of(timedelta(0)),
        lambda: Interval.of(timedelta(-1)),
        lambda: Interval.of(timedelta.max),
        lambda: Interval.of(np.timedelta64(1, "M")),
        lambda: sf.between(None, "2017-03-01"),
        lambda: sf.between([1, 2], "2017-03-01"),
        lambda: sf.between(pd.NaT, "2017-03-01"),
        lambda: Interval.parse("1 moon"),
        lambda: Interval.parse("9" * 5_000 + "D"),
        lambda: sf.frames.trend([], interval=7),
        lambda: aggregate_by(5),
        lambda: date_filter("2017", None),
    ],
)
def test_nonsense_is_refused(bad: object) -> None:
    with pytest.raises(sf.ConfigError):
        bad()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "interval"),
    [("D", (1, "DAYS")), ("7D", (7, "DAYS")), ("15min", (15, "MINUTES")), ("1h", (1, "HOURS")),
     ("2W", (2, "WEEKS")), ("1M", (1, "MONTHS")), ("1YE", (1, "YEARS")), ("30s", (30, "SECONDS"))],
)  # fmt: skip
def test_intervals_are_spelled_as_in_pandas(text: str, interval: tuple[int, str]) -> None:
    assert Interval.parse(text) == Interval(*interval)


def test_days_are_calendar_days_over_changes_of_the_clock() -> None:
    days = pd.DatetimeIndex(["2017-03-12", "2017-11-05"]).tz_localize("America/New_York")
    after = Interval(1, "DAYS").shift(days)
    assert (after - days).total_seconds().tolist() == [23 * 3600, 25 * 3600]
    hours = Interval(24, "HOURS").shift(days)
    assert (hours - days).total_seconds().tolist() == [24 * 3600] * 2


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),
    st.integers(1, 40),
    st.sampled_from(["SECONDS", "MINUTES", "HOURS", "DAYS", "WEEKS"]),
)
def test_shifting_moves_forward(moment: datetime, value: int, unit: str) -> None:
    start = pd.DatetimeIndex([moment.replace(microsecond=0)]).tz_localize("UTC")
    start = start.tz_convert("Europe/Warsaw")
    assert (Interval(value, unit).shift(start) > start).all()


@pytest.mark.parametrize(
    ("zone", "end", "sent"),
    [
        ("Europe/Warsaw", "2024-03-31T03:00", "2024-03-31T01:59:59.999+01:00"),
        ("Europe/Warsaw", "2024-10-27T03:00", "2024-10-27T02:59:59.999+01:00"),
        ("Asia/Beirut", "2024-10-27", "2024-10-26T23:59:59.999+02:00"),
    ],
)
def test_windows_end_right_where_the_clock_changes(zone: str, end: str, sent: str) -> None:
    assert date_filter(sf.between("2024-01-01", end), zone)["to"] == sent


def test_numpys_whole_numbers_are_whole_numbers() -> None:
    assert sf.last(np.int64(3), "days") == sf.last(3, "days")
    assert type(sf.last(np.int64(3), "days").duration.value) is int
    assert sf.last(3, before=np.int64(1)) == sf.last(3, before=1)


@pytest.mark.parametrize(
    ("length", "interval"),
    [
        (pd.Timedelta("7D"), "7D"),
        (timedelta(days=1), "1D"),
        (timedelta(hours=36), "36h"),
        (np.timedelta64(90, "m"), "90min"),
        (pd.Timedelta("90s"), "90s"),
    ],
)
def test_a_length_of_time_is_an_interval(length: timedelta, interval: str) -> None:
    assert Interval.of(length) == Interval.parse(interval)


def test_a_length_of_time_is_sent_and_noted_as_text_is(ws: sf.Workspace) -> None:
    trend, dates = ws.trends.find("Baskets per day"), sf.between("2017-03-01", "2017-03-15")
    as_text, as_length = (
        ws.trends.calculate(trend, dates=dates, interval=width, refresh=True)
        for width in ("7D", pd.Timedelta("7D"))
    )
    pd.testing.assert_frame_equal(as_text, as_length)
    assert as_length.attrs["interval"] == "7 days"
    spend = ws.aggregates.find("Spend")
    frame = ws.aggregates.history(spend, 1, dates=dates, interval=timedelta(days=7))
    assert frame.attrs["interval"] == "7 days"


def test_moments_of_numpy() -> None:
    window = sf.between(np.datetime64("2017-03-01"), np.datetime64("2017-04-01T12:30"))
    assert window == sf.between(datetime(2017, 3, 1), datetime(2017, 4, 1, 12, 30))
    assert window == sf.between("2017-03-01", np.array(["2017-04-01T12:30"], "datetime64[ns]")[0])


@pytest.mark.parametrize("value", ["30d", "30", 0, 1.5])
def test_last_says_how_it_is_written(value: object) -> None:
    with pytest.raises(sf.ConfigError) as caught:
        sf.last(value)  # type: ignore[arg-type]
    assert caught.value.hint == "Write sf.last(30, 'days')."
    assert repr(value) in caught.value.message
    assert "interval" not in caught.value.message
