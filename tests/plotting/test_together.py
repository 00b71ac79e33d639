"""Pictures that share: two in one axes, many in one figure, colours over a whole notebook."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from synerise_frames import ConfigError, plotting
from synerise_frames.errors import SyneriseWarning
from synerise_frames.plotting.drawings import named_colors
from synerise_frames.plotting.drawings.colors import BEST, SERIES, contrast

WAVE = (50 + 40 * np.sin(np.arange(20) / 3)).tolist()


def colors(ax) -> dict[str, str]:
    """Give the colours of lines by the series that they are of."""
    return {line.get_label(): line.get_color() for line in ax.lines if not line.get_gid()}


def shows(ax, values) -> bool:
    low, high = ax.get_ylim()
    return low <= min(values) and max(values) <= high


@pytest.mark.parametrize("order", [1, -1])
def test_a_second_trend_in_the_axes_is_shown_whole(timeline, order) -> None:
    small, large = [1.0, 5.0, 2.0], [900.0, -300.0, 400.0]
    frames = [timeline({"small": small}), timeline({"large": large}, start="2017-05-01")][::order]
    _, ax = plt.subplots()
    for df in frames:
        df.synerise.plot(ax=ax)
    assert shows(ax, [*small, *large])
    starts = [df["bucket_start"] for df in frames]
    left, right = plt.matplotlib.dates.num2date(ax.get_xlim())
    assert left <= min(s.min() for s in starts)
    assert right >= max(s.max() for s in starts)


def test_lines_of_the_caller_move_the_limits_and_zero_stays(timeline) -> None:
    _, ax = plt.subplots()
    df = timeline({"a": [5.0, 100.0, 30.0]})
    df.synerise.plot(ax=ax)
    ax.plot(df["bucket_start"], [50.0, 700.0, 20.0])
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] >= 700
    ax.plot(df["bucket_start"], [-60.0, 700.0, 20.0])
    assert ax.get_ylim()[0] < -60


def test_bars_of_another_time_and_a_line_over_them_are_shown_whole(timeline) -> None:
    early = timeline({"a": [5, 6, 7]}, kind="histogram")
    late = timeline({"b": [50, 60, -70]}, kind="histogram", start="2017-06-01")
    ax = early.synerise.plot()
    late.synerise.plot(ax=ax)
    timeline({"c": [300, 200]}).synerise.plot(ax=ax)
    left, right = ax.get_xlim()
    spans = [(b.get_x(), b.get_x() + b.get_width()) for c in ax.containers for b in c]
    assert len(spans) == 6
    assert left <= min(spans)[0]
    assert max(spans)[1] <= right
    assert shows(ax, [5, -70, 300])


def test_both_trends_of_the_axes_are_named_apart(timeline, texts, overlaps) -> None:
    _, ax = plt.subplots()
    timeline({"Visits": [5, 7]}).synerise.plot(ax=ax)
    timeline({"Baskets": [5, 7.01]}).synerise.plot(ax=ax)
    assert sorted(texts(ax, "series name")) == ["Baskets", "Visits"]
    assert overlaps(ax, "series name") == []
    assert all(t.get_visible() for t in ax.texts if t.get_gid() == "series name")
    # One heading, that of the last, and not two on one another.
    assert len(texts(ax, "subtitle")) == 1


def test_the_legend_tells_the_bars_of_both_pictures(timeline) -> None:
    ax = timeline({"a": [5, 6]}, kind="histogram").synerise.plot()
    assert ax.get_legend() is None
    timeline({"b": [7], "c": [8]}, kind="histogram", start="2017-04-01").synerise.plot(ax=ax)
    legend = ax.get_legend()
    assert [t.get_text() for t in legend.get_texts()] == ["a", "b", "c"]
    drawn = [c[0].get_facecolor() for c in ax.containers]
    assert [p.get_facecolor() for p in legend.get_patches()] == drawn


@pytest.mark.parametrize("order", [1, -1])
def test_a_line_and_bars_of_one_series_each_are_both_named(timeline, texts, order) -> None:
    bars, line = timeline({"Sold": [5, 6]}, kind="histogram"), timeline({"Planned": [6, 6]})
    _, ax = plt.subplots()
    for df in (bars, line)[::order]:
        df.synerise.plot(ax=ax)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["Sold"]
    square = ax.get_legend().get_patches()[0].get_facecolor()
    assert square == ax.containers[0][0].get_facecolor()
    (name,) = (t for t in ax.texts if t.get_gid() == "series name")
    assert (name.get_text(), name.get_visible()) == ("Planned", True)
    assert name.arrow_patch.get_edgecolor() == to_rgba(colors(ax)["Planned"])


def test_bars_of_the_caller_that_have_no_name_get_none(timeline) -> None:
    _, ax = plt.subplots()
    ax.bar([17_234.0], [3])
    timeline({"a": [5, 6]}).synerise.plot(ax=ax)
    assert ax.get_legend() is None


def test_comparisons_share_an_axis_from_zero_and_show_all(timeline) -> None:
    large, small = timeline({"a": [400.0, 1500.0, 900.0]}), timeline({"a": [380.0, 500.0, 450.0]})
    for frames in ((large, small), (small, large)):
        _, axes = plt.subplots(1, 2, sharey=True)
        for df, ax in zip(frames, axes, strict=True):
            df.synerise.compare(small).synerise.plot(ax=ax)
        axes[0].figure.canvas.draw()
        assert axes[0].get_ylim() == axes[1].get_ylim()
        assert axes[0].get_ylim()[0] == 0
        assert axes[0].get_ylim()[1] > 1500


def test_a_line_of_the_caller_below_zero_is_seen_in_a_comparison(timeline) -> None:
    df = timeline({"a": [100.0, 1500.0, 900.0]})
    ax = df.synerise.compare(df).synerise.plot()
    assert ax.get_ylim()[0] == 0
    ax.plot(df["bucket_start"], [-70.0, 3.0, 3.0])
    assert ax.get_ylim()[0] < -70


def test_a_trend_joins_a_comparison_of_one_series(timeline, texts, overlaps) -> None:
    df = timeline({"a": [5.0, 7.0]})
    ax = df.synerise.compare(timeline({"a": [5.0, 7.01]})).synerise.plot()
    timeline({"Target": [90.0, 95.0]}).synerise.plot(ax=ax)
    assert sorted(texts(ax, "series name")) == ["Target", "baseline", "value"]
    assert overlaps(ax, "series name") == []
    assert shows(ax, [5.0, 95.0])


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("kind", ["trend", "histogram"])
def test_a_picture_over_a_comparison_has_a_colour_of_its_own(timeline, kind, order) -> None:
    df = timeline({"a": [5.0, 7.0]})
    both = [df.synerise.compare(df), timeline({"Target": [9.0, 9.5]}, kind=kind)]
    _, ax = plt.subplots()
    for frame in both[::order]:
        frame.synerise.plot(ax=ax)
    inks = {line.get_label(): to_rgba(line.get_color()) for line in ax.lines if not line.get_gid()}
    inks |= {c.get_label(): c[0].get_facecolor() for c in ax.containers}
    assert {"value", "baseline", "Target"} <= set(inks)
    assert len({inks[name] for name in ("value", "baseline", "Target")}) == 3
    # Alone, each has the best there is.
    assert to_rgba(BEST[0]) in {inks["value"], inks["Target"]}


def test_names_of_two_pictures_in_one_axes_differ_in_colour(timeline) -> None:
    for name in "abcdef":
        timeline({name: [1, 2]}).synerise.plot()
    timeline({"g": [1, 2]}).synerise.plot()  # the seventh has the colour of the first
    assert named_colors.of(["g"]) == named_colors.of(["a"])
    ax = timeline({"a": [1, 2]}).synerise.plot()
    timeline({"g": [2, 3]}).synerise.plot(ax=ax)
    timeline({"a": [5, 6]}, start="2017-04-01").synerise.plot(ax=ax)
    inks = [(line.get_label(), line.get_color()) for line in ax.lines]
    assert inks[0] == inks[2]
    assert inks[1][1] != inks[0][1]
    assert named_colors.of(["g"]) == named_colors.of(["a"])


def test_bars_that_share_their_axis_are_all_shown(make) -> None:
    def rows(*values):
        names = [f"s{i}" for i in range(len(values))]
        return make("segmentation", {"segment": names, "value": values, "share": [1.0] * 2})

    for frames in ((rows(900, 30), rows(5, 4)), (rows(5, 4), rows(900, 30))):
        _, axes = plt.subplots(2, 1, sharex=True)
        for df, ax in zip(frames, axes, strict=True):
            df.synerise.plot(ax=ax)
        assert axes[0].get_xlim()[1] > 900


@pytest.mark.parametrize("order", [1, -1])
def test_a_legend_and_names_of_lines_are_not_on_one_another(timeline, order) -> None:
    bars = timeline({"a": [5, 6], "b": [7, 8]}, kind="histogram")
    lines = timeline({"c": [5, 6], "d": [7, 8]})
    _, ax = plt.subplots()
    for df in (bars, lines)[::order]:
        df.synerise.plot(ax=ax)
    ax.figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    names = [t.get_window_extent() for t in ax.texts if t.get_gid() == "series name"]
    assert len(names) == 2
    assert not any(name.overlaps(legend) for name in names)


def test_rows_of_a_second_picture_go_below_those_of_the_first(make) -> None:
    one = make("segmentation", {"segment": ["a", "b"], "value": [900, 30], "share": [0.9, 0.1]})
    two = make("segmentation", {"segment": ["c"], "value": [5], "share": [1.0]})
    ax = one.synerise.plot()
    two.synerise.plot(ax=ax)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b", "c"]
    bars = {round(b.get_y() + b.get_height() / 2): b.get_width() for c in ax.containers for b in c}
    assert bars == {0: 900, 1: 30, 2: 5}
    assert ax.get_xlim()[1] > 900
    low, high = sorted(ax.get_ylim())
    assert low < 0
    assert high > 2


def test_distributions_share_the_axes(make) -> None:
    def values(name, numbers):
        n = len(numbers)
        data = {"profile": [str(i) for i in range(n)], "name": [name] * n}
        return make("aggregate", {**data, "result": [str(v) for v in numbers], "value": numbers})

    ax = values("Few", [1.0, 2.0, 3.0]).synerise.plot()
    values("Many", [40.0] * 50 + [41.0]).synerise.plot(ax=ax)
    assert shows(ax, [50])
    left, right = ax.get_xlim()
    assert left < 1
    assert right > 41
    first, second = (c[0].get_facecolor()[:3] for c in ax.containers)
    assert first != second


def test_pictures_that_cannot_share_say_so_and_cleared_axes_are_free(make, timeline) -> None:
    metric = make("metric", {"metric": ["m"], "value": [1.0]})
    trend = timeline({"a": [1, 2]})
    for first, second in ((trend, metric), (metric, trend), (metric, metric)):
        _, ax = plt.subplots()
        first.synerise.plot(ax=ax)
        with pytest.raises(ConfigError, match="hold a picture") as caught:
            second.synerise.plot(ax=ax)
        assert "ax.clear()" in caught.value.hint
        ax.clear()
        assert second.synerise.plot(ax=ax) is ax


def test_an_empty_frame_gives_way_to_one_with_data(timeline, texts) -> None:
    df = timeline({"a": [1.0, 2.0]})
    ax = df.iloc[:0].synerise.plot()
    assert "no data" in texts(ax)
    df.synerise.plot(ax=ax)
    assert "no data" not in texts(ax)
    assert ax.spines["bottom"].get_visible()
    df.iloc[:0].synerise.plot(ax=ax)
    assert len(ax.lines) == 1
    assert "no data" in texts(ax, "subtitle")[0]


def test_colours_belong_to_names_whatever_their_order(timeline) -> None:
    first = colors(timeline({"a": [1, 2], "b": [3, 4], "c": [5, 6]}).synerise.plot())
    assert list(first.values()) == list(SERIES[:3])
    again = colors(timeline({"d": [9, 9], "c": [5, 6], "a": [1, 2]}).synerise.plot())
    assert {k: again[k] for k in "ac"} == {k: first[k] for k in "ac"}
    assert again["d"] not in first.values()
    bars = timeline({"b": [1], "d": [2]}, kind="histogram").synerise.plot()
    drawn = [c[0].get_facecolor() for c in bars.containers]
    assert drawn == [to_rgba(first["b"]), to_rgba(again["d"])]


def test_more_names_than_colours_differ_within_a_picture(timeline) -> None:
    for i in range(0, 18, 3):
        timeline({f"s{k}": [k, k + 1] for k in range(i, i + 3)}).synerise.plot()
    names = ["s1", "s7", "s13", "s17", "s2", "new"]
    one = colors(timeline({n: [1, 2] for n in names}).synerise.plot())
    assert len(set(one.values())) == 6
    assert one["s1"] == SERIES[1]
    other = colors(timeline({n: [1, 2] for n in names[::-1]}).synerise.plot())
    assert other == one


def test_twenty_series_have_twenty_colours_and_more_are_said_to_repeat(timeline, texts) -> None:
    known = colors(timeline({"s3": [1, 2], "s8": [3, 4]}).synerise.plot())
    ax = timeline({f"s{i}": [i, i + 1] for i in range(20)}).synerise.plot(top=20)
    drawn = colors(ax)
    assert len(set(drawn.values())) == 20
    assert {name: drawn[name] for name in known} == known
    assert "colours repeat" not in " ".join(texts(ax, "subtitle"))
    # The one beyond the best keeps its colour where it is alone.
    beyond = next(name for name, color in drawn.items() if color not in BEST)
    assert colors(timeline({beyond: [1, 2]}).synerise.plot()) == {beyond: drawn[beyond]}
    more = timeline({f"s{i}": [i, i + 1] for i in range(21)}, kind="histogram")
    for options, told in (({}, True), ({"color": "red"}, False), ({"color": {"s1": "red"}}, True)):
        ax = more.synerise.plot(top=21, panels=False, **options)
        subtitle = " ".join(texts(ax, "subtitle")).replace("\n", " ")
        assert ("colours repeat after 20 series" in subtitle) is told


def test_every_two_colours_can_be_told_apart() -> None:
    # Their difference as CIE has it (1976), for usual eyes and those without red or green cones
    # (Machado and others, 2009); about 2 can just be seen.
    eyes = {
        24: np.eye(3),
        13: [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
        13.5: [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    }
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    srgb = np.array([to_rgba(color)[:3] for color in SERIES])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    for least, seen in eyes.items():
        light = np.clip(linear @ np.transpose(seen), 0, 1) @ to_xyz.T / [0.9505, 1.0, 1.089]
        f = np.where(light > 0.008856, np.cbrt(light), 7.787 * light + 16 / 116)
        lab = np.stack([116 * f[:, 1], 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], 1)
        apart = np.linalg.norm(lab[:, None] - lab, axis=2)
        assert apart[np.triu_indices(len(SERIES), 1)].min() > least
    assert all(contrast(color, ground) > 1.6 for color in SERIES for ground in ("white", "black"))


def test_a_legend_of_twenty_is_no_higher_than_the_axes(timeline) -> None:
    df = timeline({f"Shop {i}": [i + 1.0] for i in range(20)}, kind="histogram")
    for size in ((9, 4.5), (9, 2.5)):
        ax = df.synerise.plot(top=20, stacked=True, figsize=size)
        ax.figure.canvas.draw()
        legend, figure = ax.get_legend(), ax.figure.bbox
        assert [t.get_text() for t in legend.get_texts()] == [
            f"Shop {i}" for i in range(19, -1, -1)
        ]
        box = legend.get_window_extent()
        assert figure.y0 <= box.y0
        assert box.x1 <= figure.x1 + 1


def test_few_names_are_remembered(monkeypatch) -> None:
    monkeypatch.setattr(named_colors, "_MOST", 5)
    for i in range(40):
        named_colors.of([f"n{i}"])
    assert list(named_colors._KNOWN) == [f"n{i}" for i in range(35, 40)]


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ("red", ["red", "red"]),
        (["red", "#00ff00"], ["red", "#00ff00"]),
        ({"b": "red", "other": "k"}, [SERIES[0], "red"]),
        ((0.5, 0.5, 0.5), [(0.5, 0.5, 0.5)] * 2),
    ],
)
def test_the_caller_gives_colours_as_to_pandas(timeline, color, expected) -> None:
    df = timeline({"a": [1, 2], "b": [3, 4]})
    assert list(colors(df.synerise.plot(color=color)).values()) == expected
    bars = df.synerise.plot.histogram(color=color)
    assert [c[0].get_facecolor() for c in bars.containers] == [to_rgba(c) for c in expected]


def test_colours_of_groups_events_and_profiles(make, timeline) -> None:
    data = {"group": list("AB"), "step": [1, 1], "name": ["x"] * 2, "value": [1, 2]}
    ax = make("funnel", data).synerise.plot(color={"B": "red"})
    assert ax.containers[1][0].get_facecolor() == to_rgba("red")
    edges = {"step": [1], "source": ["mail"], "target": ["buy"], "value": [3]}
    ax = make("sankey", edges).synerise.plot(color={"buy": "red"})
    assert to_rgba("red") in {p.get_facecolor() for p in ax.patches}
    two = timeline({"7": [1, 2], "8": [3, 4]})
    two = two.rename(columns={"series_id": "aggregate_id", "series": "profile"})
    ax = plotting.aggregate_history(two, color={"8": "red"})
    assert colors(ax)["profile 8"] == "red"


@pytest.mark.parametrize("color", ["nope", ["red", "nope"], {"a": 5}, []])
def test_what_is_no_colour_is_told(timeline, color) -> None:
    with pytest.raises(ConfigError, match="color="):
        timeline({"a": [1, 2]}).synerise.plot(color=color)


@pytest.mark.parametrize("kind", ["trend", "histogram"])
def test_buckets_that_come_twice_are_told_without_a_name(timeline, kind) -> None:
    df = timeline({"jane@example.com": [1, 2, 3]}, kind=kind)
    with pytest.warns(SyneriseWarning, match="2 buckets are there more than once") as caught:
        pd.concat([df, df.iloc[1:]], ignore_index=True).synerise.plot()
    assert "drop_duplicates" in str(caught[0].message)
    assert "jane" not in str(caught[0].message)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        df.synerise.plot()


def test_names_of_a_dark_figure_read(timeline) -> None:
    figure, ax = plt.subplots(facecolor="#111111")
    ax.set_facecolor("#222222")
    timeline({"a": [1, 2], "b": [3, 4]}).synerise.plot(ax=ax)
    figure.canvas.draw()
    names = [t for t in ax.texts if t.get_gid() == "series name"]
    assert len(names) == 2
    assert all(contrast(t.get_color(), "#111111") > 7 for t in names)
