"""Reports that are trees: the leaves are rows, the names above them their dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synerise_frames.frames.find import NAME, at, is_list, is_scalar, pick, spelled, words
from synerise_frames.frames.flatten import spread
from synerise_frames.frames.melt import Table
from synerise_frames.frames.sides import both_sides, columns_of, flat_row, side
from synerise_frames.schema.drift import Reading

_CHILDREN = words("children nodes subgroups rows items values data groups")


def is_tree(node: Any) -> bool:
    """Tell whether an object is a node that holds nodes like itself."""
    if not isinstance(node, dict):
        return False
    key = pick(node, _CHILDREN, is_list)
    if key is None or pick(node, NAME, is_scalar) is None:
        return False
    inner = [child for child in node[key] if isinstance(child, dict)]
    if spelled(key) == "children":
        return len(inner) == len(node[key])
    return bool(inner) and any(is_tree(c) or (set(c) <= set(node) and len(c) > 1) for c in inner)


def read_tree(
    reading: Reading, nodes: list[dict[str, Any]], path: str, names: Sequence[str]
) -> Table:
    """Make columns of the leaves; `names` are those of the levels, as far as they are known."""
    leaves: list[tuple[list[Any], dict[str, Any], str]] = []
    totals: dict[str, Any] = {}
    # One root around everything, such as "All", is no level of its own.
    root = len(nodes) == 1 and is_tree(nodes[0])
    for i, node in enumerate(nodes):
        _leaves(node, [], path if root and path == "$" else at(path, i), leaves, totals)
    if totals:
        reading.hold("subtotals", totals)
    depth = max((len(levels) for levels, _, _ in leaves), default=0)
    labels = [*names[:depth], *(f"level_{i + 1}" for i in range(len(names[:depth]), depth))]
    rows = []
    for levels, values, _ in leaves:
        padded = [*levels, *[None] * (depth - len(levels))]
        groups = side(dict(zip(labels, padded, strict=True)), "groups")
        rows.append(both_sides(groups, values))
    table = columns_of(rows, path)
    paths = [place for _, _, place in leaves]
    table.path = lambda row: paths[row]
    return table


def _leaves(
    node: Any,
    above: list[Any],
    path: str,
    leaves: list[tuple[list[Any], dict[str, Any], str]],
    totals: dict[str, Any],
) -> None:
    if not isinstance(node, dict):
        leaves.append((above, {"value": node}, path))
        return
    name_key = pick(node, NAME, is_scalar)
    levels = [*above, node.get(name_key)] if name_key is not None else above
    key = pick(node, _CHILDREN, is_list) if is_tree(node) else None
    own = {k: v for k, v in node.items() if k not in (name_key, key)}
    if key is None or not node[key]:
        leaves.append((levels, flat_row(own), path))
        return
    for name, value in spread(own, open_lists=True).items():
        if value is not None:
            totals[f"{path}.{name}"] = value
    for i, child in enumerate(node[key]):
        _leaves(child, levels, at(at(path, key), i), leaves, totals)
