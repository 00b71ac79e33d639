"""What is drawn on request: areas, stacks, sums of the rest, times, baselines; and dark axes."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from synerise_frames import ConfigError, plotting
from synerise_frames.plotting.drawings.colors import contrast


def upper_edges(ax) -> list[list[float]]:
    """Give the upper edges of the areas, from the bottom up."""
    return [line.get_ydata().tolist() for line in ax.lines if line.get_gid() == "edge"]


def test_areas_stand_on_one_another(timeline) -> None:
    ax = timeline({"a": [1, 2, 3], "b": [10, 20, 30]}).synerise.plot(area=True)
    assert upper_edges(ax) == [[10, 20, 30], [11, 22, 33]]
    assert ax.get_ylim()[0] == 0


def test_a_gap_is_one_in_its_own_area_only(timeline) -> None:
    ax = timeline({"a": [1, 2, 3, 4], "b": [10, None, 30, 40]}).synerise.plot(area=True)
    lower, upper = upper_edges(ax)
    assert [math.isnan(v) for v in lower] == [False, True, False, False]
    assert upper == [11, 2, 33, 44]


def test_the_unfinished_part_of_an_area_is_dashed(timeline) -> None:
    ax = timeline({"a": [1, 2, 3]}, partial=1).synerise.plot(area=True)
    (dashed,) = [line for line in ax.lines if line.get_gid() == "partial"]
    assert dashed.get_linestyle() == "--"
    assert dashed.get_ydata()[1:].tolist() == [2, 3]
    assert math.isnan(upper_edges(ax)[0][2])


@pytest.mark.parametrize("options", [{"area": True}, {"stacked": True}])
def test_values_below_zero_are_not_stacked(timeline, options) -> None:
    df = timeline({"a": [1, 2], "b": [-1, 5]})
    draw = plotting.trend if "area" in options else plotting.histogram
    with pytest.raises(ConfigError, match="'b'") as caught:
        draw(df, **options)
    assert next(iter(options)) in caught.value.hint
    assert not plt.get_fignums()


@pytest.mark.parametrize("options", [{}, {"area": True}])
def test_the_rest_is_summed_on_request_only(timeline, texts, options) -> None:
    series = {"big": [100, 100], "s1": [1, 2], "s2": [10, None], "s3": [None, None]}
    df = timeline(series)
    names = texts(df.synerise.plot(top=1, **options), "series name")
    assert names == ["big"]
    ax = df.synerise.plot(top=1, rest="sum", **options)
    assert sorted(texts(ax, "series name")) == ["3 others", "big"]
    lines = upper_edges(ax) if options else [line.get_ydata().tolist() for line in ax.lines]
    assert lines[0] == [1 + 10, 2]
    assert "the others added up" in " ".join(texts(ax, "subtitle")).replace("\n", " ")
    with pytest.raises(ConfigError, match="'mean'"):
        df.synerise.plot(rest="mean")


def test_stacked_bars_stand_on_one_another(timeline) -> None:
    df = timeline({"a": [1, None], "b": [3, 4], "c": [5, 6]}, kind="histogram")
    ax = df.synerise.plot(stacked=True)
    tops = [[(b.get_y(), b.get_height()) for b in c] for c in ax.containers]
    assert tops == [[(0, 1)], [(1, 3), (0, 4)], [(4, 5), (4, 6)]]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["c", "b", "a"]
    few = df.synerise.plot(stacked=True, top=1, rest="sum")
    assert [b.get_height() for b in few.containers[1]] == [1 + 3, 4]
    assert few.containers[1][0].get_y() == 5


def test_infinite_values_are_left_out_and_counted(timeline, texts) -> None:
    df = timeline({"a": [1.0, 2.0, 3.0]})
    df["value"] = [1.0, np.inf, -np.inf]
    for ax in (df.synerise.plot(), df.synerise.plot(area=True), df.synerise.plot.histogram()):
        assert "2 infinite values left out" in texts(ax, "subtitle")[0].replace("\n", " ")
        ax.figure.canvas.draw()


@pytest.mark.parametrize(("unit", "told"), [("s", "1.5 h"), ("h", "225 d"), ("ms", "5.4 s")])
def test_times_between_steps_need_a_unit(make, texts, unit, told) -> None:
    data = {
        "group": [None] * 2,
        "step": [1, 2],
        "name": ["visit", "buy"],
        "value": [10, 5],
        "share_of_first": [1.0, 0.5],
        "share_of_previous": [None, 0.5],
        "time_from_previous": [None, 5400.0],
    }
    df = make("funnel", data)
    assert "after" not in texts(df.synerise.plot(), "drop")[0]
    assert texts(df.synerise.plot(time_unit=unit), "drop")[0].endswith(f"after {told}")
    two = pd.concat([df.assign(group=g) for g in "AB"], ignore_index=True)
    ax = two.synerise.plot.funnel(time_unit=unit)
    assert texts(ax, "value")[1] == f"5 · 50% of first · after {told}"
    with pytest.raises(ConfigError, match="'weeks'") as caught:
        df.synerise.plot(time_unit="weeks")
    assert "ms, s, min, h, d" in caught.value.hint


def test_metrics_are_measured_against_another_frame(make, texts) -> None:
    data = {"metric_id": list("xyz"), "metric": ["Revenue", "Buyers", "Visits"]}
    now = make("metric", {**data, "value": [120.0, 45.0, 7.0]})
    before = make("metric", {**data, "value": [100.0, 50.0, None]}).iloc[::-1]
    ax = now.synerise.plot(baseline=before.reset_index(drop=True))
    assert texts(ax, "exact") == ["▲ +20% against 100", "▼ −10% against 50", "no baseline"]
    with pytest.raises(ConfigError, match="3 metrics"):
        now.synerise.plot(baseline=3)


def test_a_ledger_over_time_counts_rows_when_they_were_asked(make, texts) -> None:
    at = pd.Timestamp("2026-03-01 12:00", tz="UTC")
    times = [(at + pd.Timedelta(seconds=i)).isoformat() for i in range(120)]
    status = ["rate_limited" if 60 <= i < 70 else "ok" for i in range(120)]
    n = 121
    data = {
        "profile": [str(i) for i in range(n)],
        "analysis_id": ["a"] * n,
        "name": ["Spend"] * n,
        "status": [*status, "skipped"],
        "attempts": [1] * n,
        "fetched_at": [*times, None],
    }
    ax = make("ledger", data).synerise.plot(over_time=True)
    good, late = ax.containers
    assert sum(b.get_height() for b in good) == 110
    assert [b.get_height() for b in late if b.get_height()] == [5, 5]
    assert {b.get_y() for b in late if b.get_height()} == {0}
    assert ax.get_ylabel() == "rows per 5 s"
    assert "1 row without a time" in texts(ax, "subtitle")[0].replace("\n", " ")


def test_numbers_of_a_heat_map_stand_in_their_own_order(make) -> None:
    rows = [(h, d, float(100 - abs(13 - h) + d)) for h in (9, 13, 20) for d in (2, 1)]
    data = {"row": list(range(6)), "metric": ["m"] * 6, "value": [r[2] for r in rows]}
    dims = {"hour": [str(r[0]) for r in rows], "day": [str(r[1]) for r in rows]}
    ax = make("report", data, dims).synerise.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["9", "13", "20"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "2"]


def test_texts_read_on_dark_axes_of_a_light_style(timeline) -> None:
    figure, (left, right) = plt.subplots(1, 2, facecolor="#111111")
    df = timeline({"a": [1, -2, 3], "b": [100, 200, 300]}, kind="histogram")
    for ax, panels in ((left, True), (right, False)):
        ax.set_facecolor("#222222")
        df.synerise.plot(ax=ax, panels=panels)
        figure.canvas.draw()
        for part in (ax, *ax.child_axes):
            found = [part.title, *part.get_xticklabels(), *part.get_yticklabels()]
            assert all(contrast(t.get_color(), "#111111") > 7 for t in found if t.get_text())
    assert all(to_rgba(panel.get_facecolor())[3] == 0 for panel in left.child_axes)
    assert contrast(right.lines[0].get_color(), "#222222") > 7


def test_a_table_of_another_library_is_refused_in_words() -> None:
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"metric": ["a"], "value": [1.0]})
    for draw in (plotting.plot, plotting.metric):
        with pytest.raises(ConfigError, match=r"pyarrow\.Table") as caught:
            draw(table)
        assert "to_pandas" in caught.value.hint
