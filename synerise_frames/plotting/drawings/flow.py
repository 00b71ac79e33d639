"""Where the nodes and bands of a sankey go: plain geometry, without matplotlib."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

#: Part of the height that is left free between the nodes of the fullest column.
_FREE = 0.22


@dataclass(frozen=True)
class Edge:
    """A flow from a node in `column` to one in the next."""

    column: int
    source: str
    target: str
    value: float


@dataclass
class Node:
    """A node: what flows through it, and where it stands (y upwards, 0 to 1)."""

    column: int
    name: str
    into: float = 0.0
    out: float = 0.0
    bottom: float = 0.0
    height: float = 0.0
    rest: bool = False  #: stands for several small ones

    @property
    def value(self) -> float:
        """What flows through: paths may begin or end here, so the larger side counts."""
        return max(self.into, self.out)

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.bottom + self.height


@dataclass(frozen=True)
class Band:
    """A flow with its places: centre at both ends, and thickness."""

    edge: Edge
    start: float
    end: float
    thickness: float


@dataclass
class Layout:
    """All nodes by column and name, and all bands between them."""

    nodes: dict[tuple[int, str], Node] = field(default_factory=dict)
    bands: list[Band] = field(default_factory=list)

    def column(self, position: int) -> list[Node]:
        """Give the nodes of a column, largest first, what stands for the rest last."""
        nodes = [n for n in self.nodes.values() if n.column == position]
        return sorted(nodes, key=lambda n: (n.rest, -n.value, n.name))

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return max((n.column for n in self.nodes.values()), default=-1) + 1


def gather(edges: Iterable[Edge], top: int) -> tuple[list[Edge], set[tuple[int, str]]]:
    """Join the small nodes of each column into one ("12 others"); give edges and these nodes."""
    edges = list(edges)
    renamed: dict[tuple[int, str], str] = {}
    plain = _nodes(edges)
    for position in range(plain.columns):
        nodes = plain.column(position)
        if len(nodes) > top:
            small = nodes[top - 1 :]
            name = f"{len(small)} others"
            renamed |= {(position, n.name): name for n in small}
    sums: dict[tuple[int, str, str], float] = {}
    for e in edges:
        source = renamed.get((e.column, e.source), e.source)
        target = renamed.get((e.column + 1, e.target), e.target)
        sums[e.column, source, target] = sums.get((e.column, source, target), 0.0) + e.value
    joined = {(column, name) for (column, _), name in renamed.items()}
    return [Edge(*key, value) for key, value in sums.items()], joined


def lay_out(edges: list[Edge], joined: Iterable[tuple[int, str]] = ()) -> Layout:
    """Stack the nodes of each column by size, and order the bands so that they cross little."""
    layout = _nodes(edges)
    for key in joined:
        layout.nodes[key].rest = True
    columns = [layout.column(i) for i in range(layout.columns)]
    fullest = max(len(c) for c in columns)
    gap = _FREE / max(fullest - 1, 3)
    tallest = max(sum(n.value for n in c) for c in columns)
    scale = (1 - gap * (fullest - 1)) / tallest
    for column in columns:
        total = sum(n.value for n in column) * scale + gap * (len(column) - 1)
        edge = 0.5 + total / 2
        for node in column:
            node.height = node.value * scale
            edge -= node.height
            node.bottom = edge
            edge -= gap
    layout.bands = _bands(layout, edges, scale)
    return layout


def _nodes(edges: list[Edge]) -> Layout:
    layout = Layout()
    for e in edges:
        source = layout.nodes.setdefault((e.column, e.source), Node(e.column, e.source))
        target = layout.nodes.setdefault((e.column + 1, e.target), Node(e.column + 1, e.target))
        source.out += e.value
        target.into += e.value
    return layout


def _bands(layout: Layout, edges: list[Edge], scale: float) -> list[Band]:
    """Attach the bands of a node from the top down, in the order of their other ends."""

    def ends(e: Edge) -> tuple[Node, Node]:
        return layout.nodes[e.column, e.source], layout.nodes[e.column + 1, e.target]

    starts: dict[Edge, float] = {}
    stops: dict[Edge, float] = {}
    used: dict[tuple[int, str, str], float] = {}
    for e in sorted(edges, key=lambda e: -ends(e)[1].bottom):
        node = ends(e)[0]
        key = (node.column, node.name, "out")
        starts[e] = node.top - used.get(key, 0.0) - e.value * scale / 2
        used[key] = used.get(key, 0.0) + e.value * scale
    for e in sorted(edges, key=lambda e: -ends(e)[0].bottom):
        node = ends(e)[1]
        key = (node.column, node.name, "in")
        stops[e] = node.top - used.get(key, 0.0) - e.value * scale / 2
        used[key] = used.get(key, 0.0) + e.value * scale
    return [Band(e, starts[e], stops[e], e.value * scale) for e in edges]
