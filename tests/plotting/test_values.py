"""Metrics, values of profiles, and membership."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

from synerise_frames import ConfigError
from synerise_frames.plotting.drawings.colors import contrast


def profile_values(make, results, values=None, names=None, profiles=None):
    n = len(results)
    return make(
        "aggregate",
        {
            "profile": profiles or [str(i) for i in range(n)],
            "name": names or ["Spend"] * n,
            "result": [None if r is None else str(r) for r in results],
            "value": values or [r if isinstance(r, int | float) else None for r in results],
        },
    )


def test_metric_is_a_big_number_with_the_exact_one_below(make, texts) -> None:
    ax = make("metric", {"metric": ["Revenue"], "value": [4_593_123.456]}).synerise.plot()
    assert texts(ax, "value") == ["4.59M"]
    assert texts(ax, "exact") == ["4,593,123.46"]
    assert ax.get_title(loc="left") == "Revenue"


def test_metrics_stand_in_a_row_without_touching(make, texts, overlaps) -> None:
    names = ["Revenue", "Baskets", "Buyers", "Spend", "Visits"]
    data = {"metric": names, "value": [4.5e6, 155_848, 2_469, None, -3]}
    ax = make("metric", data).synerise.plot()
    assert texts(ax, "value") == ["4.5M", "155,848", "2,469", "–", "−3"]
    assert texts(ax, "name") == names
    assert overlaps(ax, "value") == []
    heights = [t.xy[1] for t in ax.texts if t.get_gid() == "value"]
    assert len(set(heights)) == 2  # four a row


def test_numbers_side_by_side_are_apart_by_more_than_a_digit(make) -> None:
    data = {"metric": ["Baskets", "Buyers"], "value": [155_848, 2_469]}
    ax = make("metric", data).synerise.plot()
    ax.figure.canvas.draw()
    first, second = (Text.get_window_extent(t) for t in ax.findobj(Text) if t.get_gid() == "value")
    digit = first.width / len("155848")
    assert second.x0 - first.x1 > digit


def test_numbers_become_a_distribution_with_every_profile_in_it(make, texts) -> None:
    values = [float(v) for v in np.random.default_rng(3).gamma(2, 800, 500)]
    ax = profile_values(make, [*values, None]).synerise.plot()
    assert sum(b.get_height() for b in ax.containers[0]) == 500
    for bar in ax.containers[0]:
        low, high = bar.get_x(), bar.get_x() + bar.get_width()
        assert bar.get_height() == sum(low <= v < high for v in values)
    (median,) = [line.get_xdata()[0] for line in ax.lines]
    assert median == pytest.approx(sorted(values)[249] / 2 + sorted(values)[250] / 2)
    assert "500 profiles · 1 without an answer" in texts(ax, "subtitle")[0]
    assert len(profile_values(make, values).synerise.plot(bins=7).containers[0]) == 7


def test_whole_numbers_in_a_short_range_have_a_bar_each(make) -> None:
    ax = profile_values(make, [1, 1, 2, 5, 5, 5]).synerise.plot()
    middles = {b.get_x() + b.get_width() / 2: b.get_height() for b in ax.containers[0]}
    assert middles == {1: 2, 2: 1, 3: 0, 4: 0, 5: 3}


def test_texts_become_a_list_of_the_most_frequent(make, texts) -> None:
    results = ["GROCERY"] * 5 + ["MEAT"] * 3 + [f"other {i}" for i in range(20)] + [None]
    ax = profile_values(make, results).synerise.plot(top=2)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["GROCERY", "MEAT"]
    assert [b.get_width() for b in ax.containers[0]] == [5, 3]
    assert texts(ax, "value") == ["5  (18%)", "3  (11%)"]
    subtitle = " ".join(texts(ax, "subtitle"))
    assert "28 profiles" in subtitle
    assert "2 of 22 answers" in subtitle
    assert "1 without an answer" in subtitle


def test_one_profile_has_its_answers_written_out(make, texts) -> None:
    df = profile_values(
        make,
        ["12", "GROCERY", None],
        values=[12, None, None],
        names=["Baskets", "Top department", "Last purchase"],
        profiles=["1029"] * 3,
    )
    ax = df.synerise.plot()
    assert texts(ax, "value") == ["12", "GROCERY", "–"]
    assert "profile 1029" in texts(ax, "subtitle")[0]


def test_a_rounded_answer_has_the_exact_one_below(make, texts) -> None:
    df = profile_values(
        make,
        ["2415.56", "12", "GROCERY"],
        values=[2415.56, 12, None],
        names=["Spend", "Baskets", "Top department"],
        profiles=["1"] * 3,
    )
    ax = df.synerise.plot()
    assert texts(ax, "value") == ["2.42k", "12", "GROCERY"]
    assert texts(ax, "exact") == ["2,415.56"]


def test_several_analyses_are_drawn_one_at_a_time(make, texts) -> None:
    df = profile_values(
        make, [1, 2, 30, 40], names=["Baskets", "Baskets", "Spend", "Spend"], profiles=list("abab")
    )
    ax = df.synerise.plot()
    assert ax.get_title(loc="left") == "Baskets"
    assert "1 of 2 analyses" in texts(ax, "subtitle")[0]
    assert sum(b.get_height() for b in df.synerise.plot(name="Spend").containers[0]) == 2
    with pytest.raises(ConfigError, match="'Age'") as caught:
        df.synerise.plot(name="Age")
    assert "Baskets, Spend" in caught.value.hint


def test_membership_tells_yes_no_and_not_said_apart(make, texts) -> None:
    data = {
        "profile": ["1", "1", "2", "2"],
        "segmentation_id": ["x", "y", "x", "y"],
        "segmentation": ["Champions", None, "Champions", None],
        "member": [True, False, None, True],
    }
    ax = make("membership", data).synerise.plot()
    cells = {tuple(t.get_position()): t.get_text() for t in ax.texts if t.get_gid() == "member"}
    assert cells == {(0, 0): "yes", (1, 0): "no", (0, 1): "?", (1, 1): "yes"}
    colors = ax.collections[0].to_rgba(ax.collections[0].get_array()).reshape(-1, 4)
    assert len({tuple(c) for c in colors}) == 3
    heads = [t.get_text() for t in ax.get_xticklabels()]
    assert heads == ["Champions\n1 of 1", "y\n1 of 2"]
    assert "does not say" in texts(ax, "subtitle")[0]


def test_membership_of_many_profiles_counts_all_and_says_what_is_shown(make, texts) -> None:
    data = {
        "profile": [str(i) for i in range(200)],
        "segmentation_id": ["x"] * 200,
        "segmentation": ["Champions"] * 200,
        "member": [i % 4 == 0 for i in range(200)],
    }
    ax = make("membership", data).synerise.plot()
    assert len(ax.get_yticks()) == 30
    assert ax.get_xticklabels()[0].get_text() == "Champions\n50 of 200"
    assert "30 of 200 profiles" in " ".join(texts(ax, "subtitle"))


def test_on_dark_ground_what_is_not_so_stands_back_too(make) -> None:
    data = {
        "profile": ["1", "2"],
        "segmentation_id": ["x"] * 2,
        "segmentation": ["Champions"] * 2,
        "member": [True, False],
    }
    for ground in ("#ffffff", "#101010"):
        _, ax = plt.subplots(facecolor=ground)
        ax.set_facecolor("none")
        make("membership", data).synerise.plot(ax=ax)
        mesh = ax.collections[0]
        yes, no = (mesh.to_rgba(v)[:3] for v in (1.0, 0.0))
        assert contrast(no, ground) < contrast(yes, ground)
        (text,) = [t for t in ax.texts if t.get_text() == "no"]
        assert contrast(text.get_color(), no) > 4.5


@pytest.mark.parametrize(("width", "lined"), [(8, True), (1.6, False)])
def test_narrow_bars_of_a_distribution_touch(make, width, lined) -> None:
    values = [float(v) for v in np.random.default_rng(3).gamma(2, 800, 500)]
    ax = profile_values(make, values).synerise.plot(figsize=(width, 3))
    assert {bool(b.get_linewidth()) for b in ax.containers[0]} == {lined}
