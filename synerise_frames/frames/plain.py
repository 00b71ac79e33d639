"""Plain forms: what is wrapped around an answer, or written as a table, before it is read.

Three general ideas, the same for every kind: an object that holds nothing but the answer is
opened; rows under a header get its names; the edges of a connection are the nodes they hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synerise_frames.frames.find import at, is_axis, is_box, is_scalar, pick, spelled, words

_WRAPPERS = {*words("data result response payload body output answer viewer chart timeseries")}
_HEADER = words("columns headers header fields columnnames")
_ROWS = words("rows data values")
_INDEX = ("index", "rownames")
#: Kinds whose result may be any object: only what holds a result is a wrapper there.
_OPEN_RESULT = {"aggregate", "expression"}


def plain(kind: str, data: Any) -> tuple[Any, str]:
    """Give the answer in its plain form, and the JSON path where that begins."""
    path = "$"
    while isinstance(data, dict) and len(data) == 1:
        ((key, inner),) = data.items()
        if not (isinstance(inner, dict) and inner and _is_wrapper(kind, key, inner)):
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
    own = name.removesuffix("s") == kind.replace("_", "").removesuffix("s")
    if kind in _OPEN_RESULT and not own:
        return name in _WRAPPERS - {"result"} and ("result" in inner or any(map(is_box, inner)))
    return own or name in _WRAPPERS


def _simple(kind: str, node: dict[str, Any]) -> Any:
    """Give a table or a connection as rows; ``None`` if it is neither."""
    edges = node.get("edges")
    if isinstance(edges, list) and edges and all(map(_is_edge, edges)):
        return {**node, "edges": [_node(edge) for edge in edges]}
    header, rows = pick(node, _HEADER, _is_list), pick(node, _ROWS, _is_list)
    if header is None or rows is None or header == rows:
        return None
    names, index = _names(node[header]), pick(node, _INDEX, _is_list)
    # Reports know tables by themselves, and times beside a table are the axis of a series.
    fits = index is not None if kind == "report" else not _has_axis(node)
    if names is None or not fits or not _are_rows(node[rows], len(names)):
        return None
    labels = [{}] * len(node[rows])
    if index is not None:
        if len(node[index]) != len(node[rows]) or index in names:
            return None
        labels = [{index: label} for label in node[index]]
    table = [
        {**label, **dict(zip(names, row, strict=True))}
        for label, row in zip(labels, node[rows], strict=True)
    ]
    return {**{k: v for k, v in node.items() if k not in (header, rows, index)}, rows: table}


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _has_axis(node: dict[str, Any]) -> bool:
    return any(is_axis(key, value) for key, value in node.items())


def _names(header: list[Any]) -> list[str] | None:
    different = all(isinstance(name, str) for name in header) and len({*header}) == len(header)
    return header if different else None


def _are_rows(rows: Sequence[Any], width: int) -> bool:
    return all(isinstance(row, list) and len(row) == width for row in rows)


def _is_edge(item: Any) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("node"), dict):
        return False
    return all(is_scalar(v) and k not in item["node"] for k, v in item.items() if k != "node")


def _node(edge: dict[str, Any]) -> dict[str, Any]:
    return {**edge["node"], **{k: v for k, v in edge.items() if k != "node"}}
