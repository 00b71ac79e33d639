"""What a comparison's picture says in words is true of any measure."""

import pandas as pd
import pytest

MINUS = "\N{MINUS SIGN}"


def told(ax, gid: str) -> list[str]:
    """Give what is written in the axes, or beside its panels' names."""
    found = [*ax.texts, *(panel._right_title for panel in ax.child_axes)]
    return [t.get_text() for t in found if t.get_gid() == gid and t.get_text()]


def signed(change: float) -> str:
    return f"{change:+.1%}".replace("-", MINUS)


def test_one_series_has_the_change_of_its_mean_bucket(timeline) -> None:
    new, old = [21.0, 35.0, 28.0, 40.0], [30.0, 33.0, 31.0, 39.0]
    both = timeline({"Average basket": new}).synerise.compare(timeline({"Average basket": old}))
    change = pd.Series(new).mean() / pd.Series(old).mean() - 1
    [heading] = told(both.synerise.plot(), "subtitle")
    assert f"mean of the buckets {signed(change)}" in heading
    assert "in all" not in heading


def test_dollars_and_heads_are_never_added(timeline) -> None:
    new = timeline({"Revenue": [900.0, 785.0], "Baskets": [12.0, 11.0]}, kind="histogram")
    old = timeline({"Revenue": [1000.0, 900.0], "Baskets": [10.0, 10.0]}, kind="histogram")
    ax = new.synerise.compare(old).synerise.plot()
    assert "%" not in " ".join(told(ax, "subtitle"))
    change = new.groupby("series")["value"].mean() / old.groupby("series")["value"].mean() - 1
    wanted = {name: f"{share:+.0%}".replace("-", MINUS) for name, share in change.items()}
    drawn = {
        panel.get_title(loc="left"): panel.get_title(loc="right").split()[-1]
        for panel in ax.child_axes
    }
    assert drawn == wanted == {"Revenue": f"{MINUS}11%", "Baskets": "+15%"}


def test_of_several_series_the_only_one_drawn_is_not_said_to_be_all(timeline) -> None:
    frame = timeline({"a": [9.0, 8.0], "b": [1.0, 1.0]})
    ax = frame.synerise.compare(frame).synerise.plot(top=1)
    assert "mean of" not in " ".join(told(ax, "subtitle"))


def test_buckets_that_one_side_lacks_are_not_in_the_mean(timeline) -> None:
    both = timeline({"a": [10.0, None, 30.0]}).synerise.compare(timeline({"a": [20.0, 5.0, 40.0]}))
    [heading] = told(both.synerise.plot(), "subtitle")
    assert f"mean of 2 of 3 buckets {MINUS}33%" in heading  # 20 against 30


@pytest.mark.parametrize("figsize", [(9, 5), (2.5, 4)])
def test_a_mean_stands_beside_a_panels_name_only_where_there_is_room(timeline, figsize) -> None:
    frame = timeline({"Returning customers": [1.0, 2.0], "b": [2.0, 3.0]})
    old = timeline({"Returning customers": [2.0, 2.0], "b": [2.0, 2.0]})
    ax = frame.synerise.compare(old).synerise.plot(figsize=figsize)
    ax.figure.draw_without_rendering()
    for panel in ax.child_axes:
        left, right = panel._left_title, panel._right_title
        apart = right.get_window_extent().x0 - left.get_window_extent().x1
        assert not right.get_text() or apart > 0
    assert bool(told(ax, "mean")) is (figsize == (9, 5))


def test_what_the_grey_line_is_stays_said_under_a_later_picture(timeline) -> None:
    def day(start: str, end: str) -> dict[str, str]:
        return {"type": "absolute", "start": f"{start}T00:00:00", "end": f"{end}T00:00:00"}

    new = timeline({"a": [1.0, 2.0]}, window=day("2017-03-09", "2017-03-11"))
    old = timeline({"a": [2.0, 2.0]}, start="2017-03-07", window=day("2017-03-07", "2017-03-09"))
    ax = new.synerise.compare(old).synerise.plot()
    [heading] = told(ax, "subtitle")
    assert "against 7 Mar 2017" in heading
    assert "baseline:" not in heading
    timeline({"target": [3.0, 3.0]}).synerise.plot(ax=ax)
    [heading] = told(ax, "subtitle")
    assert "baseline: 7 Mar 2017" in heading
    ax.clear()
    new.synerise.plot(ax=ax)
    assert "baseline" not in told(ax, "subtitle")[0]
