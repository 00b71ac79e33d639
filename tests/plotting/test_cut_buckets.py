"""Buckets that the window cut: a lower point, drawn as no fall and told in words."""

import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from synerise_frames.plotting.drawings.colors import SERIES

ZONE = "America/New_York"
NAN = float("nan")
#: March to May 2017 in weeks from Monday: the 1st was a Wednesday, the last day one, too.
WEEKS = ["2017-03-01", "2017-03-06", "2017-03-13", "2017-03-20", "2017-03-27", "2017-03-30"]


@pytest.fixture
def buckets(make):
    """Build a frame of one series from the edges of its buckets."""

    def build(edges, *, kind="trend", values=None, zone=ZONE, partial=()):
        stamps = [pd.Timestamp(e, tz=zone).isoformat() for e in edges]
        count = len(edges) - 1
        columns = {
            "series": ["a"] * count,
            "bucket_start": stamps[:-1],
            "bucket_end": stamps[1:],
            "value": values or [float(10 + i) for i in range(count)],
            "is_partial": [i in partial for i in range(count)],
        }
        return make(kind, columns)

    return build


def told(ax, texts) -> str:
    return " ".join(texts(ax, "subtitle")).replace("\n", " ")


def test_weeks_that_the_window_cut_are_dashed_and_told(buckets, texts) -> None:
    ax = buckets(WEEKS).synerise.plot()
    solid, dashed, ends = ax.lines
    assert solid.get_ydata().tolist() == pytest.approx([NAN, 11, 12, 13, NAN], nan_ok=True)
    assert dashed.get_ydata().tolist() == pytest.approx([10, 11, NAN, 13, 14], nan_ok=True)
    assert dashed.is_dashed()
    assert ends.get_ydata().tolist() == [10, 14]
    assert "per week" in told(ax, texts)
    assert "dashed: first and last week cut by the window" in told(ax, texts)


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        (WEEKS[1:], "last week cut"),
        (WEEKS[:-1], "first week cut"),
        (["2017-12-02", "2017-12-04", "2017-12-11"], "first week cut"),
        (["2017-01-10", "2017-02-01", "2017-03-01", "2017-04-01", "2017-04-20"], "first and last"),
        (["2017-03-10 15:00", "2017-03-11", "2017-03-12", "2017-03-13"], "first day cut"),
        (["2017-03-10 10:30", "2017-03-10 11:00", "2017-03-10 12:00"], "first hour cut"),
        (["2017-03-01", "2017-03-03", *(f"2017-03-{d:02}" for d in range(8, 24, 5))], "bucket cut"),
        (["2014-05-01", "2015-01-01", "2016-01-01", "2017-01-01"], "first year cut"),
    ],
)
def test_what_is_cut_is_called_by_its_width(buckets, texts, edges, words) -> None:
    assert words in told(buckets(edges).synerise.plot(), texts)


@pytest.mark.parametrize(
    "edges",
    [
        # Clocks change: 23 hours on the 12th of March, 25 on the 5th of November.
        ["2017-03-12", "2017-03-13", "2017-03-14", "2017-03-15"],
        ["2017-11-03", "2017-11-04", "2017-11-05", "2017-11-06"],
        ["2017-11-05", "2017-11-06", "2017-11-07"],
        ["2017-03-11 12:00", "2017-03-11 18:00", "2017-03-12", "2017-03-12 06:00"],
        # Months of 28 and 31 days, and a leap year.
        ["2017-02-01", "2017-03-01", "2017-04-01", "2017-05-01", "2017-06-01"],
        ["2016-12-01", "2017-01-01", "2017-02-01", "2017-03-01"],
        ["2016-01-01", "2017-01-01", "2018-01-01"],
        ["2017-01-01", "2017-04-01", "2017-07-01", "2017-10-01"],
        # One bucket tells nothing, nor do buckets that end where the next one begins.
        ["2017-03-01", "2017-03-04"],
        ["2017-03-01", "2017-03-02", "2017-03-04", "2017-03-05"],
        ["2017-03-01", "2017-03-02", "2017-03-04", "2017-03-05", "2017-03-09", "2017-03-10"],
    ],
)
def test_whole_buckets_are_not_called_cut(buckets, texts, edges) -> None:
    for kind in ("trend", "histogram"):
        ax = buckets(edges, kind=kind).synerise.plot()
        assert "cut" not in told(ax, texts)
        assert not [line for line in ax.lines if line.get_gid() == "partial"]


def test_days_of_a_zone_that_was_lost_are_whole(buckets, texts) -> None:
    df = buckets(["2017-03-12", "2017-03-13", "2017-03-14", "2017-03-15"])
    for column in ("bucket_start", "bucket_end"):
        df[column] = df[column].dt.tz_convert("UTC")
    assert "cut" not in told(df.synerise.plot(), texts)


def test_a_bucket_that_is_cut_and_one_that_is_not_over_are_told_apart(buckets, texts) -> None:
    words = told(buckets(WEEKS[:-1], partial=[3]).synerise.plot(), texts)
    assert "dashed: not over yet · dashed: first week cut by the window" in words


def test_bars_of_cut_buckets_are_pale(buckets, texts) -> None:
    ax = buckets(WEEKS, kind="histogram").synerise.plot()
    shades = [bar.get_facecolor() for bar in ax.containers[0]]
    pale, full = to_rgba(SERIES[0], 0.4), to_rgba(SERIES[0])
    assert shades == [pale, full, full, full, pale]
    assert "pale: first and last week cut by the window" in told(ax, texts)
    assert "per week" in told(ax, texts)


def test_names_of_few_bars_stand_under_them_where_the_first_is_cut(buckets) -> None:
    ax = buckets(WEEKS, kind="histogram").synerise.plot()
    middles = [bar.get_x() + bar.get_width() / 2 for bar in ax.containers[0]]
    named = list(ax.get_xticks())
    assert len(named) == 5
    assert named == pytest.approx(middles, rel=1e-9)


def test_areas_of_cut_buckets_are_dashed(buckets, texts) -> None:
    ax = buckets(WEEKS).synerise.plot(area=True)
    (dashed,) = [line for line in ax.lines if line.get_gid() == "partial"]
    assert dashed.get_ydata().tolist() == pytest.approx([10, 11, NAN, 13, 14], nan_ok=True)
    assert "first and last week cut by the window" in told(ax, texts)


def test_a_cut_bucket_that_is_not_drawn_is_not_told(buckets, texts) -> None:
    ax = buckets(WEEKS, values=[None, 11.0, 12.0, 13.0, 14.0]).synerise.plot()
    assert "dashed: last week cut" in told(ax, texts)


def test_a_series_that_begins_later_is_not_cut(buckets, texts) -> None:
    one = buckets(WEEKS)
    later = one.iloc[2:].assign(series_id="b", series="b")
    ax = pd.concat([one, later], ignore_index=True).synerise.plot()
    ends = [line for line in ax.lines if line.get_gid() == "partial end"]
    assert [line.get_ydata().tolist() for line in ends] == [[10, 14], [14]]


def test_names_stand_at_the_last_bucket_that_is_whole(buckets) -> None:
    one = buckets(WEEKS)
    two = one.assign(series_id="b", series="b", value=one["value"] * 2)
    ax = pd.concat([one, two], ignore_index=True).synerise.plot()
    named = {t.get_text(): t.xy[1] for t in ax.texts if t.get_gid() == "series name"}
    assert named == {"a": 13, "b": 26}
