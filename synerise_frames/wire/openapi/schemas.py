"""The top level of a JSON schema: what kind of value, and which keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from synerise_frames.wire.openapi.plain import as_list, as_mapping, as_names, plain
from synerise_frames.wire.openapi.refs import References

# Each level takes three calls of the interpreter, which has room for about a thousand.
_DEPTH = 100
_KINDS = ("object", "array", "string", "integer", "number", "boolean", "null")


@dataclass(frozen=True)
class Shape:
    """What a schema says about the top level of a value.

    ``kind`` is a JSON type, or empty where the schema does not say. The keys of an array
    are those of its items.
    """

    kind: str = ""
    keys: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()


class Shapes:
    """Reads schemas of one document; each node of it once."""

    def __init__(self, references: References) -> None:
        self._references = references
        # By identity, as aliases of YAML are one object. The schema is kept beside its shape:
        # the identity of one that is gone could be given to another.
        self._known: dict[int, tuple[object, Shape]] = {}
        self._opened: set[int] = set()

    def of(self, schema: Any, depth: int = 0) -> Shape:
        """Give the top level of a schema, with its parts merged."""
        if not isinstance(schema, dict):
            return Shape()
        known = self._known.get(id(schema))
        if known is not None:
            return known[1]
        opened = id(schema) in self._opened
        if opened or depth > _DEPTH:
            reason = "it leads back to itself" if opened else "it is nested too deep"
            self._references.refuse(str(schema.get("$ref", "allOf")), reason)
            return Shape()
        self._opened.add(id(schema))
        shape = self._read(schema, depth + 1)
        self._opened.discard(id(schema))
        self._known[id(schema)] = (schema, shape)
        return shape

    def _read(self, schema: dict[str, Any], depth: int) -> Shape:
        if isinstance(schema.get("$ref"), str):
            target = self._references.follow({"$ref": schema["$ref"]})
            beside = {k: v for k, v in schema.items() if k != "$ref"}
            parts = [self.of(target, depth)]
            return _all([*parts, self._read(beside, depth)]) if beside else parts[0]
        kind = _kind(schema)
        if kind == "array":
            items = self.of(schema.get("items"), depth)
            return Shape("array", items.keys, items.required)
        own = Shape(kind, _named(as_mapping(schema.get("properties"))), _required(schema))
        parts = [self.of(part, depth) for part in as_list(schema.get("allOf"))]
        for word in ("oneOf", "anyOf"):
            choices = [self.of(part, depth) for part in as_list(schema.get(word))]
            choices = [choice for choice in choices if choice.kind != "null"]
            if choices:
                parts.append(_any(choices))
        return _all([own, *parts])


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    kinds = [kind] if isinstance(kind, str) else list(as_names(kind))
    kinds = [name for name in kinds if name in _KINDS]
    real = [name for name in kinds if name != "null"] or kinds
    if len(real) == 1:
        return real[0]
    if not real and isinstance(schema.get("properties"), dict):
        return "object"
    return "array" if not real and isinstance(schema.get("items"), dict) else ""


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(plain(name, 100) for name in names)


def _required(schema: dict[str, Any]) -> frozenset[str]:
    return frozenset(_named(as_names(schema.get("required"))))


def _keys(shapes: Iterable[Shape]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for shape in shapes for key in shape.keys))


def _common_kind(shapes: Iterable[Shape]) -> str:
    kinds = {shape.kind for shape in shapes if shape.kind}
    return kinds.pop() if len(kinds) == 1 else ""


def _all(shapes: list[Shape]) -> Shape:
    required = frozenset(name for shape in shapes for name in shape.required)
    return Shape(_common_kind(shapes), _keys(shapes), required)


def _any(shapes: list[Shape]) -> Shape:
    required = shapes[0].required.intersection(*(shape.required for shape in shapes))
    kind = _common_kind(shapes) if all(shape.kind for shape in shapes) else ""
    return Shape(kind, _keys(shapes), required)
