"""Buckets of different length: refused where they have another width, told where windows cut."""

import warnings

import numpy as np
import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.errors import ConfigError, SyneriseWarning

from .test_periods import TZ, trend


def buckets(*edges: str, tz: str | None = TZ, interval: str | None = None) -> pd.DataFrame:
    """Make a trend of buckets from edge to edge."""
    times = pd.DatetimeIndex([pd.Timestamp(e, tz=tz) for e in edges]).as_unit("us")
    frame = pd.DataFrame({"series_id": "1", "series": "a", "bucket_start": times[:-1]})
    frame["bucket_end"] = times[1:]
    frame["value"] = pd.array(range(1, len(edges)), dtype="Float64")
    frame["is_partial"] = pd.array([False] * (len(edges) - 1), dtype="boolean")
    frame.attrs = {"kind": "trend", "interval": interval}
    return frame


def dates(start: str, count: int, **step: int) -> list[str]:
    first = pd.Timestamp(start)
    return [str(first + pd.DateOffset(**{k: v * n for k, v in step.items()})) for n in range(count)]


@pytest.mark.parametrize("compare", [sf.compare, lambda a, b: a.synerise.compare(b)])
@pytest.mark.parametrize("noted", [None, "1 days"])
def test_days_are_not_compared_with_weeks_where_an_interval_is_not_known(compare, noted) -> None:
    days = buckets(*dates("2017-03-06", 15, days=1), interval=noted)
    weeks = buckets(*dates("2017-03-06", 5, weeks=1))
    for one, two in ((days, weeks), (weeks, days)):
        with pytest.raises(ConfigError, match=r"(?s)different widths: .*days?.*interval=") as error:
            compare(one, two)
        assert "7 days" in str(error.value)


def test_days_are_not_compared_with_weeks_of_the_demo(ws) -> None:
    trend_id = ws.trends.find("Baskets per day")
    window = sf.between("2017-03-06", "2017-06-05")
    days = ws.trends.calculate(trend_id, dates=window)
    weeks = ws.trends.calculate(trend_id, dates=window, interval="1W")
    with pytest.raises(ConfigError, match="different widths: 1 day and 1 weeks"):
        days.synerise.compare(weeks)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        # The clock goes forward on 12 March, and back on 5 November.
        (dates("2017-03-11", 4, days=1), dates("2017-11-04", 4, days=1)),
        (dates("2017-03-12", 2, days=1), dates("2017-11-05", 2, days=1)),
        (dates("2017-03-06", 4, weeks=1), dates("2017-10-30", 4, weeks=1)),
        (dates("2017-02-01", 5, months=1), dates("2017-07-01", 5, months=1)),
        (dates("2017-02-01", 2, months=1), dates("2017-07-01", 2, months=1)),
        (dates("2016-01-01", 3, years=1), dates("2014-01-01", 3, years=1)),
        # Months from the last day of one.
        (["2017-01-31", "2017-02-28", "2017-03-31"], ["2017-10-31", "2017-11-30", "2017-12-31"]),
        # Seven days, whatever is missing.
        (dates("2017-03-06", 4, weeks=1), dates("2017-05-01", 2, weeks=1)),
    ],
)
@pytest.mark.parametrize("zone", [TZ, "UTC", None])
def test_the_clock_and_the_calendar_make_no_other_length(one, two, zone) -> None:
    got = buckets(*one, tz=zone).synerise.compare(buckets(*two, tz=zone))
    assert got.attrs["uneven"] == []


def test_a_day_whose_midnight_clocks_skip_is_a_day() -> None:
    zone = "America/Sao_Paulo"
    skipped = buckets("2017-10-14", "2017-10-15 01:00", "2017-10-16", "2017-10-17", tz=zone)
    plain = buckets(*dates("2017-08-01", 4, days=1), tz=zone)
    assert skipped.synerise.compare(plain).attrs["uneven"] == []


def test_hours_are_steps_of_real_time() -> None:
    hours = [
        buckets(*edges, tz="UTC")
        for edges in (dates("2017-03-12 05:00", 6, hours=1), dates("2017-03-14 05:00", 6, hours=1))
    ]
    for frame in hours:
        for name in ("bucket_start", "bucket_end"):
            frame[name] = frame[name].dt.tz_convert(TZ)
    assert hours[0].synerise.compare(hours[1]).attrs["uneven"] == []


def test_weeks_that_windows_cut_differently_are_told(ws) -> None:
    trend_id = ws.trends.find("Baskets per day")
    new, old = (
        ws.trends.calculate(trend_id, dates=window, interval="1W")
        for window in (sf.last(90, "days"), sf.last(90, "days", before=90))
    )
    # 3 October 2017 is a Tuesday, 5 July a Wednesday: six days and five are left of their weeks.
    with pytest.warns(SyneriseWarning, match=r"1 of 13 pairs .*6 days against 5 days.*Monday") as w:
        got = new.synerise.compare(old)
    assert [one.filename for one in w] == [__file__]
    assert got.attrs["uneven"] == [0]
    known = list(zip(new["value"], old["value"], strict=False))
    assert got["value"].tolist()[:13] == [one for one, _ in known]
    share = sum(one for one, _ in known[1:]) / sum(two for _, two in known[1:]) - 1
    written = " ".join(t.get_text() for t in got.synerise.plot().texts)
    assert f"mean of 12 of 14 buckets \N{MINUS SIGN}{-share:.1%}" in written
    assert "without 1 pair of different length" in written


def test_a_month_that_a_window_cuts_is_told() -> None:
    new = buckets("2017-03-15", "2017-04-01", "2017-05-01")
    old = buckets("2017-01-01", "2017-02-01", "2017-03-01")
    with pytest.warns(SyneriseWarning, match=r"1 of 2 pairs .*17 days against 31 days"):
        assert new.synerise.compare(old).attrs["uneven"] == [0]


def test_buckets_cut_alike_or_not_over_are_not_told() -> None:
    new = buckets("2017-03-15", "2017-03-20", "2017-03-27", "2017-03-29 13:00")
    old = buckets("2017-02-15", "2017-02-20", "2017-02-27", "2017-03-06")
    new["is_partial"] = pd.array([False, False, True], dtype="boolean")
    assert new.synerise.compare(old).attrs["uneven"] == []


def test_two_buckets_may_both_be_cut() -> None:
    two = buckets("2017-03-18", "2017-03-20", "2017-03-21")
    with pytest.warns(SyneriseWarning, match="2 of 2 pairs"):
        two.synerise.compare(buckets(*dates("2017-03-06", 4, weeks=1)))


@pytest.mark.parametrize("dtype", ["object", "datetime64[us]", f"datetime64[us, {TZ}]"])
def test_buckets_without_an_end_are_compared_as_before(dtype) -> None:
    frame = trend("2017-03-01", {"a": {0: 1, 1: 2}})
    frame["bucket_end"] = pd.Series(pd.NaT, index=frame.index, dtype=dtype)
    del frame.attrs["interval"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = frame.synerise.compare(frame)
    assert got["difference"].tolist() == [0, 0]
    assert got.attrs["uneven"] == []
    assert sf.compare(frame, frame).attrs["unchanged"] == 2


def test_positions_of_buckets_that_a_window_cuts_are_noted_on_either_side() -> None:
    with sf.demo() as ws:
        trend = ws.trends.find("Baskets per day")

        def weeks(start: str, end: str) -> pd.DataFrame:
            return ws.trends.calculate(trend, dates=sf.between(start, end), interval="1W")

        # Wednesday to Wednesday on both sides; then whole weeks beside a cut last one.
        alike = weeks("2017-03-08", "2017-05-03").synerise.compare(
            weeks("2017-01-11", "2017-03-08")
        )
        assert (alike.attrs["uneven"], alike.attrs["cut"]) == ([], [0, 8])
        with pytest.warns(SyneriseWarning):
            one = weeks("2017-03-06", "2017-04-03").synerise.compare(
                weeks("2017-01-02", "2017-01-28")
            )
        assert (one.attrs["uneven"], one.attrs["cut"]) == ([3], [3])
    ax = alike.synerise.plot()
    assert "dashed: cut by the window" in ax.texts[0].get_text()
    dashed = [line for line in ax.lines if line.get_gid() == "partial"]
    whole = {line.get_label(): line.get_ydata() for line in ax.lines}
    for line, name in zip(dashed, ("baseline", "value"), strict=True):
        # From and to the cut weeks, and nowhere else.
        assert np.flatnonzero(np.isfinite(line.get_ydata())).tolist() == [0, 1, 7, 8]
        assert np.flatnonzero(np.isfinite(whole[name])).tolist() == list(range(1, 8))


def test_a_bucket_without_a_known_end_is_not_comparable() -> None:
    new = buckets("2017-06-05", "2017-06-12", "2017-06-19", "2017-06-26")
    old = buckets("2017-05-01", "2017-05-08", "2017-05-15", "2017-05-22")
    for one, other in ((new, old), (old, new)):
        open_ended = one.assign(
            bucket_end=one["bucket_end"].mask(one.index == 2),
            is_partial=one["is_partial"].mask(one.index == 2),
        )
        for a, b in ((open_ended, other), (other, open_ended), (open_ended, open_ended)):
            with pytest.warns(SyneriseWarning, match=r"1 of 3 pairs .*may be .*sf.between") as w:
                got = a.synerise.compare(b)
            assert [one.filename for one in w] == [__file__]
            assert got.attrs["uneven"] == [2]
            assert got.attrs["cut"] == []
            assert got["is_partial"].isna().tolist() == [False, False, True]
    # One that goes on is bound to be lower, and no surprise.
    going_on = open_ended.assign(is_partial=pd.array([False, False, True], dtype="boolean"))
    got = going_on.synerise.compare(other)
    assert got["is_partial"].tolist() == [False, False, True]
    assert got.attrs["uneven"] == []


def test_a_side_that_lacks_a_bucket_does_not_say_whether_it_is_over() -> None:
    new = buckets("2017-06-05", "2017-06-12", "2017-06-19", "2017-06-26")
    got = new.synerise.compare(buckets("2017-05-01", "2017-05-08"))
    assert got["is_partial"].tolist() == [False] * 3
    got = buckets("2017-05-01", "2017-05-08").synerise.compare(new)
    assert got["is_partial"].tolist() == [False] * 3


def test_windows_of_definitions_are_compared_as_far_as_they_are_known(ws) -> None:
    trend_id = ws.trends.find("Baskets per day")
    weeks = {
        **ws.trends.get(trend_id)["analysis"],
        "aggregateDataBy": {"type": "WEEKS", "value": 1},
    }

    def preview(start: str, end: str) -> pd.DataFrame:
        window = {"type": "ABSOLUTE", "from": start, "to": end}
        return ws.trends.preview({**weeks, "dateFilter": window})

    new, old = preview("2017-06-05", "2017-06-30"), preview("2017-05-01", "2017-05-28")
    with pytest.warns(SyneriseWarning, match="1 of 4 pairs .*2017-06-26"):
        assert new.synerise.compare(old).attrs["uneven"] == [3]


def test_of_a_lone_bucket_that_is_cut_nobody_knows_whether_it_is_over(ws) -> None:
    year = ws.trends.calculate(ws.trends.find("Baskets per day"), dates=sf.last(90), interval="1Y")
    with pytest.warns(SyneriseWarning, match="may be of different length"):
        got = year.synerise.compare(year)
    assert got["is_partial"].isna().tolist() == [True]
    assert got.attrs["uneven"] == [0]
