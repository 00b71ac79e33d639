"""Funnels, reports, segmentations, segments' profiles: bars with their numbers."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from synerise_frames import ConfigError


def widths(ax) -> list[float]:
    return [bar.get_width() for bar in ax.containers[-1]]


def labels(ax) -> list[str]:
    return [t.get_text() for t in ax.get_yticklabels()]


@pytest.fixture
def funnel(make):
    return make(
        "funnel",
        {
            "group": [None] * 3,
            "step": [1, 2, 3],
            "name": ["visit", "cart", "buy"],
            "value": [1000, 250, 200],
            "share_of_first": [1.0, 0.25, 0.2],
            "share_of_previous": [None, 0.25, 0.8],
        },
    )


def test_funnel_shows_counts_shares_and_losses(funnel, texts) -> None:
    ax = funnel.synerise.plot()
    assert widths(ax) == [1000, 250, 200]
    assert labels(ax) == ["visit", "cart", "buy"]
    assert ax.yaxis_inverted()
    assert texts(ax, "value") == [
        "1,000\n100% of the first",
        "250\n25% of the first",
        "200\n20% of the first",
    ]
    assert texts(ax, "drop") == [
        "▼  25% of the previous · 750 dropped off (75%)",
        "▼  80% of the previous · 50 dropped off (20%)",
    ]


def test_funnel_steps_stand_in_order_whatever_the_rows(funnel) -> None:
    assert labels(funnel.iloc[::-1].synerise.plot()) == ["visit", "cart", "buy"]


def test_funnel_that_grows_or_lacks_a_value_says_so(funnel, texts) -> None:
    funnel.loc[1, "value"] = None
    funnel.loc[1, ["share_of_first", "share_of_previous"]] = None
    ax = funnel.synerise.plot()
    assert widths(ax) == [1000, 0, 200]
    assert texts(ax, "value")[1].startswith("–")
    funnel.loc[1, "value"], funnel.loc[1, "share_of_previous"] = 1500, 1.5
    assert texts(funnel.synerise.plot(), "drop")[0] == "▼  150% of the previous · 500 more"


def test_funnel_groups_stand_side_by_side(make, texts, overlaps) -> None:
    data = {
        "group": ["A", "A", "B", "B", None, None],
        "step": [1, 2] * 3,
        "name": ["visit", "buy"] * 3,
        "value": [100, 40, 50, 10, 9, 3],
        "share_of_first": [1, 0.4, 1, 0.2, 1, 1 / 3],
        "share_of_previous": [None, 0.4, None, 0.2, None, 1 / 3],
    }
    ax = make("funnel", data).synerise.plot()
    assert [[b.get_width() for b in c] for c in ax.containers] == [[100, 40], [50, 10], [9, 3]]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["A", "B", "(none)"]
    assert "40 · 40% of first" in texts(ax, "value")
    assert overlaps(ax, "value") == []
    spans = sorted((b.get_y(), b.get_y() + b.get_height()) for c in ax.containers for b in c)
    assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(spans))
    few = make("funnel", data).synerise.plot(top=2)
    assert "2 of 3 groups" in " ".join(texts(few, "subtitle"))


def test_shares_beside_the_bars_of_groups_say_what_they_are_of(make, texts) -> None:
    data = {
        "group": ["A"] * 3 + ["B"] * 3,
        "step": [1, 2, 3] * 2,
        "name": ["visit", "cart", "buy"] * 2,
        "value": [200, 50, 20, 100, 80, 20],
        "share_of_first": [1, 0.25, 0.1, 1, 0.8, 0.2],
        "share_of_previous": [None, 0.25, 0.4, None, 0.8, 0.25],
    }
    ax = make("funnel", data).synerise.plot()
    # The first is the previous of the second step: that is said once.
    assert texts(ax, "value") == [
        "200",
        "50 · 25% of first",
        "20 · 10% of first · 40% of previous",
        "100",
        "80 · 80% of first",
        "20 · 20% of first · 25% of previous",
    ]


@pytest.fixture
def report(make):
    """64 members, two metrics a row; one member is missing."""
    names = [None if i == 60 else f"d{i}" for i in range(64)]
    data = {
        "row": [i for i in range(64) for _ in range(2)],
        "metric": ["Revenue", "Quantity"] * 64,
        "value": [v for i in range(64) for v in (float(i), 1000.0 - i)],
    }
    return make("report", data, {"department": [n for n in names for _ in range(2)]})


def test_report_bars_are_the_largest_rows_and_say_so(report, texts) -> None:
    ax = report.synerise.plot()
    assert widths(ax) == [float(i) for i in range(63, 43, -1)]
    assert labels(ax)[:4] == ["d63", "d62", "d61", "(none)"]
    subtitle = " ".join(texts(ax, "subtitle"))
    assert "Revenue by department" in subtitle
    assert "metric 1 of 2" in subtitle
    assert "20 of 64 rows" in subtitle
    assert "rows" not in " ".join(texts(report.synerise.plot(top=64), "subtitle"))


def test_hours_stand_in_their_order_unless_a_ranking_is_asked_for(make, texts) -> None:
    hours = ["17", "9", "10", *(str(h) for h in range(24) if h not in {9, 10, 17}), None]
    values = [float(100 - i) for i in range(25)]
    data = {"row": list(range(25)), "metric": ["Baskets"] * 25, "value": values}
    report = make("report", data, {"hour": hours})
    ax = report.synerise.plot()
    assert labels(ax) == [*map(str, range(24)), "(none)"]
    assert dict(zip(labels(ax), widths(ax), strict=True))["17"] == 100
    assert "rows" not in " ".join(texts(ax, "subtitle"))
    ranked = labels(report.synerise.plot(top=3))
    assert ranked == labels(report.synerise.plot(top=3, sort=True)) == ["17", "9", "10"]
    assert labels(report.iloc[::-1].synerise.plot(sort=False))[:2] == ["(none)", "23"]
    # Of hundreds of numbers the largest are drawn: they are ids rather than hours.
    many = make(
        "report",
        {"row": list(range(61)), "metric": ["m"] * 61, "value": [float(i) for i in range(61)]},
        {"shop": [str(i) for i in range(61)]},
    )
    assert labels(many.synerise.plot()) == [str(i) for i in range(60, 40, -1)]
    assert labels(many.synerise.plot(top=61)) == [str(i) for i in range(61)]


def test_report_metric_can_be_chosen_or_is_refused(report) -> None:
    assert widths(report.synerise.plot(metric="Quantity"))[:2] == [1000.0, 999.0]
    with pytest.raises(ConfigError, match="'Profit'") as caught:
        report.synerise.plot(metric="Profit")
    assert "Revenue, Quantity" in caught.value.hint


def heat(make, rows: list[tuple]):
    data = {"row": list(range(len(rows))), "metric": ["m"] * len(rows)}
    dims = {"dept": [r[0] for r in rows], "brand": [r[1] for r in rows]}
    return make("report", {**data, "value": [r[2] for r in rows]}, dims)


def test_two_dimensions_are_a_heat_map_with_its_numbers(make) -> None:
    rows = [("a", "x", 5.0), ("a", "y", 1.0), ("b", "x", 90.0), ("c", None, 40.0), (None, "x", 7.0)]
    ax = heat(make, rows).synerise.plot()
    down, across = labels(ax), [t.get_text() for t in ax.get_xticklabels()]
    assert down == ["b", "c", "(none)", "a"]
    assert across == ["x", "(none)", "y"]
    cells = {
        (down[int(t.get_position()[1])], across[int(t.get_position()[0])]): float(t.get_text())
        for t in ax.texts
        if t.get_gid() == "cell"
    }
    named = {(a or "(none)", b or "(none)"): v for a, b, v in rows}
    assert cells == named
    mesh = ax.collections[0].get_array()
    assert np.ma.count(mesh) == len(rows)
    assert float(np.ma.sum(mesh)) == 143.0


def test_heat_map_says_what_it_leaves_out(make, texts) -> None:
    rows = [(f"r{i}", f"c{j}", float(100 * i + j)) for i in range(25) for j in range(14)]
    ax = heat(make, rows).synerise.plot()
    subtitle = " ".join(texts(ax, "subtitle")).replace("\n", " ")
    assert "20 of 25 rows" in subtitle
    assert "12 of 14 columns" in subtitle
    ax.figure.canvas.draw()


def test_repeated_pairs_are_not_summed(make) -> None:
    ax = heat(make, [("a", "x", 1.0), ("a", "x", 2.0)]).synerise.plot()
    assert widths(ax) == [2.0, 1.0]
    assert labels(ax) == ["a · x", "a · x"]


def test_three_dimensions_are_bars_with_joined_names(make) -> None:
    data = {"row": [0, 1], "metric": ["m", "m"], "value": [1.0, -2.0]}
    dims = {"a": ["p", "q"], "b": ["r", None], "c": ["s", "t"]}
    ax = make("report", data, dims).synerise.plot()
    assert labels(ax) == ["p · r · s", "q · (none) · t"]
    assert widths(ax) == [1.0, -2.0]
    assert ax.get_xlim()[0] < -2


def test_segmentation_is_ordered_and_shows_shares(make, texts, overlaps) -> None:
    data = {
        "segment_id": list("abc"),
        "segment": ["Champions", "Regulars", "Rare"],
        "value": [200, 900, 900],
        "share": [0.1, 0.45, 0.45],
    }
    df = make("segmentation", data, total_contacts=2100, excluded_contacts=100)
    ax = df.synerise.plot()
    assert labels(ax) == ["Regulars", "Rare", "Champions"]
    assert widths(ax) == [900, 900, 200]
    assert texts(ax, "value") == ["900  (45%)", "900  (45%)", "200  (10%)"]
    assert "2,100 profiles in all · 100 profiles excluded" in texts(ax, "subtitle")[0]
    assert overlaps(ax, "value") == []
    assert labels(df.synerise.plot(sort=False)) == ["Champions", "Regulars", "Rare"]


def test_shares_of_segments_that_overlap_are_of_the_total_beside_them(make, texts) -> None:
    sizes = {"everyone": 2469, "families": 801}
    whole = sum(sizes.values())
    data = {
        "segment": list(sizes),
        "value": list(sizes.values()),
        "share": [value / whole for value in sizes.values()],
    }
    ax = make("segmentation", data, total_contacts=2469, excluded_contacts=0).synerise.plot()
    assert texts(ax, "value") == ["2,469  (100%)", "801  (32%)"]  # 801 of 2,469
    subtitle = " ".join(texts(ax, "subtitle")[0].split())
    assert "2,469 profiles in all · segments overlap: shares are of all profiles" in subtitle
    # No total is named: shares are the frame's.
    ax = make("segmentation", data).synerise.plot()
    assert texts(ax, "value") == ["2,469  (76%)", "801  (24%)"]
    # Some profiles are in no segment.
    ax = make("segmentation", data, total_contacts=5000, excluded_contacts=None).synerise.plot()
    assert texts(ax, "value") == ["2,469  (49%)", "801  (16%)"]
    assert "overlap" not in texts(ax, "subtitle")[0]


def test_values_behind_bars_stay_within_the_axes(make) -> None:
    data = {"segment": ["a", "b"], "value": [1_084, 900], "share": [0.55, 0.45]}
    _, axes = plt.subplots(2, 2, figsize=(9, 6))
    for ax in (make("segmentation", data).synerise.plot(), axes[0, 0]):
        make("segmentation", data).synerise.plot(ax=ax)
        ax.figure.canvas.draw()
        right = ax.get_window_extent().x1
        behind = [t for t in ax.texts if t.get_gid() == "value"]
        assert behind
        assert all(t.get_window_extent().x1 <= right + 1 for t in behind)


def test_empty_segments_keep_their_number(make) -> None:
    data = {"segment": [0, 0, 3], "profile_id": ["1", "2", "3"]}
    ax = make("segment_profiles", data).synerise.plot()
    assert labels(ax) == ["Segment 0", "Segment 1", "Segment 2", "Segment 3"]
    assert widths(ax) == [2, 0, 0, 1]


def test_heat_map_of_losses_and_gains_has_no_colour_at_zero(make) -> None:
    rows = [("a", "x", -5.0), ("a", "y", 0.0), ("b", "x", 5.0), ("b", "y", 2.0)]
    ax = heat(make, rows).synerise.plot()
    mesh = ax.collections[0]
    color = {float(v): mesh.to_rgba(v) for v in mesh.get_array().ravel()}
    assert np.ptp(color[0.0][:3]) < 0.02
    assert color[-5.0][0] > color[-5.0][2]
    assert color[5.0][2] > color[5.0][0]


def test_a_ledger_is_a_bar_an_analysis_with_a_part_a_status(make, texts) -> None:
    df = make(
        "ledger",
        {
            "analysis_id": ["a"] * 4 + ["b"] * 2,
            "name": ["Spend"] * 4 + [None] * 2,
            "status": ["ok", "ok", "error", "not_found", "ok", "ok"],
            "attempts": [1, 2, 4, 1, 1, 1],
        },
    )
    ax = df.synerise.plot()
    widths = [[round(bar.get_width()) for bar in group] for group in ax.containers]
    # The frame of the bars, then ok, not found and error, each for both analyses.
    assert widths == [[4, 2], [2, 2], [1, 0], [1, 0]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Spend", "b"]
    assert texts(ax, "value") == ["2 of 4", "2"]
    assert "2 rows not ok (33%)" in " ".join(texts(ax, "subtitle"))
