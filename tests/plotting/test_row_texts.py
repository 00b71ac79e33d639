"""Names and numbers of rows in axes that are too low for them."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from synerise_frames.plotting.drawings import fonts


def seen(ax) -> tuple[list, list]:
    """Give the names of rows, and the numbers behind them, that are seen."""
    ax.figure.draw_without_rendering()
    numbers = [t for t in ax.texts if t.get_gid() == "value" and t.get_visible()]
    return [t for t in ax.get_yticklabels() if t.get_visible()], numbers


def apart(texts) -> bool:
    """Tell whether no text is on the one above."""
    boxes = sorted((t.get_window_extent() for t in texts), key=lambda box: -box.y1)
    return all(above.y0 > below.y1 - 1.0 for above, below in pairwise(boxes))


def hours(make, count: int = 24):
    data = {"row": range(count), "metric": ["m"] * count, "value": [float(h) for h in range(count)]}
    return make("report", data, {"hour": [str(h) for h in range(count)]})


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize(("grid", "left_out"), [((1, 1), False), ((2, 4), True), ((4, 4), True)])
def test_rows_of_bars_in_low_axes_keep_apart(make, grid, left_out, layout) -> None:
    size = (16, 7) if grid != (1, 1) else (8, 9.7)
    figure, axes = plt.subplots(*grid, figsize=size, layout=layout, squeeze=False)
    for ax in axes.flat:
        hours(make).synerise.plot(ax=ax)
    names, numbers = seen(axes[0, 0])
    assert apart(names)
    assert apart(numbers)
    assert (len(names) < 24) is left_out
    # A number stands by its name, and every row has its bar.
    assert [t.get_text() for t in names] == [t.get_text() for t in numbers]
    assert [bar.get_width() for bar in axes[0, 0].patches[:24]] == list(range(24))
    smallest = fonts.points(fonts.SIZES[-1])
    assert all(t.get_fontsize() >= smallest for t in [*names, *numbers])
    assert figure.get_size_inches().tolist() == list(size)


def test_rows_below_rows_keep_their_own_names(make) -> None:
    _, ax = plt.subplots(figsize=(4, 3))
    hours(make).synerise.plot(ax=ax)
    hours(make, 3).synerise.plot(ax=ax)
    names, numbers = seen(ax)
    assert apart(names)
    assert apart(numbers)
    whole = [str(h) for h in [*range(24), *range(3)]]
    assert [tick.label1.get_text() for tick in ax.yaxis.get_major_ticks()] == whole
    assert [t.get_text() for t in names] == [t.get_text() for t in numbers] != whole


def test_a_compared_funnel_of_many_groups_in_a_grid(make) -> None:
    data = {
        "group": np.repeat([f"{i}-{i + 9}K" for i in range(10, 140, 10)], 2),
        "step": [1, 2] * 13,
        "name": ["Campaign received", "Coupon redeemed"] * 13,
        "value": range(26, 0, -1),
    }
    frame = make("funnel", data)
    _, axes = plt.subplots(2, 3, figsize=(17, 9))
    for ax in axes[0]:
        frame.synerise.compare(frame).synerise.plot(ax=ax)
    for texts in seen(axes[0, 0]):
        assert texts
        assert apart(texts)


@pytest.mark.parametrize("groups", [1, 5])
@pytest.mark.parametrize("figsize", [(9, 6), (9, 3)])
def test_steps_of_a_funnel_in_low_axes(make, groups, figsize) -> None:
    data = {
        "group": [f"group {g}" for g in range(groups) for _ in range(5)],
        "step": [1, 2, 3, 4, 5] * groups,
        "name": list("abcde") * groups,
        "value": [90, 50, 40, 20, 10] * groups,
        "share_of_first": [1.0, 0.56, 0.44, 0.22, 0.11] * groups,
        "share_of_previous": [None, 0.56, 0.8, 0.5, 0.5] * groups,
    }
    _, axes = plt.subplots(2, 2, figsize=figsize)
    make("funnel", data).synerise.plot(ax=axes[0, 0])
    names, numbers = seen(axes[0, 0])
    assert apart(names)
    assert apart(numbers)
    assert len(names) == 5
    drops = [t for t in axes[0, 0].texts if t.get_gid() == "drop"]
    assert all(t.get_visible() is (figsize == (9, 6)) for t in drops)
