"""Nothing is cut off or on one another, in any figure, whatever the names."""

from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

import synerise_frames as sf
from synerise_frames.plotting.drawings import fonts, labels
from synerise_frames.plotting.drawings.order import ranks

LONG = "Returning customers of the northern stores"
WAVE = (50 + 40 * np.sin(np.arange(20) / 3)).tolist()


def written(ax) -> list[tuple[str, object]]:
    """Give the texts that are seen, with their boxes, of what is drawn."""
    ax.figure.draw_without_rendering()
    found = [t for t in ax.findobj(Text) if isinstance(t, Text)]
    ticks = {id(t) for t in found if not t.get_visible()}
    for axis, limits in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
        # Those beyond the limits are kept, but not drawn.
        low, high = min(limits), max(limits)
        for tick in axis.get_major_ticks():
            inside = low - 1e-9 <= tick.get_loc() <= high + 1e-9
            ticks |= set() if inside else {id(tick.label1), id(tick.label2)}
    seen = [t for t in found if id(t) not in ticks and t.get_text().strip()]
    # Only the text: an annotation's own box has its arrow in it.
    boxes = [(t.get_text(), Text.get_window_extent(t)) for t in seen]
    return [(text, box) for text, box in boxes if box.width and np.isfinite(box.extents).all()]


def cut_off(ax) -> list[str]:
    page = ax.figure.figure.bbox if hasattr(ax.figure, "figure") else ax.figure.bbox
    return [
        text
        for text, box in written(ax)
        if box.x0 < page.x0 - 1 or box.x1 > page.x1 + 1 or box.y0 < -1 or box.y1 > page.y1 + 1
    ]


def colliding(*axes) -> list[tuple[str, str]]:
    boxes = [pair for ax in axes for pair in written(ax)]
    return [
        (a, b)
        for (a, one), (b, two) in combinations(boxes, 2)
        if min(one.x1, two.x1) - max(one.x0, two.x0) > 1.5
        and min(one.y1, two.y1) - max(one.y0, two.y0) > 2.5
    ]


def frames(make, timeline) -> dict:
    rows = [(h, d) for h in range(24) for d in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]
    report = {"row": range(168), "metric": ["m"] * 168, "value": [float(i) for i in range(168)]}
    dims = {"hour": [str(r[0]) for r in rows], "weekday": [r[1] for r in rows]}
    names = [f"Customers of the very long name number {i}" for i in range(5)]
    segments = {"segment": names, "value": [90, 80, 70, 60, 50], "share": [0.3, 0.2, 0.2, 0.2, 0.1]}
    edges = [(1, "campaign.receive", "product.view", 70), (1, "push.open", "product.view", 25)]
    edges += [(2, "product.view", "basket.add", 40), (2, "product.view", "away", 30)]
    edges += [(3, "basket.add", "buy", 10), (3, "basket.add", "away", 30)]
    flows = {n: [e[i] for e in edges] for i, n in enumerate(("step", "source", "target", "value"))}
    cells = [(str(p), str(s)) for p in range(8) for s in range(4)]
    members = {
        "profile": [c[0] for c in cells],
        "segmentation_id": [c[1] for c in cells],
        "segmentation": [
            ("Champions", "Loyal customers", "At risk", "Lost")[int(c[1])] for c in cells
        ],
        "member": [True, False, None, True] * 8,
    }
    metrics = {"metric": ["Revenue", "Baskets", LONG, "x"], "value": [4593123.456, 155848, 0.5, 2]}
    groups = {
        "group": [LONG] * 2 + ["B"] * 2,
        "step": [1, 2] * 2,
        "name": ["visit the site", "buy"] * 2,
        "value": [1000, 200, 900, 300],
        "share_of_first": [1.0, 0.2, 1.0, 0.33],
        "share_of_previous": [None, 0.2, None, 0.33],
    }
    rows = {"segment": names, "value": [90, 80, 70, 60, 50], "baseline": [100.0] * 5}
    ledger = {"analysis_id": list("ab"), "name": names[:2], "status": ["ok", "not_found"]}
    answers = {"profile": list("12345"), "name": [LONG] * 5, "result": names}
    series = {LONG: WAVE, "New": [v / 2 for v in WAVE]}
    few = {LONG: WAVE[:5], "New": WAVE[5:10]}
    plain = {k: list(v) for k, v in report.items()}
    return {
        "trend": timeline(series),
        "histogram": timeline(few, kind="histogram"),
        "segmentation": make("segmentation", segments),
        "report": make("report", plain, dims),
        "sankey": make("sankey", flows),
        "membership": make("membership", members),
        "metric": make("metric", metrics),
        "funnel": make("funnel", groups),
        "comparison": timeline({LONG: WAVE}).synerise.compare(timeline({LONG: WAVE[::-1]})),
        "comparison of rows": make("comparison", {**rows, "change": [-0.1] * 5}),
        "ledger": make("ledger", {**ledger, "attempts": [1, 1]}),
        "aggregate": make("aggregate", answers),
        "segment_profiles": make("segment_profiles", {"segment": [0, 0, 3]}),
    }


KINDS = [
    "trend", "histogram", "segmentation", "report", "sankey", "membership", "metric", "funnel",
    "comparison", "comparison of rows", "ledger", "aggregate", "segment_profiles",
]  # fmt: skip


@pytest.mark.parametrize("size", [(6.4, 4.8), (4, 3)])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("own", [False, True])
def test_nothing_is_cut_off_or_covered(make, timeline, kind, size, own) -> None:
    df = frames(make, timeline)[kind]
    ax = None if own else plt.subplots(figsize=size)[1]
    ax = df.synerise.plot(ax=ax, figsize=size) if own else df.synerise.plot(ax=ax)
    assert cut_off(ax) == []
    assert colliding(ax) == []


@pytest.mark.parametrize("kind", ["sankey", "report", "membership", "segmentation", "trend"])
@pytest.mark.parametrize("layout", [None, "constrained"])
def test_small_axes_of_a_grid_hold_their_texts(make, timeline, kind, layout) -> None:
    df = frames(make, timeline)[kind]
    figure, grid = plt.subplots(2, 3, layout=layout)
    for ax in grid.flat:
        df.synerise.plot(ax=ax)
    figure.draw_without_rendering()
    assert [text for ax in grid.flat for text in cut_off(ax)] == []
    assert colliding(*grid.flat) == []


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_losses_of_a_funnel_end_with_their_axes(make, layout) -> None:
    data = {
        "group": [None] * 3,
        "step": [1, 2, 3],
        "name": ["Campaign received", "Coupon redeemed", "Basket paid"],
        "value": [1559, 410, 410],
        "share_of_first": [1.0, 0.26, 0.26],
        "share_of_previous": [None, 0.26, 1.0],
        "time_from_previous": [None, 95.6, 0.6],
    }
    figure, grid = plt.subplots(3, 3, figsize=(10, 7), layout=layout)
    for ax in grid.flat:
        make("funnel", data).synerise.plot(ax=ax, time_unit="d")
    figure.draw_without_rendering()
    for ax in grid.flat:
        drops = [t for t in ax.texts if t.get_gid() == "drop" and t.get_text()]
        assert all(t.get_text().startswith("▼  ") for t in drops)
        assert all(Text.get_window_extent(t).x1 <= ax.bbox.x1 + 12 for t in drops)
    wide = make("funnel", data).synerise.plot(time_unit="d")
    told = next(t.get_text() for t in wide.texts if t.get_gid() == "drop" and t.get_text())
    assert told == "▼  26% of the previous · 1,149 dropped off (74%) · after 95.6 d"


def test_a_legend_has_smaller_letters_before_its_names_are_cut(timeline) -> None:
    names = ["DELI counter", "MEAT counter", "PRODUCE aisle", "SEAFOOD bar"]
    frame = timeline({name: [5.0 + i] * 6 for i, name in enumerate(names)}, kind="histogram")
    figure, grid = plt.subplots(3, 3, figsize=(10, 7))
    for ax in grid.flat:
        frame.synerise.plot(ax=ax)
    figure.draw_without_rendering()
    written_names = [t.get_text() for t in grid[1, 1].get_legend().get_texts()]
    assert written_names == names
    assert colliding(*grid.flat) == []
    alone = frame.synerise.plot().get_legend()
    assert {t.get_fontsize() for t in alone.get_texts()} == {fonts.points("medium")}


def test_numbers_under_a_small_distribution_are_apart(make) -> None:
    numbers = [float(i * i) for i in range(100)]
    data = {"profile": [str(i) for i in range(100)], "name": ["Spend"] * 100, "value": numbers}
    _, grid = plt.subplots(3, 3, figsize=(10, 7), layout="constrained")
    for ax in grid.flat:
        make("aggregate", {**data, "result": [str(v) for v in numbers]}).synerise.plot(ax=ax)
    assert colliding(*grid.flat) == []


def test_texts_of_bars_to_either_side_are_not_on_names_in_small_axes(make) -> None:
    names = ["Under 15K", "15-24K", "125-149K", "200-249K"]

    def segments(*values):
        return make("segmentation", {"segment": names, "value": values})

    df = sf.compare(segments(9, 90, 50, 80), segments(25, 70, 66, 30))
    figure, grid = plt.subplots(3, 3, figsize=(10, 7))
    for ax in grid.flat:
        df.synerise.plot(ax=ax)
    figure.draw_without_rendering()
    assert colliding(*grid.flat) == []


def test_a_long_name_leaves_the_picture_most_of_its_room(timeline) -> None:
    figure, ax = plt.subplots(figsize=(4, 3))
    timeline({LONG: [1, 2], "b": [2, 3]}).synerise.plot(ax=ax)
    figure.draw_without_rendering()
    assert ax.get_window_extent().width > 0.45 * figure.bbox.width


def test_axes_follow_the_figure_and_what_lies_on_them_follows_them(timeline) -> None:
    figure, ax = plt.subplots()
    timeline({LONG: [1, 2], "b": [2, 3]}).synerise.plot(ax=ax)
    twin = ax.twinx()
    figure.draw_without_rendering()
    assert twin.get_position().bounds == pytest.approx(ax.get_position().bounds)
    narrow = ax.get_position().x1
    figure.set_size_inches(14, 5)
    figure.draw_without_rendering()
    assert ax.get_position().x1 > narrow
    figure.tight_layout()  # a warning would be an error
    figure.set_layout_engine("constrained")
    figure.draw_without_rendering()
    assert cut_off(ax) == []


def test_axes_that_share_time_stay_in_line(timeline) -> None:
    figure, (upper, lower) = plt.subplots(2, 1, sharex=True)
    timeline({LONG: [1, 2], "b": [2, 3]}).synerise.plot(ax=upper)
    timeline({"c": [1, 2], "d": [2, 3]}).synerise.plot(ax=lower)
    figure.draw_without_rendering()
    assert upper.get_position().x1 == pytest.approx(lower.get_position().x1)


def test_axes_that_others_place_stay_there(timeline) -> None:
    figure = plt.figure()
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    ax.set_axes_locator(lambda _ax, _renderer: ax.get_position(original=True))
    timeline({LONG: [1, 2], "b": [2, 3]}).synerise.plot(ax=ax)
    figure.draw_without_rendering()
    assert ax.get_position().bounds == pytest.approx((0.1, 0.1, 0.8, 0.8))


@pytest.mark.parametrize("hours_across", [False, True])
def test_hours_are_never_cut(make, texts, hours_across) -> None:
    others = [f"department {i:02d}" for i in range(30 if hours_across else 5)]
    rows = [(str(h), o, float(100 - h)) for h in range(24) for o in others]
    data = {"row": list(range(len(rows))), "metric": ["m"] * len(rows)}
    dims = {"hour": [r[0] for r in rows], "department": [r[1] for r in rows]}
    ax = make("report", {**data, "value": [r[2] for r in rows]}, dims).synerise.plot(top=4)
    cells = ax.collections[0].get_array()
    assert cells.shape == ((4, 24) if hours_across else (24, 5))
    drawn = np.asarray(cells).mean(axis=0 if hours_across else 1)
    assert drawn.tolist() == [100.0 - h for h in range(24)]
    told = " ".join(texts(ax, "subtitle"))
    assert ("4 of 30 rows" in told) is hours_across
    assert "of 24" not in told


@pytest.mark.parametrize(
    ("members", "order"),
    [
        (["10", "9", None, "-1"], ["-1", "9", "10", None]),
        (["Sunday", "Mon", "Wednesday"], ["Mon", "Wednesday", "Sunday"]),
        (["Dec", "January", "May"], ["January", "May", "Dec"]),
        (["65+", "19-24", "45-54"], ["19-24", "45-54", "65+"]),
        (
            ["100-124K", "Under 15K", "15-24K", "250K+"],
            ["Under 15K", "15-24K", "100-124K", "250K+"],
        ),
        (["18:30", "09:00", "9:15"], ["09:00", "9:15", "18:30"]),
        (["2017-03-09", "2016-12-31"], ["2016-12-31", "2017-03-09"]),
        (["2017-03", "2016-12"], ["2016-12", "2017-03"]),
        (["Dairy", "Meat"], None),
        (["1", "Meat"], None),
        (["Marches", "May"], None),
        ([None], None),
        ([], None),
    ],
)
def test_members_with_an_order_of_their_own(members, order) -> None:
    found = ranks(members)
    assert (None if found is None else [members[i] for i in found]) == order


def test_long_names_are_told_apart_by_their_ends() -> None:
    names = [f"Customers of the very long name number {i}" for i in range(12)]
    for room in (60, 120, 180):
        short = labels.within(names, room)
        assert len(set(short)) == 12
        assert fonts.widest(short) <= room + 0.1
    assert labels.distinct(["a", "a", "a"], [None, "x", None]) == ["a", "a (x)", "a #2"]


@pytest.mark.parametrize(
    "name", ["Plain name", "לקוחות קבועים של החנות", "东京的客户 और", "i", "WWWWWWWW"]
)
def test_a_cut_name_fits_and_is_no_longer(name) -> None:
    for room in (1, 20, 45, 1_000):
        short = fonts.cut(name, room)
        assert len(short) <= len(name)
        assert fonts.width(short) <= room + 0.2 or len(short) <= 2
    assert fonts.cut(name, 1_000) == name


def test_a_measured_text_is_as_long_as_the_drawn_one() -> None:
    figure, ax = plt.subplots()
    for text in ("Customers of the north", "לקוחות קבועים", "two\nlines of it"):
        drawn = ax.text(0, 0, text)
        fonts.dress(drawn)
        points = drawn.get_window_extent().width * 72 / figure.dpi
        assert fonts.width(text) == pytest.approx(points, rel=0.04)


def test_bars_too_thin_to_be_seen_are_outlines(timeline) -> None:
    # 6 series of 80 days: in axes of 200 points a bar would have less than half a point.
    series = {f"S{i}": [float(i + k % 7) for k in range(80)] for i in range(6)}
    series["S2"][40] = None
    df = timeline(series, kind="histogram")
    _, ax = plt.subplots(figsize=(4, 3))
    df.synerise.plot(ax=ax)
    assert ax.containers == []
    lines = [line for line in ax.lines if line.get_gid() == "outline"]
    assert {line.get_label() for line in lines} == set(series)
    assert all(line.get_drawstyle() == "steps-post" for line in lines)
    for line in lines:
        # The last value reaches to the end of its bucket.
        drawn, given = (
            line.get_ydata(),
            [np.nan if v is None else v for v in series[line.get_label()]],
        )
        assert drawn.tolist() == pytest.approx([*given, given[-1]], nan_ok=True)
    assert ax.get_ylim()[0] == 0
    stacked = df.synerise.plot(stacked=True, figsize=(4, 3))
    edges = sorted((b.get_x(), b.get_x() + b.get_width()) for b in stacked.containers[0])
    # No hairlines: bars of narrow buckets touch.
    assert all(b[0] - a[1] < 1e-6 for a, b in pairwise(edges))


def test_the_largest_groups_of_a_funnel_are_shown(make, texts) -> None:
    sizes = {"a": 5, "b": 900, "c": 40, "d": 700}
    data = {
        "group": [g for g in sizes for _ in range(2)],
        "step": [1, 2] * 4,
        "name": ["visit", "buy"] * 4,
        "value": [v for n in sizes.values() for v in (n, n // 2)],
    }
    ax = make("funnel", data).synerise.plot(top=2)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["b", "d"]
    assert [c[0].get_width() for c in ax.containers] == [900, 700]
    assert "the largest 2 of 4 groups" in " ".join(texts(ax, "subtitle"))


@pytest.mark.parametrize(
    ("value", "big", "below"),
    [
        (0.0123456, "0.0123", "0.0123456"),
        (0.5, "0.5", ""),
        (4_593_123.456, "4.59M", "4,593,123.46"),
        (155_848, "155,848", ""),
        (155_848.4, "156k", "155,848.40"),
        (0.00321, "0.00321", ""),
    ],
)
def test_the_exact_number_is_never_the_less_exact(make, texts, value, big, below) -> None:
    ax = make("metric", {"metric": ["m"], "value": [value]}).synerise.plot()
    assert texts(ax, "value") == [big]
    assert texts(ax, "exact") == ([below] if below else [])


def test_a_heat_map_of_thousands_of_rows_names_few_of_them(make) -> None:
    rows = [(str(s), d) for s in range(3_000) for d in "ab"]
    data = {"row": list(range(6_000)), "metric": ["m"] * 6_000, "value": [1.0, 2.0] * 3_000}
    dims = {"store": [r[0] for r in rows], "side": [r[1] for r in rows]}
    ax = make("report", data, dims).synerise.plot()
    assert ax.collections[0].get_array().shape == (3_000, 2)
    named = {
        round(y): t.get_text() for y, t in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
    }
    assert 20 < len(named) < 151
    # Each stands at its own row.
    assert all(text == str(place) for place, text in named.items())
    assert colliding(ax) == []
