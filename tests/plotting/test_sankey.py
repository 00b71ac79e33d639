"""Flows: what goes in comes out, bands join their nodes, labels do not collide."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.patches import PathPatch, Rectangle

from synerise_frames.plotting.drawings.flow import Edge, gather, lay_out

EDGES = [
    (1, "mail", "visit", 60),
    (1, "mail", "buy", 30),
    (1, "mail", None, 10),
    (2, "visit", "buy", 25),
    (2, "visit", "leave", 20),
    (2, "buy", "visit", 5),
]


def frame(make, edges):
    step, source, target, value = zip(*edges, strict=True)
    names = {"source": list(source), "target": list(target)}
    return make("sankey", {"step": list(step), **names, "value": list(value)})


def test_every_node_and_edge_is_drawn_with_its_value(make, texts) -> None:
    ax = frame(make, EDGES).synerise.plot()
    assert sorted(texts(ax, "node name")) == sorted(
        ["mail  100", "visit  60", "buy  30", "(none)  10", "buy  25", "leave  20", "visit  5"]
    )
    assert len([p for p in ax.patches if isinstance(p, PathPatch)]) == len(EDGES)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["Start", "Step 1", "Step 2"]


def test_heights_are_proportional_to_values(make) -> None:
    ax = frame(make, EDGES).synerise.plot()
    nodes = [p for p in ax.patches if isinstance(p, Rectangle)]
    heights = sorted(p.get_height() for p in nodes)
    assert heights == pytest.approx([v * heights[-1] / 100 for v in (5, 10, 20, 25, 30, 60, 100)])


def test_bands_are_as_thick_as_their_value_and_start_in_their_node(make) -> None:
    ax = frame(make, EDGES).synerise.plot()
    node = {
        (round(p.get_x() + p.get_width() / 2), p.get_facecolor()[:3]): p
        for p in ax.patches
        if isinstance(p, Rectangle)
    }
    scale = max(p.get_height() for p in node.values()) / 100
    bands = [p for p in ax.patches if isinstance(p, PathPatch)]
    for (step, *_, value), band in zip(EDGES, bands, strict=True):
        corners = band.get_path().vertices
        assert corners[0, 1] - corners[7, 1] == pytest.approx(value * scale)
        assert corners[3, 1] - corners[4, 1] == pytest.approx(value * scale)
        # The colour is that of the source, and the band leaves from within it.
        source = node[step - 1, band.get_facecolor()[:3]]
        assert source.get_y() - 1e-9 <= corners[7, 1]
        assert corners[0, 1] <= source.get_y() + source.get_height() + 1e-9


def test_bands_of_a_node_do_not_overlap_and_stay_inside() -> None:
    rng = np.random.default_rng(7)
    edges = [
        Edge(c, s, t, float(rng.integers(1, 90))) for c in (0, 1) for s in "abcd" for t in "abcde"
    ]
    layout = lay_out(edges)
    for node in layout.nodes.values():
        assert node.bottom >= -1e-9
        assert node.top <= 1 + 1e-9
        leaving = [
            (b.start, b.thickness / 2)
            for b in layout.bands
            if (b.edge.column, b.edge.source) == (node.column, node.name)
        ]
        entering = [
            (b.end, b.thickness / 2)
            for b in layout.bands
            if (b.edge.column + 1, b.edge.target) == (node.column, node.name)
        ]
        assert leaving or entering
        for side in (leaving, entering):
            spans = sorted((middle - half, middle + half) for middle, half in side)
            assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(spans))
            assert all(node.bottom - 1e-9 <= a and b <= node.top + 1e-9 for a, b in spans)
    for column in range(layout.columns):
        stacked = layout.column(column)
        assert [n.value for n in stacked] == sorted((n.value for n in stacked), reverse=True)
        assert all(a.bottom > b.top for a, b in pairwise(stacked))


def test_small_nodes_become_one_and_nothing_is_lost() -> None:
    edges = [Edge(0, "a", f"t{i}", float(i + 1)) for i in range(20)]
    edges += [Edge(1, f"t{i}", "end", float(i + 1)) for i in range(20)]
    gathered, joined = gather(edges, 6)
    assert joined == {(1, "15 others")}
    assert sum(e.value for e in gathered) == sum(e.value for e in edges)
    names = [n.name for n in lay_out(gathered, joined).column(1)]
    assert names == ["t19", "t18", "t17", "t16", "t15", "15 others"]


def test_labels_of_small_nodes_do_not_collide(make, overlaps) -> None:
    edges = [
        (s, f"n{i}", f"n{j}", 1000 if i == j == 0 else 1)
        for s in (1, 2)
        for i in range(8)
        for j in range(8)
    ]
    assert overlaps(frame(make, edges).synerise.plot(), "node name") == []


def test_edges_without_a_value_are_told_not_drawn(make, texts) -> None:
    ax = frame(make, [(1, "a", "b", 5), (1, "a", "c", None)]).synerise.plot()
    assert "1 edge without a value" in texts(ax, "subtitle")[0]
    assert len([p for p in ax.patches if isinstance(p, PathPatch)]) == 1


def test_an_event_keeps_its_colour_over_the_steps(make) -> None:
    ax = frame(make, [(1, "a", "a", 5), (2, "a", "a", 5)]).synerise.plot()
    colors = {p.get_facecolor() for p in ax.patches if isinstance(p, Rectangle)}
    assert len(colors) == 1


def test_edges_without_steps_are_two_columns(make) -> None:
    ax = frame(make, [(None, "a", "b", 5), (None, "a", "c", 2)]).synerise.plot()
    assert len(ax.get_xticks()) == 2


def test_bands_leave_in_the_order_in_which_they_arrive() -> None:
    layout = lay_out([Edge(0, "a", "y", 3), Edge(0, "b", "x", 2), Edge(0, "a", "x", 5)])
    start = {(b.edge.source, b.edge.target): b.start for b in layout.bands}
    end = {(b.edge.source, b.edge.target): b.end for b in layout.bands}
    # x is larger than y and stands above it, a above b.
    assert start["a", "x"] > start["a", "y"]
    assert end["a", "x"] > end["b", "x"]
