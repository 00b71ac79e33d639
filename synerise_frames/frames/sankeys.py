"""Sankeys: flows from one event to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from synerise_frames.frames.find import (
    ID,
    NAME,
    VALUE,
    at,
    find_value,
    is_box,
    is_list,
    is_number,
    is_scalar,
    pick,
    take,
    words,
)
from synerise_frames.frames.flatten import locate, spread
from synerise_frames.frames.load import Payload, refuse
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import Records, apart, column, hold_rest, others
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_text, as_texts

_BOX = words("results result links edges flows sankey connections transitions")
_SOURCE = words("source from src start origin sourcename sourceid fromnode fromevent previous")
_TARGET = words("target to dest destination end targetname targetid tonode toevent next")
_STEP = words("step depth level layer order position stepnumber stage index")
_CHILDREN = words("children next nodes targets steps items branches")
_VALUE = ("value", "count", "weight", "flow", "flows", *VALUE)


def sankey(payload: Payload, tz: Zone = None, strict: bool = False) -> pd.DataFrame:  # noqa: ARG001
    """Read the answer of ``sankeys.preview``.

    Where the answer has no steps, and no event can come again after it was left, the step of
    an edge is one more than the longest way to its source; else steps are missing. Steps that
    are sent from 0 are counted from 1. In a tree, every node is an edge from the one above it;
    the values of its roots are in ``attrs["extra"]["roots"]``.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: ``{"results": [{"source": "a", "target": "b", "value": 240}]}``.
    tz : str or tzinfo, optional
        Not used: a sankey has no times.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.

    Returns
    -------
    DataFrame
        step (``Int64``), source, target (``string``), value (``Int64``), then other fields of
        the edges.

    Raises
    ------
    ShapeError
        If the payload is no sankey.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.sankey({"results": [{"source": "a", "target": "b", "value": 240},
    ...                               {"source": "b", "target": "c", "value": 100}]})
       step source target  value
    0     1      a      b    240
    1     2      b      c    100
    """
    return read("sankey", payload, strict, _read)


def _read(reading: Reading, data: Any) -> pd.DataFrame:
    if isinstance(data, dict) and (_is_edge(data) or _is_node(data)):
        data = [data]
    box, path, around, key = locate(reading, data, _BOX)
    nodes = around.get("nodes") if key != "nodes" else None
    hold_rest(reading, around, {key}, "nodes")
    edges = _Edges(reading, indexed=isinstance(nodes, list))
    edges.walk(box, path, {})
    if edges.roots:
        reading.hold("roots", edges.roots)
    records = edges.records
    fields = records.fields()
    source, target = pick(fields, _SOURCE), pick(fields, _TARGET)
    step = pick(fields, _STEP, lambda vs: all(type(v) is int for v in vs), {source, target})
    value = find_value(fields, _VALUE, {source, target, step})
    sent_sources, sent_targets = column(records.rows, source), column(records.rows, target)
    sources, targets = _named(sent_sources, nodes), _named(sent_targets, nodes)
    reading.where = lambda name, row: at(records.paths[row], name)
    columns = {
        "step": _steps(column(records.rows, step), sources, targets),
        "source": sources,
        "target": targets,
        "value": column(records.rows, value),
    }
    more = others(reading, records, {source, target, step, value})
    if (sources, targets) != (sent_sources, sent_targets):
        # Nodes of different steps may have the same name.
        ends = {"source_id": sent_sources, "target_id": sent_targets}
        ids = {name: list(as_texts(values)) for name, values in ends.items()}
        more = ids | {free_name(name, ids, "_sent"): values for name, values in more.items()}
    return build(reading, {**columns, **apart("sankey", more)})


def _is_edge(item: Mapping[str, Any]) -> bool:
    return pick(item, _SOURCE, _is_end) is not None and pick(item, _TARGET, _is_end) is not None


def _is_end(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(is_scalar, value.values())) and pick(value, (*NAME, *ID)) is not None
    return not isinstance(value, list)


def _is_name(value: Any) -> bool:
    return is_scalar(value) and value is not None


def _is_node(item: Mapping[str, Any]) -> bool:
    return pick(item, (*NAME, *ID), is_scalar) is not None and (
        pick(item, _CHILDREN, is_list) is not None
    )


class _Edges:
    """Collects edges from lists, trees, lists a step, and mappings of mappings."""

    def __init__(self, reading: Reading, *, indexed: bool) -> None:
        self.reading = reading
        #: Whether edges may name nodes by their position.
        self.indexed = indexed
        self.records = Records()
        self.roots: list[dict[str, Any]] = []

    def walk(self, node: Any, path: str, above: Mapping[str, Any]) -> None:
        if isinstance(node, list):
            self._list(node, path, above)
        elif isinstance(node, dict):
            self._object(node, path, above)
        elif node is not None:
            raise refuse(self.reading.kind, path, node, "an edge with source, target and value")

    def _list(self, items: list[Any], path: str, above: Mapping[str, Any]) -> None:
        layers = bool(items) and all(isinstance(item, list) for item in items)
        layers = layers and not any(map(self._is_triple, items))
        for i, item in enumerate(items):
            place = at(path, i)
            if self._is_triple(item):
                self._triple(item, place, above)
            elif isinstance(item, dict) and not _is_edge(item) and self._is_leaf(item):
                self.roots.append(_under(above, item))
            else:
                self.walk(item, place, {**above, "step": i + 1} if layers else above)

    def _is_triple(self, item: Any) -> bool:
        if not isinstance(item, list) or not 3 <= len(item) <= 4:
            return False
        ends = (str, int, type(None)) if self.indexed else (str, type(None))
        steps = all(type(v) is int for v in item[:-3])
        return steps and is_number(item[-1]) and all(type(v) in ends for v in item[-3:-1])

    @staticmethod
    def _is_leaf(item: Mapping[str, Any]) -> bool:
        return all(map(is_scalar, item.values()))

    def _triple(self, item: list[Any], path: str, above: Mapping[str, Any]) -> None:
        step, parts = ({"step": item[0]}, item[1:]) if len(item) > 3 else ({}, item)
        names = ("source", "target", "value")
        self.records.add(_under(above, {**step, **dict(zip(names, parts, strict=True))}), path)

    def _object(self, node: Mapping[str, Any], path: str, above: Mapping[str, Any]) -> None:
        if _is_edge(node):
            self.records.add(_under(above, _flat(node)), path)
            return
        if _is_node(node):
            self._tree(node, path, None, 1, above)
            return
        if pick(node, (*_SOURCE, *_TARGET), _is_name) is not None and not any(
            isinstance(v, list) for v in node.values()
        ):
            self.records.add(_under(above, node), path)
            return
        scalars = {k: v for k, v in node.items() if is_scalar(v)}
        boxes = {k: v for k, v in node.items() if is_box(v)}
        if not boxes and scalars:
            raise refuse(self.reading.kind, path, node, "an edge with source, target and value")
        before = len(self.records)
        for key, box in boxes.items():
            place = at(path, key)
            if isinstance(box, dict) and box and all(map(_is_count, box.values())):
                for target, value in box.items():
                    edge = {"source": key, "target": target, "value": value}
                    self.records.add(_under(_under(above, scalars), edge), at(place, target))
            else:
                self.walk(box, place, _under(above, scalars))
        if scalars and len(self.records) == before:
            self.reading.keep(path, path, dict(node))

    def _tree(
        self,
        node: Mapping[str, Any],
        path: str,
        parent: Any,
        step: int,
        above: Mapping[str, Any],
    ) -> None:
        name_key = pick(node, (*NAME, *ID), is_scalar)
        name = None if name_key is None else node[name_key]
        key = pick(node, _CHILDREN, is_list)
        own = {k: v for k, v in node.items() if k not in (name_key, key)}
        if step > 1:
            edge = {"step": step - 1, "source": parent, "target": name}
            self.records.add(_under(above, _under(own, edge, "sent")), path)
        else:
            self.roots.append(_under(above, _under(own, {"name": name})))
        for i, child in enumerate(node[key] if key is not None else ()):
            place = at(at(path, str(key)), i)
            below = child if isinstance(child, dict) else {"name": child}
            self._tree(below, place, name, step + 1, above)


def _under(
    above: Mapping[str, Any], row: Mapping[str, Any], label: str = "above"
) -> dict[str, Any]:
    """Add what was said further up; of the same field, what is nearer keeps the name."""
    both = dict(row)
    for key, value in above.items():
        both[free_name(key, both, f"_{label}")] = value
    return both


def _is_count(value: Any) -> bool:
    return value is None or is_number(value)


def _flat(edge: Mapping[str, Any]) -> dict[str, Any]:
    """Take the name of a source or target that is an object; what else it says gets a dot."""
    flat: dict[str, Any] = {}
    for key, value in edge.items():
        if isinstance(value, dict) and pick({key: 0}, (*_SOURCE, *_TARGET)) is not None:
            name_key = pick(value, (*NAME, *ID), is_scalar)
            flat[key] = value[name_key] if name_key is not None else None
            rest = {k: v for k, v in value.items() if k != name_key}
            flat.update(spread({key: rest}) if rest else {})
        else:
            flat[key] = value
    return flat


def _named(ends: list[Any], nodes: Any) -> list[Any]:
    """Give the names of nodes that edges point to by id or by position."""
    if not isinstance(nodes, list):
        return ends
    ids: dict[str, Any] = {}
    for node in nodes:
        sent = take(node, ID, is_scalar) if isinstance(node, dict) else None
        name = take(node, NAME, is_scalar) if isinstance(node, dict) else node
        if sent is not None:
            ids[str(as_text(sent))] = name if name is not None else sent
        elif name is not None:
            ids.setdefault(str(len(ids)), name)
    return [end if end is None else ids.get(str(as_text(end)), end) for end in ends]


def _steps(sent: Sequence[Any], sources: Sequence[Any], targets: Sequence[Any]) -> list[Any]:
    numbers = [step for step in sent if step is not None]
    if numbers:
        shift = 1 if min(numbers) == 0 else 0
        return [None if step is None else step + shift for step in sent]
    depth = _depths([(as_text(s), as_text(t)) for s, t in zip(sources, targets, strict=True)])
    return [None if depth is None else depth[as_text(source)] + 1 for source in sources]


def _depths(edges: Sequence[tuple[str | None, str | None]]) -> dict[str | None, int] | None:
    """Give the longest way from a root to each node; ``None`` if some way leads back."""
    onward: dict[str | None, list[str | None]] = {}
    arrivals: dict[str | None, int] = {}
    for source, target in edges:
        onward.setdefault(source, []).append(target)
        onward.setdefault(target, [])
        arrivals[target] = arrivals.get(target, 0) + 1
    ready = [node for node in onward if node not in arrivals]
    depth = dict.fromkeys(ready, 0)
    done = 0
    while ready:
        node = ready.pop()
        done += 1
        for target in onward[node]:
            depth[target] = max(depth.get(target, 0), depth[node] + 1)
            arrivals[target] -= 1
            if not arrivals[target]:
                ready.append(target)
    return depth if done == len(onward) else None
