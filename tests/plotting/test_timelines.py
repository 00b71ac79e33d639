"""Trends, histograms and histories: what is drawn is what is in the frame."""

from zoneinfo import ZoneInfo

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from synerise_frames.plotting.drawings.colors import BEST, GREY, SERIES
from synerise_frames.plotting.drawings.tick_dates import TickDates

INF = float("inf")


def days(df: pd.DataFrame) -> list[float]:
    """Give the starts of the buckets as matplotlib counts time, by way of Python's datetime."""
    return [mdates.date2num(t.to_pydatetime()) for t in df["bucket_start"]]


def drawn(ax, gid: str | None = None) -> list:
    return [line for line in ax.lines if line.get_gid() == gid]


def test_a_line_has_the_values_at_their_instants(timeline) -> None:
    # Four days over the change of the clock on 12 March: the second is 23 hours long.
    df = timeline({"Visits": [5, 7, 0, 4]}, start="2017-03-11")
    (line,) = drawn(df.synerise.plot())
    assert line.get_ydata().tolist() == [5, 7, 0, 4]
    assert line.get_xdata() == pytest.approx(days(df))
    assert np.diff(line.get_xdata()) * 24 == pytest.approx([24, 23, 24])


def test_the_axis_shows_the_zone_of_the_frame(timeline) -> None:
    ax = timeline({"a": list(range(30))}).synerise.plot()
    ax.figure.canvas.draw()
    assert str(ax.xaxis.get_major_formatter()._tz) == "America/New_York"
    ticks = [mdates.num2date(x, ax.xaxis.get_major_locator().tz) for x in ax.get_xticks()]
    assert {t.hour for t in ticks} == {0}


@pytest.mark.parametrize(
    ("start", "count", "freq", "width", "said"),
    [
        # Within a month whose first day is not there, only the common part can tell the month.
        ("2017-12-04", 28, "D", 9.0, "Dec 2017"),
        ("2017-12-04", 28, "D", 2.5, "Dec 2017"),
        ("2017-12-01", 10, "D", 9.0, "2017"),
        ("2017-12-10", 20, "h", 9.0, "10 Dec 2017"),
        ("2017-02-01", 9, "MS", 9.0, "2017"),
    ],
)
def test_the_axis_tells_the_month_of_its_days(timeline, start, count, freq, width, said) -> None:
    df = timeline({"a": list(range(count))})
    edges = pd.date_range(start, periods=count + 1, freq=freq, tz="America/New_York").as_unit("us")
    df["bucket_start"], df["bucket_end"] = edges[:-1], edges[1:]
    ax = df.synerise.plot(figsize=(width, 2))
    ax.figure.draw_without_rendering()
    assert ax.xaxis.get_offset_text().get_text() == said


@pytest.mark.parametrize(
    ("tick", "text", "said"),
    [
        ("2017-12-15", "15", "Dec 2017"),
        ("2017-12-01", "Dec", "2017"),
        ("2017-02-01", "Feb", "2017"),
        ("2018-01-01", "2018", ""),
        ("2017-12-15 12:00", "12:00", "15 Dec 2017"),
        ("2017-12-15 00:30", "00:30", "15 Dec 2017"),
    ],
)
def test_a_tick_that_is_all_alone_tells_its_day_not_its_microsecond(tick, text, said) -> None:
    zone = ZoneInfo("America/New_York")
    locator = mdates.AutoDateLocator(tz=zone)
    dates = TickDates(locator, zone)
    at = mdates.date2num(pd.Timestamp(tick, tz=zone).to_pydatetime())
    assert dates.format_ticks([at]) == [text]
    assert dates.get_offset() == said


def test_null_infinite_and_missing_buckets_are_gaps(timeline) -> None:
    df = timeline({"a": [1, 2, None, 4, 5, 6, 7, 8]})
    df.loc[4, "value"] = INF
    df = df.drop(index=6)
    (line,) = drawn(df.synerise.plot())
    x, y = line.get_xdata(), line.get_ydata()
    at = dict(zip(np.round(x, 6), y, strict=True))
    starts = [round(d, 6) for d in days(df)]
    expected = [1, 2, np.nan, 4, np.nan, 6, 8]
    assert [at[d] for d in starts] == pytest.approx(expected, nan_ok=True)
    # Between the 6th and the 8th day something stands that no line crosses.
    between = (x > starts[5] + 0.1) & (x < starts[6] - 0.1)
    assert between.any()
    assert np.isnan(y[between]).all()


def test_a_value_between_gaps_is_a_dot(timeline) -> None:
    ax = timeline({"a": [1, None, 3, None, 5, 6]}).synerise.plot()
    (dots,) = drawn(ax, "alone")
    assert dots.get_ydata().tolist() == [1, 3]
    assert dots.get_marker() == "o"


def test_the_unfinished_bucket_is_dashed_and_the_rest_is_not(timeline, texts) -> None:
    ax = timeline({"a": [4, 5, 6, 2]}, partial=1).synerise.plot()
    (solid,), (dashed,) = drawn(ax), drawn(ax, "partial")
    assert solid.get_ydata().tolist() == pytest.approx([4, 5, 6, np.nan], nan_ok=True)
    assert not solid.is_dashed()
    assert dashed.get_ydata().tolist() == pytest.approx([np.nan, np.nan, 6, 2], nan_ok=True)
    assert dashed.is_dashed()
    assert "not over yet" in texts(ax, "subtitle")[0]
    assert not drawn(timeline({"a": [4, 5]}).synerise.plot(), "partial")


def test_few_series_are_named_at_their_ends_without_collisions(timeline, texts, overlaps) -> None:
    series = {f"Series {i}": [50, 10 + i * 0.01] for i in range(6)}
    ax = timeline(series).synerise.plot()
    assert sorted(texts(ax, "series name")) == sorted(series)
    assert overlaps(ax, "series name") == []
    assert {line.get_color() for line in ax.lines} == set(BEST)


def test_series_of_one_name_are_told_apart(timeline, make, texts) -> None:
    df = timeline({"a": [1, 2], "b": [3, 4], None: [5, 6]})
    df["series"] = df["series"].replace({"b": "a"})
    ax = df.synerise.plot()
    assert sorted(texts(ax, "series name")) == ["(none)", "a (0)", "a (1)"]
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1, 2], [3, 4], [5, 6]]


def test_of_200_series_the_largest_have_names_and_all_are_drawn(timeline, texts) -> None:
    series = {f"S{i}": [i, i + 1.0] for i in range(200)}
    ax = timeline(series).synerise.plot()
    ax.figure.canvas.draw()
    assert len(ax.lines) == 200
    assert sorted(texts(ax, "series name")) == sorted(f"S{i}" for i in range(194, 200))
    assert sum(line.get_color() == GREY for line in ax.lines) == 194
    assert "6 of 200 series named" in texts(ax, "subtitle")[0].replace("\n", " ")


def test_one_bucket_is_not_lost_in_four_years(timeline) -> None:
    ax = timeline({"a": [7]}).synerise.plot()
    (dot,) = drawn(ax, "alone")
    assert dot.get_ydata().tolist() == [7]
    low, high = ax.get_xlim()
    assert high - low < 7


@pytest.mark.parametrize(
    ("values", "from_zero"), [([5, 9], False), ([0, 9], True), ([-5, 9], False)]
)
def test_zero_is_shown_where_it_does_not_flatten(timeline, values, from_zero) -> None:
    ax = timeline({"a": values}).synerise.plot()
    assert bool(ax.get_ylim()[0] == 0) is from_zero


@pytest.mark.parametrize(
    ("step", "text"), [(1, "per day"), (7, "per week"), (30, "per 30 days"), (365, "per year")]
)
def test_the_width_of_buckets_is_told(timeline, texts, step, text) -> None:
    ax = timeline({"a": [1, 2, 3]}, days=step, start="2017-01-01").synerise.plot()
    assert text in texts(ax, "subtitle")[0]


def test_months_are_months(make, texts) -> None:
    edges = [t.isoformat() for t in pd.date_range("2017-01-01", periods=13, freq="MS", tz="UTC")]
    data = {"series": ["a"] * 12, "bucket_start": edges[:-1], "bucket_end": edges[1:]}
    ax = make("histogram", {**data, "value": list(range(12))}).synerise.plot()
    assert "per month" in texts(ax, "subtitle")[0]
    ax.figure.canvas.draw()
    assert len(ax.get_xticks()) == 12


def test_bars_are_as_high_as_the_values_and_within_their_buckets(timeline) -> None:
    df = timeline({"a": [3, None, 5], "b": [4, 6, 2]}, kind="histogram")
    ax = df.synerise.plot()
    starts = days(df)
    for name, bars in zip("ab", ax.containers, strict=True):
        part = df[(df["series"] == name) & df["value"].notna()]
        assert [b.get_height() for b in bars] == part["value"].tolist()
        for bar, at in zip(bars, part.index, strict=True):
            assert starts[at] <= bar.get_x()
            assert bar.get_x() + bar.get_width() <= starts[at] + 1
    first, second = ax.containers
    assert first[0].get_x() + first[0].get_width() <= second[0].get_x() + 1e-9
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


def test_the_unfinished_bar_is_pale(timeline) -> None:
    ax = timeline({"a": [3, 4]}, kind="histogram", partial=1).synerise.plot()
    over, running = ax.containers[0]
    assert over.get_facecolor() == to_rgba(SERIES[0])
    assert running.get_facecolor() == to_rgba(SERIES[0], 0.4)


def test_series_of_other_magnitude_get_a_panel_each(timeline) -> None:
    series = {"Revenue": [80_000.0 + i for i in range(53)], "Baskets": [3_000.0] * 53}
    df = timeline(series, kind="histogram", days=7, start="2017-01-01")
    ax = df.synerise.plot()
    upper, lower = ax.child_axes
    ax.figure.canvas.draw()
    assert [p.get_title(loc="left") for p in ax.child_axes] == ["Revenue", "Baskets"]
    assert [b.get_height() for b in upper.containers[0]] == series["Revenue"]
    assert upper.get_xlim() == lower.get_xlim()
    assert upper.get_window_extent().y0 > lower.get_window_extent().y1
    assert len(lower.get_xticks()) <= 10
    together = df.synerise.plot(panels=False)
    assert together.child_axes == []
    assert len(together.containers) == 2


def test_near_magnitudes_share_the_axes_and_panels_go_where_asked(timeline) -> None:
    near = timeline({"a": [100.0], "b": [6.0]}, kind="histogram")
    assert near.synerise.plot().child_axes == []
    _, ax = plt.subplots()
    assert near.synerise.plot(ax=ax, panels=True) is ax
    assert len(ax.child_axes) == 2


def test_many_series_of_bars_say_how_many_there_are(timeline, texts) -> None:
    series = {f"S{i}": [float(i)] * 3 for i in range(1, 201)}
    ax = timeline(series, kind="histogram").synerise.plot(panels=False)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [f"S{i}" for i in range(195, 201)]
    assert "6 of 200 series" in texts(ax, "subtitle")[0].replace("\n", " ")


def test_negative_bars_go_down_from_a_line_at_zero(timeline) -> None:
    ax = timeline({"a": [-3, 4]}, kind="histogram").synerise.plot()
    assert [b.get_height() for b in ax.containers[0]] == [-3, 4]
    assert len(ax.lines) == 1


def test_history_is_bars_for_one_profile_and_lines_for_several(timeline, texts) -> None:
    one = timeline({"1029": [3, 4]}, kind="trend")
    one = one.rename(columns={"series_id": "aggregate_id", "series": "profile"})
    one.attrs["kind"] = "aggregate_history"
    ax = one.synerise.plot()
    assert [b.get_height() for b in ax.containers[0]] == [3, 4]
    assert "profile 1029" in texts(ax, "subtitle")[0]
    two = pd.concat([one, one.assign(profile="7", value=one["value"] * 2)], ignore_index=True)
    ax = two.synerise.plot()
    assert [line.get_ydata().tolist() for line in ax.lines] == [[3, 4], [6, 8]]
    assert sorted(texts(ax, "series name")) == ["profile 1029", "profile 7"]


def test_names_stand_at_the_last_bucket_that_is_over(timeline) -> None:
    df = timeline({"a": [50, 60, 1], "b": [20, 30, 2]}, partial=1)
    ax = df.synerise.plot()
    named = {t.get_text(): t.xy[1] for t in ax.texts if t.get_gid() == "series name"}
    assert named == {"a": 60, "b": 30}


@pytest.mark.parametrize(
    ("freq", "width", "labels"),
    [
        ("h", "per hour", ["22:00\n9 Mar", "23:00\n9 Mar", "00:00\n10 Mar"]),
        ("15min", "per 15 minutes", ["22:00\n9 Mar", "22:15\n9 Mar", "22:30\n9 Mar"]),
        ("D", "per day", ["9 Mar\n2017", "10 Mar", "11 Mar"]),
        ("YS", "per year", ["2018", "2019", "2020"]),
    ],
)
def test_few_buckets_are_named_in_the_zone_under_their_bars(
    make, texts, freq, width, labels
) -> None:
    zone = "America/New_York"
    edges = pd.date_range("2017-03-09 22:00", periods=4, freq=freq, tz=zone)
    edges = edges if freq in {"h", "15min"} else edges.normalize()
    stamps = [t.isoformat() for t in edges]
    data = {"series": ["a"] * 3, "bucket_start": stamps[:-1], "bucket_end": stamps[1:]}
    ax = make("histogram", {**data, "value": [1.0, 2.0, 3.0]}).synerise.plot()
    ax.figure.canvas.draw()
    assert [t.get_text() for t in ax.get_xticklabels()] == labels
    assert width in texts(ax, "subtitle")[0]


def test_buckets_of_unknown_end_and_naive_times_are_drawn(timeline) -> None:
    df = timeline({"a": [1, 2, 3]})
    df["bucket_end"] = df["bucket_end"].where(df["value"] > 9)
    assert df["bucket_end"].isna().all()
    assert drawn(df.synerise.plot())[0].get_ydata().tolist() == [1, 2, 3]
    assert len(df.synerise.plot.histogram().containers[0]) == 3
    naive = df.assign(bucket_start=df["bucket_start"].dt.tz_localize(None))
    naive = naive.assign(bucket_end=naive["bucket_start"] + pd.Timedelta(days=1))
    ax = naive.synerise.plot.trend()
    assert ax.lines[0].get_xdata() == pytest.approx(mdates.date2num(naive["bucket_start"]))


@pytest.mark.parametrize("width", [1.6, 3.0, 4.0, 5.5, 9.0])
@pytest.mark.parametrize(
    ("step", "count"), [("D", 3), ("D", 62), ("MS", 25), ("h", 2), ("h", 48), ("min", 119)]
)
def test_an_axis_of_any_width_has_ticks_for_any_span(make, width, step, count) -> None:
    edges = [t.isoformat() for t in pd.date_range("2017-01-01", periods=count + 1, freq=step)]
    data = {"series": ["a"] * count, "bucket_start": edges[:-1], "bucket_end": edges[1:]}
    df = make("trend", {**data, "value": list(range(count))})
    _, ax = plt.subplots(figsize=(width, 3))
    df.synerise.plot(ax=ax).figure.canvas.draw()
    low, high = ax.get_xlim()
    assert 1 <= sum(low <= tick <= high for tick in ax.get_xticks()) <= 9


@pytest.mark.parametrize("kind", ["trend", "histogram"])
def test_a_long_name_of_the_only_series_is_not_repeated_below_the_title(
    timeline, texts, kind
) -> None:
    name = "Baskets per hour in Thanksgiving week"
    ax = timeline({name: [1, 2]}, kind=kind, analysis_name=name).synerise.plot()
    assert ax.get_title(loc="left") == name
    assert texts(ax, "subtitle")[0].startswith("per day")
    other = timeline({name: [1, 2]}, kind=kind, analysis_name="Rhythm").synerise.plot()
    assert texts(other, "subtitle")[0].startswith("Baskets per hour")


@pytest.mark.parametrize("kind", ["trend", "histogram"])
def test_nothing_but_zeros_stands_on_the_floor(timeline, kind) -> None:
    zeros = timeline({"a": [0, 0, 0], "b": [0, 0, 0]}, kind=kind)
    ax = zeros.synerise.plot()
    assert ax.get_ylim()[0] == 0
    timeline({"c": [700, 900]}).synerise.plot(ax=ax)
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > 900
