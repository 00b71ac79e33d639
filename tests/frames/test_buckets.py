"""When buckets end, and which are not over."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from synerise_frames import frames
from synerise_frames.periods import Interval

TZ = "Europe/Warsaw"


def ends(starts, **options):
    """Read a trend with these starts; give its ends in local time."""
    df = frames.trend({"items": [{"date": s, "value": 1} for s in starts]}, tz=TZ, **options)
    return [None if pd.isna(e) else e.strftime("%Y-%m-%d %H:%M") for e in df["bucket_end"]]


def spans(pairs, **options):
    items = [{"from": start, "to": end, "value": 1} for start, end in pairs]
    df = frames.trend({"items": items}, tz=TZ, **options)
    return [e.isoformat() for e in df["bucket_end"]]


@pytest.mark.parametrize(
    ("starts", "last"),
    [
        (["2024-03-29", "2024-03-30", "2024-03-31"], "2024-04-01 00:00"),
        (["2024-10-26", "2024-10-27"], "2024-10-28 00:00"),
        (["2024-03-18", "2024-03-25"], "2024-04-01 00:00"),
        (["2024-01-01", "2024-02-01", "2024-03-01"], "2024-04-01 00:00"),
        (["2023-01-01", "2024-01-01"], "2025-01-01 00:00"),
        (["2024-01-01", "2024-04-01", "2024-07-01"], "2024-10-01 00:00"),
        (["2024-03-31T00:00:00", "2024-03-31T01:00:00", "2024-03-31T03:00:00"], "2024-03-31 04:00"),
    ],
)
def test_the_last_bucket_is_as_long_as_the_calendar_says(starts, last):
    found = ends(starts)
    assert found[-1] == last
    assert found[:-1] == [
        s.replace("T", " ")[:16].ljust(16) if "T" in s else f"{s} 00:00" for s in starts[1:]
    ]


def test_a_month_after_months_is_not_31_days():
    assert ends(["2024-01-31", "2024-03-01"])[-1] == "2024-03-31 00:00"  # 30 days apart


def test_uneven_starts_say_nothing_of_the_last_end():
    assert ends(["2024-03-01", "2024-03-02", "2024-03-05"]) == [
        "2024-03-02 00:00",
        "2024-03-05 00:00",
        None,
    ]


def test_a_known_interval_wins_over_a_gap():
    found = ends(["2024-03-01", "2024-03-02", "2024-03-05"], interval=Interval(1, "DAYS"))
    assert found == ["2024-03-02 00:00", "2024-03-03 00:00", "2024-03-06 00:00"]


def test_buckets_never_overlap_even_if_the_interval_is_longer():
    found = ends(["2024-03-07", "2024-03-11"], interval=Interval(1, "WEEKS"))
    assert found == ["2024-03-11 00:00", "2024-03-18 00:00"]


def test_an_interval_is_right_on_days_of_23_and_25_hours():
    day = Interval(1, "DAYS")
    assert ends(["2024-03-31"], interval=day) == ["2024-04-01 00:00"]
    assert ends(["2024-10-27"], interval=day) == ["2024-10-28 00:00"]


def test_the_window_ends_a_single_bucket():
    end = datetime(2024, 3, 8, tzinfo=UTC)
    assert ends(["2024-03-01"], window_end=end) == ["2024-03-08 01:00"]
    assert ends(["2024-03-01"], window_end=datetime(2024, 3, 8)) == ["2024-03-08 00:00"]
    assert ends(["2024-03-01"]) == [None]


@pytest.mark.parametrize(
    "end",
    [
        "2024-03-31T00:00:00+01:00",
        "2024-03-30T23:59:59.999+01:00",
        "2024-03-30T23:59:59.999999+01:00",
        "2024-03-30T23:59:59+01:00",
        "2024-03-30T23:59+01:00",
        1711839599999,
        1711839600000,
        1711839599,
    ],
)
def test_an_inclusive_end_becomes_the_next_moment(end):
    expected = "2024-03-31T00:00:00+01:00"
    assert spans([("2024-03-30", end)]) == [expected]
    assert spans([("2024-03-30", end), ("2024-03-31", "2024-04-01T00:00:00+02:00")])[0] == expected


def test_a_sent_end_wins_over_everything_else():
    pairs = [("2024-03-01", "2024-03-01T12:00:00"), ("2024-03-05", "2024-03-05T12:00:00")]
    found = spans(pairs, interval=Interval(1, "DAYS"))
    assert found == ["2024-03-01T12:00:00+01:00", "2024-03-05T12:00:00+01:00"]


def test_dates_that_end_where_the_next_begins_are_excluded():
    found = spans([("2024-03-01", "2024-03-08"), ("2024-03-08", "2024-03-15")])
    assert [end[:10] for end in found] == ["2024-03-08", "2024-03-15"]


def test_dates_that_end_a_day_before_the_next_are_included():
    found = spans([("2024-03-01", "2024-03-07"), ("2024-03-08", "2024-03-14")])
    assert [end[:10] for end in found] == ["2024-03-08", "2024-03-15"]
    assert spans([("2024-03-31", "2024-03-31")]) == ["2024-04-01T00:00:00+02:00"]


def test_only_some_ends_sent():
    items = [
        {"from": "2024-03-01", "to": "2024-03-01T06:00:00", "value": 1},
        {"from": "2024-03-02", "to": None, "value": 1},
        {"from": "2024-03-03", "value": 1},
    ]
    df = frames.trend({"items": items}, tz=TZ)
    assert df["bucket_end"].dt.strftime("%d %H").tolist() == ["01 06", "03 00", "04 00"]


def test_partial_is_what_ends_after_now():
    items = [{"date": f"2024-03-0{day}", "value": 1} for day in (1, 2, 3)]
    now = datetime(2024, 3, 3, 12, tzinfo=UTC)
    assert frames.trend({"items": items}, tz=TZ, now=now)["is_partial"].tolist() == [
        False,
        False,
        True,
    ]
    over = pd.Timestamp("2024-03-04", tz=TZ).to_pydatetime()
    assert not frames.trend({"items": items}, tz=TZ, now=over)["is_partial"].any()


def test_partial_is_missing_where_the_end_is():
    df = frames.trend({"items": [{"date": "2024-03-01", "value": 1}]}, tz=TZ)
    assert df["is_partial"].isna().all()


def test_the_present_is_the_default_for_now():
    tomorrow = (pd.Timestamp.now(TZ).normalize() + pd.DateOffset(days=1)).strftime("%Y-%m-%d")
    df = frames.trend(
        {"items": [{"from": "2000-01-01", "to": tomorrow + "T00:00:00", "value": 1}]}, tz=TZ
    )
    assert df["is_partial"].tolist() == [True]


def test_a_bucket_that_one_series_lacks_still_ends_the_one_before():
    payload = {
        "items": [
            {
                "id": "a",
                "data": [
                    {"date": d, "value": 1} for d in ("2024-03-01", "2024-03-02", "2024-03-03")
                ],
            },
            {"id": "b", "data": [{"date": d, "value": 1} for d in ("2024-03-01", "2024-03-03")]},
        ]
    }
    df = frames.trend(payload, tz=TZ)
    b = df[df["series_id"] == "b"]
    assert b["bucket_end"].dt.day.tolist() == [2, 4]


@pytest.mark.parametrize(
    ("start", "interval", "whole"),
    [
        ("2024-03-05", "1M", None),
        ("2024-03-01", "1M", "2024-04-01 00:00"),
        ("2024-03-05", "1Y", None),
        ("2024-01-01", "1Y", "2025-01-01 00:00"),
        # Tuesday, Monday, Sunday: where weeks begin is not known.
        ("2024-03-05", "1W", None),
        ("2024-03-04", "1W", "2024-03-11 00:00"),
        ("2024-03-03", "1W", "2024-03-10 00:00"),
        ("2024-03-05T06:00:00", "1D", None),
        ("2024-03-05", "1D", "2024-03-06 00:00"),
        ("2024-03-05T06:30:00", "1h", None),
        ("2024-03-05T06:00:00", "1h", "2024-03-05 07:00"),
    ],
)
def test_nobody_knows_where_a_lone_bucket_ends_that_the_window_may_have_cut(start, interval, whole):
    window_start = datetime.fromisoformat(start)
    asked = {"interval": interval, "window_start": window_start}
    assert ends([start], **asked) == [whole]
    df = frames.trend({"items": [{"date": start, "value": 1}]}, tz=TZ, **asked)
    assert df["is_partial"].isna().tolist() == [whole is None]
    # It is no longer than the window, and as long as it is said to be where nothing cuts it.
    soon = window_start + pd.Timedelta(minutes=50)
    assert ends([start], **asked, window_end=soon) == [soon.strftime("%Y-%m-%d %H:%M")]
    earlier = {**asked, "window_start": window_start - pd.Timedelta(days=1)}
    assert None not in ends([start], **earlier)


def test_where_clocks_skip_midnight_a_day_that_begins_after_it_is_not_cut():
    tz, start = "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"
    window_start = datetime.fromisoformat(start)
    payload = {"items": [{"date": start, "value": 1}]}
    df = frames.trend(payload, tz=tz, interval="1D", window_start=window_start)
    assert df["bucket_end"].notna().all()


@pytest.mark.parametrize(
    ("now", "last"),
    [("2024-03-18T23:59", "2024-03-19 00:00"), ("2024-03-19T00:01", None)],
)
@pytest.mark.parametrize("interval", [None, "1D"])
def test_a_window_that_may_end_anywhere_leaves_the_last_end_open(now, last, interval):
    asked = {"window_end": pd.NaT, "interval": interval, "now": datetime.fromisoformat(now)}
    starts = ["2024-03-16", "2024-03-17", "2024-03-18"]
    assert ends(starts, **asked) == ["2024-03-17 00:00", "2024-03-18 00:00", last]
    assert ends([], **asked) == []
    # What was sent is no guess.
    pairs = [("2024-03-16T00:00:00", "2024-03-17T00:00:00")]
    assert spans(pairs, **asked) == ["2024-03-17T00:00:00+01:00"]


def test_a_lone_bucket_of_such_a_window_may_be_cut_at_its_start():
    asked = {"window_end": pd.NaT, "now": datetime(2024, 3, 6, tzinfo=UTC)}
    assert ends(["2024-03-05"], interval="1M", **asked) == [None]
    assert ends(["2024-03-01"], interval="1M", **asked) == ["2024-04-01 00:00"]
