"""Pictures of comparisons: each series once, each row under its own name."""

import numpy as np
import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.plotting.text import duration, elapsed, percent

DIMENSIONS = ["position", "bucket_start", "is_partial", "was_partial", "old_result", "series_id"]


def panels(ax) -> dict[str, list[float]]:
    """Give the values drawn in each panel, by its name."""
    return {
        panel.get_title(loc="left"): list(np.asarray(line.get_ydata(), dtype=float))
        for panel in ax.child_axes
        for line in panel.get_lines()
        if line.get_label() == "value"
    }


def test_series_of_one_name_are_lines_of_their_own(timeline) -> None:
    new = timeline({"x": [1.0, 2.0, 3.0], "y": [30.0, 20.0, 10.0], "z": [5.0, 5.0, 5.0]})
    ids = dict(zip(new["series"].unique(), "123", strict=True))
    new["series_id"] = new["series"].map(ids).astype("string")
    new["series"] = new["series"].where(new["series"] == "z", "same").astype("string")
    ax = new.synerise.compare(new.copy()).synerise.plot()
    assert panels(ax) == {
        "same (1)": [1, 2, 3], "same (2)": [30, 20, 10], "z": [5, 5, 5],
    }  # fmt: skip


def test_a_series_of_the_baseline_alone_stands_where_the_others_do(timeline) -> None:
    old = timeline({"a": [1.0, 2.0, 3.0], "gone": [4.0, 5.0, 6.0]}, start="2017-05-01")
    new = timeline({"a": [1.5, 2.5, 3.5]}, start="2017-06-01")
    ax = new.synerise.compare(old).synerise.plot()
    upper, lower = ax.child_axes
    places = [
        {line.get_label(): line.get_xdata().tolist() for line in panel.lines}
        for panel in (upper, lower)
    ]
    assert places[0]["value"] == places[0]["baseline"] == places[1]["baseline"]
    # Neither series is there in both: the place in the window tells.
    only = timeline({"new": [4.0, 5.0, 6.0], "too": [1.0, 1.0, 1.0]}, start="2017-06-01")
    only["series_id"] = pd.array(["8"] * 3 + ["9"] * 3, dtype="string")
    drawn = only.synerise.compare(old).synerise.plot().child_axes
    assert [len(panel.get_title(loc="left")) > 0 for panel in drawn] == [True] * 4
    assert len({tuple(line.get_xdata()) for panel in drawn for line in panel.lines}) == 1


def test_a_value_between_gaps_is_seen_in_a_comparison(timeline) -> None:
    df = timeline({"a": [1.0, None, 3.0, 4.0, None, 6.0]}, partial=1)
    ax = df.synerise.compare(timeline({"a": [5.0] * 6})).synerise.plot()
    seen = {gid: line.get_ydata().tolist() for line in ax.lines if (gid := line.get_gid())}
    assert seen["alone"] == [1.0]
    assert seen["partial end"] == [6.0]


def test_series_without_a_name_are_no_others(timeline) -> None:
    new = timeline({None: [1.0, 2.0], "(none)": [7.0, 8.0]})
    new["series_id"] = pd.array(["1", "1", "2", "2"], dtype="string")
    drawn = panels(new.synerise.compare(new.copy()).synerise.plot())
    assert sorted(drawn.values()) == [[1, 2], [7, 8]]


@pytest.mark.parametrize("drop", [0, 3])
def test_an_index_with_repeats_is_no_other_picture(make, drop) -> None:
    old = make("segmentation", {"segment": list("abcd"), "value": [1, 2, 3, 4]})
    new = make("segmentation", {"segment": list("abcd"), "value": [5, 9, 4, 4]})
    changes = sf.compare(old, new)
    repeated = changes.set_axis([drop] * len(changes))
    repeated.attrs = changes.attrs
    one, two = (
        [t.get_text() for t in frame.synerise.plot(top=2).texts] for frame in (changes, repeated)
    )
    assert one == two
    assert any("+7" in text for text in one)
    assert not any("+1" in text for text in one)


@pytest.mark.parametrize("name", [*DIMENSIONS, "status", "old", "baseline", "step"])
def test_rows_of_reports_are_named_by_dimensions_of_any_name(make, name) -> None:
    def report(*values: float):
        data = {"row": [0, 1], "metric": ["m", "m"], "value": list(values)}
        return make("report", data, {name: ["first", "second"], "name": ["one", "one"]})

    new, old = report(3, 4), report(1, 9)
    for frame in (sf.compare(old, new), new.synerise.compare(old)):
        ax = frame.synerise.plot()
        ax.figure.canvas.draw()
        assert [t.get_text() for t in ax.get_yticklabels()] == ["first", "second"]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Sao_Paulo", "2017-10-15"),
        ("Asia/Beirut", "2023-03-26"),
        ("America/Havana", "2017-11-05"),
    ],
)
def test_days_whose_midnight_clocks_skip_or_repeat_are_days(make, zone, day) -> None:
    days = pd.date_range(pd.Timestamp(day) - pd.Timedelta(days=1), periods=3)
    starts = days.tz_localize(zone, nonexistent="shift_forward", ambiguous=[True] * 3)
    bucket = {
        "series_id": list("111"),
        "series": ["a"] * 3,
        "bucket_start": [s.isoformat() for s in starts],
        "bucket_end": [(s + pd.Timedelta(hours=23)).isoformat() for s in starts],
    }
    frames = [make("trend", {**bucket, "value": values}) for values in ([1, 2, 3], [4, 6, 8])]
    for frame in frames:
        for column in ("bucket_start", "bucket_end"):
            frame[column] = frame[column].dt.tz_convert(zone)
    ax = sf.compare(*frames).synerise.plot()
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert labels == [f"{d.day} {d:%b %Y}" for d in days]


@pytest.mark.parametrize("kind", ["report", "funnel"])
def test_ages_stand_in_their_order_as_in_a_report(make, kind) -> None:
    ages = ["35-49", None, "100+", "Under 15", "15-34"]
    if kind == "report":
        data = {"row": range(5), "metric": ["m"] * 5, "value": [1.0, 2.0, 3.0, 4.0, 5.0]}
        frame = make(kind, data, {"age": ages})
        expected = ["Under 15", "15-34", "35-49", "100+", "(none)"]
    else:
        data = {"group": np.repeat(ages, 2), "step": [1, 2] * 5, "name": ["a", "b"] * 5}
        frame = make(kind, {**data, "value": range(10)})
        expected = [
            f"{age} · {step}"
            for age in ["Under 15", "15-34", "35-49", "100+", "(none)"]
            for step in "ab"
        ]
    ax = frame.synerise.compare(frame).synerise.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == expected
    values = dict(zip(expected, (bar.get_width() for bar in ax.patches), strict=True))
    first = {"report": ("Under 15", 4.0), "funnel": ("Under 15 · b", 7.0)}[kind]
    assert values[first[0]] == first[1]


def test_more_ages_than_the_first_20_are_all_there_and_names_are_as_they_came(make) -> None:
    def report(members: list[str]) -> list[str]:
        data = {"row": range(30), "metric": ["m"] * 30, "value": [float(v) for v in range(30)]}
        frame = make("report", data, {"by": members})
        ax = frame.synerise.compare(frame).synerise.plot()
        return [t.get_text() for t in ax.get_yticklabels()]

    assert report([str(v) for v in range(30, 0, -1)]) == [str(v) for v in range(1, 31)]
    names = [f"brand {v}" for v in range(30, 0, -1)]
    assert report(names) == names[:20]


def test_what_was_assumed_of_the_windows_is_said(timeline, subtitle) -> None:
    frame = timeline({"a": [1.0, 2.0]})
    assert "aligned by the first bucket present" in subtitle(frame.synerise.compare(frame))
    start = frame["bucket_start"].min()
    frame.attrs["window"] = {
        "type": "absolute",
        "start": start.isoformat(),
        "end": (start + pd.DateOffset(days=2)).isoformat(),
    }
    assert "aligned" not in subtitle(frame.synerise.compare(frame))


def test_a_single_other_is_said_to_be_one(timeline, subtitle) -> None:
    frame = timeline({"a": [9.0], "b": [8.0], "c": [7.0], "d": [1.0]})
    assert "the largest 3 of 4 series named, the other grey" in subtitle(frame, top=3)
    assert "the largest 2 of 4 series named, others grey" in subtitle(frame, top=2)
    assert "3 of 4 series coloured, the other grey" in subtitle(frame, top=3, rest="sum")
    assert "2 of 4 series named, the others added up" in subtitle(frame, top=2, rest="sum")


@pytest.fixture
def subtitle():
    """Give what stands below the title of a frame's picture."""

    def read(frame: pd.DataFrame, **options) -> str:
        ax = frame.synerise.plot(**options)
        return " · ".join(t.get_text() for t in ax.texts if t.get_gid() == "subtitle")

    return read


def test_a_unit_is_chosen_after_rounding() -> None:
    told = [duration(s) for s in (0.9999, 59.7, 59.96, 3_599, 86_399, -59.99)]
    assert told == ["1 s", "59.7 s", "1 min", "1 h", "1 d", "\N{MINUS SIGN}1 min"]
    told = [elapsed(s) for s in (0.02, 9.96, 59.4, 59.7, 60, 61, 3_599.7, 3_600, 7_320)]
    assert told == [
        "0.0 s",
        "10 s",
        "59 s",
        "1 min",
        "1 min",
        "1 min 1 s",
        "1 h",
        "1 h",
        "2 h 2 min",
    ]


def test_a_small_loss_is_no_negative_zero() -> None:
    assert [percent(v) for v in (-0.00004, -0.0006)] == ["0.0%", "\N{MINUS SIGN}0.1%"]


def test_a_funnel_with_a_row_of_no_step_is_drawn_without_it(make) -> None:
    counts = {"group": [None] * 3, "step": [1, 2, 3], "name": list("abc"), "value": [9, 5, 2]}
    frame = make("funnel", counts)
    frame["step"] = frame["step"].mask(frame["step"] == 2)
    ax = frame.synerise.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "c"]
    both = frame.synerise.compare(make("funnel", counts))
    assert both["step"].isna().tolist() == [False, True, False, False]
    both.synerise.plot().figure.canvas.draw()


def test_a_comparison_from_csv_says_which_columns_to_convert(timeline, tmp_path) -> None:
    frame = timeline({"a": [1.0, 2.0]})
    frame.synerise.compare(frame).to_csv(tmp_path / "c.csv", index=False)
    back = pd.read_csv(tmp_path / "c.csv")
    for name in ("bucket_start", "baseline_start"):
        with pytest.raises(sf.ConfigError, match=f"{name} holds no times"):
            back.synerise.plot()
        back[name] = pd.to_datetime(back[name], utc=True)
    assert back.synerise.plot().lines
