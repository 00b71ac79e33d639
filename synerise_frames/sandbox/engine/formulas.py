"""Formulas: arithmetic and comparisons over inputs. What is missing makes the result missing."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import Any, TypeAlias

from synerise_frames.sandbox.engine.part import Part

#: Numbers are exact, so that the order of additions does not matter.
Value: TypeAlias = Fraction | str | bool | None

_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
)
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "=": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
)
_DEEPEST = 8
_LARGEST = 10**15


@dataclass(frozen=True)
class Constant:
    """A number or text that is written in the formula."""

    value: Value
    kind: str

    def evaluate(self, inputs: Sequence[Value]) -> Value:  # noqa: ARG002 - as its sisters
        """Give the constant."""
        return self.value


@dataclass(frozen=True)
class Input:
    """The input of that number; of kind ``number`` or ``text``."""

    index: int
    kind: str

    def evaluate(self, inputs: Sequence[Value]) -> Value:
        """Give the input."""
        return inputs[self.index]


@dataclass(frozen=True)
class Operation:
    """An operator over other formulas; a comparison is of kind ``flag``."""

    op: str
    arguments: tuple[Formula, ...]
    kind: str

    def evaluate(self, inputs: Sequence[Value]) -> Value:
        """Give the result; a division by zero has none."""
        values = [argument.evaluate(inputs) for argument in self.arguments]
        if None in values or (self.op == "/" and 0 in values[1:]):
            return None
        if self.op in _ARITHMETIC:
            result: Value = reduce(_ARITHMETIC[self.op], values)
            return result
        return _COMPARISONS[self.op](values[0], values[1])


Formula: TypeAlias = Constant | Input | Operation


def read_formula(part: Part, read_input: Callable[[Part], Input], depth: int = 0) -> Formula:
    """Read ``{"op": "/", "args": […]}``, ``{"constant": 3}`` or, by `read_input`, an input."""
    if depth > _DEEPEST:
        raise part.error(f"Formulas go {_DEEPEST} levels deep.")
    if part.has("constant"):
        return _constant(part.fields("constant")["constant"])
    if not part.has("op"):
        return read_input(part)
    part.fields("op", "args", required=["args"])
    name = part["op"].one_of((*_ARITHMETIC, *_COMPARISONS), "operator")
    items = part["args"].items(at_least=2)
    if len(items) > 2 and name not in ("+", "*"):
        raise part["args"].error(f"{name!r} takes two.")
    arguments = tuple(read_formula(item, read_input, depth + 1) for item in items)
    _check_kinds(name, arguments, items)
    return Operation(name, arguments, "number" if name in _ARITHMETIC else "flag")


def _constant(part: Part) -> Constant:
    value = part.value
    if isinstance(value, str):
        return Constant(value, "text")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise part.error("Must be a number or a text.")
    # NaN compares as false: neither it nor infinity passes.
    if not abs(value) <= _LARGEST:
        raise part.error("Is too large.")
    return Constant(Fraction(str(value)), "number")


def _check_kinds(name: str, arguments: Sequence[Formula], items: Sequence[Part]) -> None:
    for argument, item in zip(arguments, items, strict=True):
        if name in _ARITHMETIC and argument.kind != "number":
            raise item.error(f"{name!r} needs numbers.")
        if argument.kind == "flag" or argument.kind != arguments[0].kind:
            raise item.error(f"{name!r} compares two numbers or two texts.")


def as_input(value: Any) -> Value:
    """Give a value of the store as a formula takes it."""
    return Fraction(value) if isinstance(value, int | float | Decimal) else value


def as_result(value: Value) -> float | str | None:
    """Give a formula's value as JSON has it: flags are text, numbers have a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        try:
            return float(value)
        except OverflowError:
            # JSON has no number that large.
            return None
    return value
