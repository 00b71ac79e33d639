"""Conditions: a field, an operator and a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from synerise_frames.sandbox.engine.names import Names
from synerise_frames.sandbox.engine.part import Part
from synerise_frames.sandbox.engine.query import Sql, joined, wrapped

#: Operators that compare with one value, and what they are in SQL.
_ONE = MappingProxyType({"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="})
_NONE = ("is null", "is not null")
_OPERATORS = (*_ONE, *_NONE, "in", "not in", "between")

# No field has longer texts, larger numbers or more digits after the point.
_LONGEST = 200
_LARGEST = 10**15
_DIGITS = 6


def read_test(part: Part, kind: str, names: Names) -> Sql:
    """Read the ``op`` and ``value`` of a condition on something of a kind.

    Gives the SQL that follows what is tested. What is missing passes no test but ``is null``.
    """
    operator = part["op"].one_of(_OPERATORS, "operator")
    if operator in _NONE:
        if "value" in part.value:
            raise part["value"].error(f"There is no value to {operator!r}.")
        return Sql(f" {operator}")
    if "value" not in part.value:
        raise part["value"].error("Is required.")
    if names.leaves_open(part["value"]):
        return Sql(" is not null")
    value, outside = names.resolve(part["value"])
    if operator in _ONE:
        return Sql(f" {_ONE[operator]} ?", (_value(value, kind, outside),))
    values = [_resolved(item, kind, names, outside) for item in value.items(at_least=1)]
    if operator == "between":
        if len(values) != 2:
            raise value.error("Must be the lowest and the highest value.")
        return Sql(" between ? and ?", tuple(values))
    return Sql(f" {operator} ") + wrapped(joined(", ", (Sql("?", (item,)) for item in values)))


def _resolved(item: Part, kind: str, names: Names, outside: bool) -> Any:
    if names.leaves_open(item):
        return None
    value, given = names.resolve(item)
    return _value(value, kind, outside or given)


def _value(part: Part, kind: str, outside: bool) -> Any:
    return _READERS[kind](part, outside)


def _text(part: Part, _: bool) -> str:
    if not isinstance(part.value, str) or len(part.value) > _LONGEST:
        raise part.error("Must be a text, as the field is.")
    return part.value


def _number(part: Part, outside: bool) -> int | Decimal:
    value = part.value
    # Dynamic keys come from forms and environments: there "7" is a number.
    known = (int, float, str) if outside else (int, float)
    if not isinstance(value, known) or isinstance(value, bool):
        raise part.error("Must be a number, as the field is.")
    try:
        number = Decimal(str(value)[:_LONGEST])
    except InvalidOperation:
        raise part.error("Must be a number, as the field is.") from None
    if not number.is_finite() or abs(number) > _LARGEST:
        raise part.error("Is no number that the field could have.")
    whole = number.to_integral_value()
    return int(whole) if number == whole else round(number, _DIGITS)


def _time(part: Part, _: bool) -> datetime:
    raise part.error("Times are limited by a dateFilter, not by a condition.")


_READERS: Mapping[str, Callable[[Part, bool], Any]] = MappingProxyType(
    {"text": _text, "integer": _number, "decimal": _number, "time": _time}
)
