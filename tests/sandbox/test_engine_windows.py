"""Windows and buckets: the calendar alone, without data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synerise_frames.sandbox.engine import DialectError
from synerise_frames.sandbox.engine.part import Part
from synerise_frames.sandbox.engine.windows import (
    MOST_BUCKETS,
    Step,
    Window,
    buckets,
    read_step,
    read_window,
)

NEW_YORK = ZoneInfo("America/New_York")
LENGTH = {
    "SECONDS": timedelta(seconds=1),
    "MINUTES": timedelta(minutes=1),
    "HOURS": timedelta(hours=1),
    "DAYS": timedelta(days=1),
    "WEEKS": timedelta(days=7),
    "MONTHS": timedelta(days=31),
    "YEARS": timedelta(days=366),
}
SHORTEST = {"MONTHS": timedelta(days=28), "YEARS": timedelta(days=365)}


@dataclass
class Clock:
    zone: ZoneInfo = NEW_YORK
    clock: datetime = datetime(2018, 1, 1, tzinfo=NEW_YORK)

    def first_event(self, action: str) -> datetime:
        raise AssertionError("not asked for here")


def window(start: str, end: str) -> Window:
    first, last = (datetime.fromisoformat(text) for text in (start, end))
    return Window(
        first if first.tzinfo else first.replace(tzinfo=NEW_YORK),
        last if last.tzinfo else last.replace(tzinfo=NEW_YORK),
    )


def starts(start: str, end: str, value: int, unit: str) -> list[str]:
    return [moment.isoformat() for moment in buckets(window(start, end), Step(value, unit))]


def read(**fields: Any) -> Window | None:
    return read_window(Part(fields, "dateFilter"), Clock())


instants = st.datetimes(
    min_value=datetime(2016, 1, 1), max_value=datetime(2019, 12, 31), timezones=st.just(UTC)
)


@settings(deadline=None)
@given(
    start=instants,
    number=st.one_of(st.just(0.0), st.floats(0, 100)),
    value=st.integers(1, 40),
    unit=st.sampled_from(sorted(LENGTH)),
)
def test_buckets_tile_their_window(start: datetime, number: float, value: int, unit: str) -> None:
    end = start + min(LENGTH[unit] * value * number, timedelta(days=70 * 365))
    asked = Window(start.astimezone(NEW_YORK), end.astimezone(NEW_YORK))
    found = buckets(asked, Step(value, unit))
    edges = [moment.astimezone(UTC) for moment in found]
    if start == end:
        assert found == []
        return
    # Each bucket ends where the next one starts: no gaps and no overlaps, if they go upward
    # from the window's start and stay before its end.
    assert edges[0] == start
    assert edges[-1] < end
    assert all(earlier < later for earlier, later in pairwise(edges))
    # None is longer than its width, so that none is left out; an hour for the clock's change.
    longest = LENGTH[unit] * value + timedelta(hours=1)
    assert all(later - earlier <= longest for earlier, later in pairwise([*edges, end]))
    # Nor is any shorter, but for the first and the last one, which the window cuts.
    shortest = SHORTEST.get(unit, LENGTH[unit]) * value - timedelta(hours=1)
    assert all(later - earlier >= shortest for earlier, later in pairwise(edges[1:]))
    # All but the first begin on the unit's grid.
    for moment in found[1:]:
        assert on_grid(moment, unit), moment


def on_grid(moment: datetime, unit: str) -> bool:
    if unit in ("SECONDS", "MINUTES", "HOURS"):
        fields = ["microsecond", "second", "minute"][
            : sorted(LENGTH, key=LENGTH.get).index(unit) + 1
        ]  # type: ignore[arg-type]
        return all(getattr(moment, field) == 0 for field in fields)
    at_midnight = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    if unit == "WEEKS":
        return at_midnight and moment.weekday() == 0
    if unit == "MONTHS":
        return at_midnight and moment.day == 1
    return at_midnight and (unit == "DAYS" or (moment.month, moment.day) == (1, 1))


@settings(deadline=None, max_examples=50)
@given(
    day=st.dates(pd.Timestamp("2016-01-01").date(), pd.Timestamp("2019-06-01").date()),
    number=st.integers(1, 60),
    value=st.integers(1, 9),
)
def test_days_agree_with_pandas(day: Any, number: int, value: int) -> None:
    first = pd.Timestamp(day, tz=NEW_YORK)
    expected = pd.date_range(first, periods=number, freq=pd.DateOffset(days=value))
    end = expected[-1] + pd.DateOffset(days=value)
    found = buckets(Window(first.to_pydatetime(), end.to_pydatetime()), Step(value, "DAYS"))
    assert [m.isoformat() for m in found] == [m.isoformat() for m in expected]


@pytest.mark.parametrize(("day", "hours"), [("2017-03-12", 23), ("2017-11-05", 25)])
def test_days_with_a_change_of_the_clock(day: str, hours: int) -> None:
    midnight = pd.Timestamp(day, tz=NEW_YORK)
    following = midnight + pd.DateOffset(days=1)
    found = starts(day, following.date().isoformat(), 1, "HOURS")
    assert found == [
        m.isoformat() for m in pd.date_range(midnight, following, freq="h", inclusive="left")
    ]
    assert len(found) == hours == len(set(found))


def test_the_hour_that_is_there_twice() -> None:
    found = starts("2017-11-05T01:30:00-04:00", "2017-11-05T01:30:00-05:00", 1, "HOURS")
    # The window is in offsets of its own, buckets in those of the text: equal moments.
    assert [datetime.fromisoformat(text).astimezone(UTC).hour for text in found] == [5, 6]
    local = read(
        type="ABSOLUTE", **{"from": "2017-11-05T01:30:00-04:00"}, to="2017-11-05T01:29:59-05:00"
    )
    assert local is not None
    assert [m.isoformat() for m in buckets(local, Step(1, "HOURS"))] == [
        "2017-11-05T01:30:00-04:00",
        "2017-11-05T01:00:00-05:00",
    ]


def test_a_window_that_starts_inside_a_bucket() -> None:
    assert starts("2017-03-10T15:20", "2017-03-12T05:00", 1, "DAYS") == [
        "2017-03-10T15:20:00-05:00",
        "2017-03-11T00:00:00-05:00",
        "2017-03-12T00:00:00-05:00",
    ]
    # A Thursday: the first week ends on Sunday.
    assert starts("2017-03-09", "2017-03-21", 1, "WEEKS") == [
        "2017-03-09T00:00:00-05:00",
        "2017-03-13T00:00:00-04:00",
        "2017-03-20T00:00:00-04:00",
    ]
    assert starts("2017-01-31", "2017-03-02", 1, "MONTHS") == [
        "2017-01-31T00:00:00-05:00",
        "2017-02-01T00:00:00-05:00",
        "2017-03-01T00:00:00-05:00",
    ]
    assert starts("2017-05-01", "2018-01-01", 1, "YEARS") == ["2017-05-01T00:00:00-04:00"]
    # Seven days count from the window's own first day, whatever weekday it is.
    assert starts("2017-03-09T08:00", "2017-03-17", 7, "DAYS") == [
        "2017-03-09T08:00:00-05:00",
        "2017-03-16T00:00:00-04:00",
    ]


def test_too_many_buckets_are_refused() -> None:
    assert len(starts("2017-01-01", "2017-01-01T05:33:20", 1, "SECONDS")) == MOST_BUCKETS
    with pytest.raises(ValueError, match="longer interval"):
        starts("2017-01-01", "2017-01-01T05:33:21", 1, "SECONDS")


@pytest.mark.parametrize("unit", LENGTH)
def test_the_longest_step_is_one_bucket(unit: str) -> None:
    # Its end may be later than any date that Python has.
    first = "2017-12-31T23:00:00-05:00"
    assert starts(first, "2018-01-01", 1_000_000, unit) == [first]
    histogram = Step(30_000_000, "DAYS")
    assert len(buckets(window("2017-01-01", "2018-01-01"), histogram)) == 1


def test_a_wall_time_that_the_clocks_skip_is_the_one_after_it() -> None:
    found = read(type="ABSOLUTE", **{"from": "2017-03-12T02:30"}, to="2017-03-12T04:59:59")
    assert found is not None
    assert found.start.isoformat() == "2017-03-12T03:30:00-04:00"


@pytest.mark.parametrize(
    ("last", "end"),
    [
        ("2017-01-31T23:59:59-05:00", "2017-02-01T00:00:00-05:00"),
        ("2017-01-31T23:59:59.999-05:00", "2017-02-01T00:00:00-05:00"),
        ("2017-01-31T23:59:59.999999-05:00", "2017-02-01T00:00:00-05:00"),
        ("2017-02-01T04:59:59Z", "2017-02-01T00:00:00-05:00"),
        ("2017-01-31T23:59:59", "2017-02-01T00:00:00-05:00"),
        ("2017-01-31", "2017-02-01T00:00:00-05:00"),
        ("20170131", "2017-02-01T00:00:00-05:00"),
        # 23 hours long.
        ("2017-03-12", "2017-03-13T00:00:00-04:00"),
    ],
)
def test_the_end_of_an_absolute_window_is_included(last: str, end: str) -> None:
    found = read(type="ABSOLUTE", **{"from": "2017-01-01T00:00:00-05:00"}, to=last)
    assert found is not None
    assert found.start.isoformat() == "2017-01-01T00:00:00-05:00"
    assert found.end.isoformat() == end


@pytest.mark.parametrize(
    ("offset", "duration", "start", "end"),
    [
        (("DAYS", 0), ("DAYS", 30), "2017-12-02T00:00:00-05:00", "2018-01-01T00:00:00-05:00"),
        (("DAYS", 7), ("DAYS", 7), "2017-12-18T00:00:00-05:00", "2017-12-25T00:00:00-05:00"),
        # Over a change of the clock: 90 days back it is still midnight, but summer time.
        (("DAYS", 0), ("DAYS", 90), "2017-10-03T00:00:00-04:00", "2018-01-01T00:00:00-05:00"),
        (("HOURS", 1), ("HOURS", 2), "2017-12-31T21:00:00-05:00", "2017-12-31T23:00:00-05:00"),
        (("MONTHS", 1), ("MONTHS", 1), "2017-11-01T00:00:00-04:00", "2017-12-01T00:00:00-05:00"),
        (("YEARS", 0), ("YEARS", 1), "2017-01-01T00:00:00-05:00", "2018-01-01T00:00:00-05:00"),
        (("DAYS", 0), ("DAYS", 0), "2018-01-01T00:00:00-05:00", "2018-01-01T00:00:00-05:00"),
    ],
)
def test_relative_windows_end_at_the_clock(
    offset: tuple[str, int], duration: tuple[str, int], start: str, end: str
) -> None:
    found = read(
        type="RELATIVE",
        offset={"type": offset[0], "value": offset[1]},
        duration={"type": duration[0], "value": duration[1]},
    )
    assert found is not None
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


def test_a_window_longer_than_time_begins_before_all_data() -> None:
    found = read(type="RELATIVE", duration={"type": "YEARS", "value": 1_000_000})
    assert found is not None
    assert found.start.year == 1900


def test_an_empty_date_filter_is_none() -> None:
    assert read() is None
    assert read_step(Part({}, "aggregateDataBy")) is None


@pytest.mark.parametrize(
    ("fields", "where", "says"),
    [
        ({"type": "ABSOLUT"}, "dateFilter.type", "'ABSOLUTE'"),
        ({"from": "2017-01-01"}, "dateFilter.type", "Known: ABSOLUTE, RELATIVE"),
        ({"type": "ABSOLUTE", "from": "2017-01-01"}, "dateFilter.to", "required"),
        (
            {"type": "ABSOLUTE", "from": "2017-01-02", "to": "2017-01-01"},
            "dateFilter.to",
            "before 'from'",
        ),
        ({"type": "ABSOLUTE", "from": "soon", "to": "2017-01-01"}, "dateFilter.from", "ISO 8601"),
        ({"type": "ABSOLUTE", "from": 5, "to": "2017-01-01"}, "dateFilter.from", "text"),
        (
            {"type": "ABSOLUTE", "from": "0001-01-01", "to": "9999-12-31"},
            "dateFilter.from",
            "1900 and 2100",
        ),
        ({"type": "RELATIVE"}, "dateFilter.duration", "required"),
        (
            {"type": "RELATIVE", "duration": {"type": "DAY", "value": 1}},
            "dateFilter.duration.type",
            "'DAYS'",
        ),
        (
            {"type": "RELATIVE", "duration": {"type": "DAYS", "value": -1}},
            "dateFilter.duration.value",
            "between 0",
        ),
        (
            {"type": "RELATIVE", "duration": {"type": "DAYS", "value": True}},
            "dateFilter.duration.value",
            "whole number",
        ),
        ({"typ": "RELATIVE"}, "dateFilter.typ", "'type'"),
    ],
)
def test_wrong_windows_say_what_is_wrong(fields: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(DialectError) as caught:
        read(**fields)
    assert caught.value.field == where
    assert says in caught.value.message


@pytest.mark.parametrize(
    "step", [{"type": "DAYS", "value": 0}, {"type": "DAYS"}, {"type": "DECADES", "value": 1}]
)
def test_wrong_steps_are_refused(step: dict[str, Any]) -> None:
    with pytest.raises(DialectError, match="aggregateDataBy"):
        read_step(Part(step, "aggregateDataBy"))
