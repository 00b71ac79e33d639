"""Tables for people: aligned, cut to the width, numbers right, nothing that moves a cursor."""

from __future__ import annotations

import pandas as pd
import pytest

from synerise_frames.cli.tables import table

FRAME = pd.DataFrame(
    {
        "id": pd.array(["98c92d01-d274-576f-bfea-6751ca61b1dd", "x"], "string"),
        "name": pd.array(["Käse und 牛乳, täglich frisch aus der Region", pd.NA], "string"),
        "value": pd.array([1234.5, 7], "Float64"),
        "count": pd.array([3, 12], "Int64"),
    }
)


def columns(text: str) -> int:
    wide = "牛乳"
    return len(text) + sum(text.count(c) for c in wide)


@pytest.mark.parametrize("width", [120, 80, 60, 45, 30, 20])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(columns, table(FRAME, width).splitlines())) <= width


def test_nothing_is_cut_where_nobody_said_how_wide() -> None:
    assert "täglich frisch aus der Region" in table(FRAME)
    assert "…" not in table(FRAME)


def test_numbers_stand_right_with_equal_decimals() -> None:
    lines = table(FRAME[["value", "count"]]).splitlines()
    assert lines == [" value  count", "1234.5      3", "   7.0     12"]


def test_days_are_dates_and_other_times_have_their_offset() -> None:
    days = pd.to_datetime(["2017-03-11T05:00Z", "2017-03-13T04:00Z"]).tz_convert("America/New_York")
    assert table(pd.DataFrame({"day": days})).split() == ["day", "2017-03-11", "2017-03-13"]
    hours = pd.DataFrame({"at": days + pd.Timedelta(hours=1)})
    assert "2017-03-11 01:00-0500" in table(hours)


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/Sao_Paulo", "2017-10-15"),
        ("Asia/Beirut", "2023-03-26"),
        ("America/Havana", "2017-11-05"),
    ],
)
def test_days_without_a_midnight_or_with_two_are_dates(zone: str, change: str) -> None:
    days = [f"{day:%Y-%m-%d}" for day in pd.date_range(change, periods=3) - pd.Timedelta(days=1)]
    # The first minute of each day: the wall clock before it was on another day.
    minutes = pd.date_range(pd.Timestamp(days[0], tz=zone), periods=3 * 24 * 60, freq="min")
    names = pd.Series(minutes.strftime("%Y-%m-%d"))
    starts = minutes[(names != names.shift()).to_numpy()][:3]
    for moments in (starts, starts.as_unit("us"), starts.as_unit("s")):
        assert table(pd.DataFrame({"day": moments})).split() == ["day", *days]
    hours = table(pd.DataFrame({"at": starts + pd.Timedelta(hours=1)}))
    assert f"{starts[1] + pd.Timedelta(hours=1):%Y-%m-%d %H:%M%z}" in hours


def test_names_cannot_move_the_cursor() -> None:
    assert "\x1b" not in table(pd.DataFrame({"name": ["a\x1b[2Jb\x07"]}))


def test_the_largest_float_is_no_wider_than_it_has_to_be() -> None:
    shown = table(pd.DataFrame({"value": pd.array([1e308, 1.5, -1e15, None], "Float64")}))
    lines = ["value", "1e+308", "1.5", "-1000000000000000.0", ""]
    assert [line.strip() for line in shown.splitlines()] == lines


@pytest.mark.parametrize(
    "values",
    [
        pd.array(["a"], "string"),
        pd.array([1.5], "Float64"),
        pd.array([1], "Int64"),
        pd.array([True], "boolean"),
        pd.to_datetime(["2017-03-11T05:00Z"]),
    ],
)
def test_names_of_columns_cannot_either(values: object) -> None:
    name = "Agg\x1b[31mred\x1b]0;t\x07"
    lines = table(pd.DataFrame({name: values})).splitlines()
    assert lines[0].strip() == "Agg�[31mred�]0;t�"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("牛乳", 4),
        ("한국어", 6),
        ("ｱｲｳ", 3),
        ("Ａ", 2),
        ("Cafe\u0301", 4),
        # A vowel above its consonant, which has no combining class.
        ("กิน", 2),
        # A syllable in its parts.
        ("\u1112\u1161\u11ab", 2),
        ("❤\ufe0f", 1),
    ],
)
def test_columns_stand_below_each_other(text: str, places: int) -> None:
    frame = pd.DataFrame({"name": [text, "abcdefgh"], "n": [1, 2]})
    line = table(frame).splitlines()[1]
    assert line == text + " " * (8 - places) + "  1"
