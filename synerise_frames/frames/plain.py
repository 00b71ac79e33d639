"""Plain forms: what is wrapped around an answer, or written as a table, before it is read.

Three general ideas, the same for every kind: an object that holds nothing but the answer is
opened; rows under a header get its names; the edges of a connection are the nodes they hold.
"""

from __future__ import annotations

from typing import Any

from synerise_frames.frames.find import (
    CHILDREN,
    at,
    could_be_time,
    is_axis,
    is_box,
    is_number,
    is_scalar,
    pick,
    spelled,
    words,
)

_WRAPPERS = {*words("data result response payload body output answer viewer chart timeseries")}
_HEADER = words("columns headers header fields columnnames")
_ROWS = words("rows data values")
_INDEX = ("index", "rownames")
_SERIES = {"trend", "histogram", "aggregate_history"}
_LISTS = {"listing", "directories"}
#: Kinds whose result may be any object: only what holds a result is a wrapper there.
_OPEN_RESULT = {"aggregate", "expression"}


def plain(kind: str, data: Any) -> tuple[Any, str]:
    """Give the answer in its plain form, and the JSON path where that begins."""
    path = "$"
    while isinstance(data, dict) and len(data) == 1:
        ((key, inner),) = data.items()
        if not (isinstance(inner, dict) and inner and _is_wrapper(kind, key, inner)):
            break
        if kind not in _OPEN_RESULT and _is_entry(kind, inner):
            break
        data, path = inner, at(path, key)
    if not isinstance(data, dict):
        return data, path
    simple = _simple(kind, data)
    if simple is None:
        inner = {k: _simple(kind, v) for k, v in data.items() if isinstance(v, dict)}
        found = {k: v for k, v in inner.items() if v is not None}
        simple = {**data, **found} if found else data
    return simple, path


def _is_wrapper(kind: str, key: str, inner: dict[str, Any]) -> bool:
    name = spelled(key)
    if "edges" in inner:
        return True
    if name.removesuffix("s") == kind.replace("_", "").removesuffix("s"):
        # Mappings of ids to names have no box; their own name is part of them.
        return kind not in _LISTS or any(map(is_box, inner.values()))
    if kind in _OPEN_RESULT:
        known = "result" in inner or pick(inner, CHILDREN, _holds_objects) is not None
        return known and name in _WRAPPERS - {"result"}
    return name in _WRAPPERS


def _is_entry(kind: str, inner: dict[str, Any]) -> bool:
    """Tell a mapping with one entry, whose key is a name, from one more wrapper."""
    if len(inner) > 1:
        return False
    ((key, value),) = inner.items()
    return isinstance(value, dict) and not _is_wrapper(kind, key, value)


def _simple(kind: str, node: dict[str, Any]) -> Any:
    """Give a table or a connection as rows; ``None`` if it is neither."""
    edges = node.get("edges")
    if isinstance(edges, list) and edges and all(map(_is_edge, edges)):
        return {**node, "edges": [_node(edge) for edge in edges]}
    table = _table(node)
    if table is None:
        return _with_axis(node) if kind in _SERIES else None
    header, rows, index = table
    # Reports know tables without an index by themselves.
    if kind == "report" and index is None:
        return None
    names = [*([index] if index else []), *node[header]]
    labels = [[label] for label in node[index]] if index else [[]] * len(node[rows])
    body = [[*label, *row] for label, row in zip(labels, node[rows], strict=True)]
    rest = {k: v for k, v in node.items() if k not in (header, rows, index)}
    if kind in _SERIES and _is_wide(body):
        items = [{"date": row[0], "values": row[1:]} for row in body]
        return {**rest, "legends": names[1:], rows: items}
    return {**rest, rows: [dict(zip(names, row, strict=True)) for row in body]}


def _table(node: dict[str, Any]) -> tuple[str, str, str | None] | None:
    """Find header, rows and index of a table whose rows are lists under a header."""
    header, rows = pick(node, _HEADER, _has_items), pick(node, _ROWS, _has_items)
    if header is None or rows is None or header == rows or "legends" in node:
        return None
    names, index = node[header], pick(node, _INDEX, _has_items)
    different = all(isinstance(name, str) for name in names) and len({*names}) == len(names)
    body = node[rows]
    if not different or not all(isinstance(row, list) and len(row) == len(names) for row in body):
        return None
    if index is not None and (len(node[index]) != len(body) or index in names):
        return None
    return header, rows, index


def _is_wide(body: list[list[Any]]) -> bool:
    """Tell rows of a time and at least two numbers, which are series, from rows of fields."""
    if len(body[0]) < 3 or not all(could_be_time(row[0]) for row in body):
        return False
    return all(cell is None or is_number(cell) for row in body for cell in row[1:])


def _with_axis(node: dict[str, Any]) -> dict[str, Any] | None:
    """Lift times that stand in an object of their own, as in charts: ``xAxis.categories``."""
    lifted: dict[str, Any] = {}
    for key, value in node.items():
        if isinstance(value, dict) and len(value) == 1:
            ((name, inner),) = value.items()
            if name not in node and name not in lifted and is_axis(name, inner):
                key, value = name, inner  # noqa: PLW2901
        lifted[key] = value
    return lifted if lifted.keys() != node.keys() else None


def _has_items(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _holds_objects(value: Any) -> bool:
    return _has_items(value) and all(isinstance(item, dict) for item in value)


def _is_edge(item: Any) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("node"), dict):
        return False
    return all(is_scalar(v) and k not in item["node"] for k, v in item.items() if k != "node")


def _node(edge: dict[str, Any]) -> dict[str, Any]:
    return {**edge["node"], **{k: v for k, v in edge.items() if k != "node"}}
