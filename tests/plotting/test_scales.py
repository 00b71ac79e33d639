"""Scales that the caller sets, before a picture or after it, and a legend of the caller's."""

import warnings

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

SERIES = {"Revenue": [30_000.0, 52_000.0], "Baskets": [900.0, 41_000.0], "Coupons": [1.0, 11.0]}


def ticks(ax) -> list[Text]:
    """Give the texts of the y axis that are seen."""
    ax.figure.draw_without_rendering()
    low, high = ax.get_ylim()
    shown = [t for t in ax.yaxis.get_major_ticks() if low <= t.get_loc() <= high]
    return [t.label1 for t in shown if t.label1.get_text()]


def draw(frame, scale: str, *, before: bool):
    _, ax = plt.subplots()
    if before:
        ax.set_yscale(scale)
    frame.synerise.plot(ax=ax)
    ax.figure.draw_without_rendering()
    if not before:
        ax.set_yscale(scale)
    return ax


@pytest.mark.parametrize("scale", ["log", "symlog"])
@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("kind", ["trend", "histogram"])
def test_ticks_of_a_scale_are_numbers(timeline, kind, scale, before) -> None:
    ax = draw(timeline(SERIES, kind=kind), scale, before=before)
    found = ticks(ax)
    assert len(found) >= 3
    assert any("10^{4}" in text.get_text() for text in found)
    assert all(text.get_parse_math() for text in found if "$" in text.get_text())


@pytest.mark.parametrize("scale", ["log", "symlog"])
@pytest.mark.parametrize("before", [False, True])
def test_names_stand_at_the_ends_of_their_lines_on_any_scale(
    timeline, overlaps, scale, before
) -> None:
    ax = draw(timeline(SERIES), scale, before=before)
    assert overlaps(ax, "series name") == []
    names = {t.get_text(): t for t in ax.texts if t.get_gid() == "series name"}
    for line in ax.lines:
        name = names.get(line.get_label())
        if name is None:
            continue
        middle = Text.get_window_extent(name)
        end = ax.transData.transform((0.0, line.get_ydata()[-1]))[1]
        assert abs((middle.y0 + middle.y1) / 2 - end) < 20


@pytest.mark.parametrize("scale", ["log", "symlog"])
def test_a_layout_makes_room_for_names_also_where_the_scale_was_set_before_it_ran(
    timeline, scale
) -> None:
    ax = timeline(SERIES).synerise.plot()
    ax.set_yscale(scale)
    ax.figure.draw_without_rendering()
    names = [t for t in ax.texts if t.get_gid() == "series name"]
    assert len(names) == len(SERIES)
    assert all(Text.get_window_extent(t).x1 <= ax.figure.bbox.width for t in names)


def test_a_name_whose_value_the_scale_lacks_leads_nowhere(timeline) -> None:
    frame = timeline({"a": [5.0, 40.0], "b": [3.0, 0.0]})
    ax = draw(frame, "log", before=False)
    ax.figure.draw_without_rendering()
    names = {t.get_text(): t for t in ax.texts if t.get_gid() == "series name"}
    assert {n: t.arrow_patch.get_visible() for n, t in names.items()} == {"a": True, "b": False}
    assert Text.get_window_extent(names["b"]).y0 > 0


def test_names_in_dollars_are_no_formulas(make) -> None:
    data = {"segment": ["$5 off, $10 back", "$x$"], "value": [2, 1], "share": [0.6, 0.4]}
    ax = make("segmentation", data).synerise.plot()
    assert not any(t.get_parse_math() for t in ax.get_yticklabels())


@pytest.mark.parametrize("kind", ["trend", "histogram"])
def test_a_legend_of_the_callers_has_the_series_and_no_more(timeline, kind) -> None:
    ax = timeline({"a": [1.0, 2.0], "b": [2.0, 3.0]}, kind=kind).synerise.plot()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        legend = ax.legend()
    assert [t.get_text() for t in legend.get_texts()] == ["a", "b"]
