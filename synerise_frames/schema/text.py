"""JSON scalars as text and as numbers, without losing anything on the way."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from types import NoneType

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")

#: Whole numbers that have a float of their own.
_EXACT = range(-(2**53), 2**53 + 1)


def as_text(value: object) -> str | None:
    """Give a JSON value as text: JSON spelling for flags, lists and objects.

    >>> [as_text(v) for v in ("a", 7, 1.5, True, None, {"b": [1]})]
    ['a', '7', '1.5', 'true', None, '{"b":[1]}']
    """
    if value is None or isinstance(value, str):
        return value
    # Spelled as json.dumps() does, at a fraction of its time.
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def is_json(value: object, text: str) -> bool:
    """Say whether every reader of JSON knows a value, of which `text` is the text.

    >>> is_json(1.5, "1.5"), is_json([float("nan")], "[NaN]"), is_json("NaN", "NaN")
    (True, False, True)
    """
    if "NaN" not in text and "Infinity" not in text:
        return True
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


def as_number(value: object) -> float | None:
    """Read a JSON value as a number; ``None`` where it is none.

    Text that is a plain decimal number is read, a flag is not.

    >>> [as_number(v) for v in (3, "12.5", "12,5", True, None, "1e400", float("inf"))]
    [3.0, 12.5, None, None, None, None, inf]
    """
    if type(value) is float:
        return None if math.isnan(value) else value
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        # float() alone would also accept "nan", "infinity" and "1_000".
        if not _NUMBER.fullmatch(value):
            return None
    elif not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def as_texts(values: Sequence[object]) -> Sequence[str | None]:
    """Give JSON values as text; what is text already, as it is."""
    types = {*map(type, values)}
    if types <= {str, NoneType}:
        return values  # type: ignore[return-value]
    return list(map(repr if types == {int} else as_text, values))


def as_numbers(values: Sequence[object]) -> Sequence[float | None]:
    """Read JSON values as numbers; whole numbers that floats hold stay as they are."""
    types = {*map(type, values)}
    if types <= {int, NoneType} and all(map(_EXACT.__contains__, filter(None, values))):
        return values  # type: ignore[return-value]
    return list(map(as_number, values))


def as_count(value: object) -> int | None:
    """Read a JSON value as a whole number; ``None`` where it is none.

    >>> [as_count(v) for v in (3, 3.0, 3.5, "4", True)]
    [3, 3, None, 4, None]
    """
    if isinstance(value, bool):
        return None
    # int() refuses very long texts, and they fit no column anyway.
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,19}", value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    fits = isinstance(value, int) and -(2**63) <= value < 2**63
    return value if isinstance(value, int) and fits else None
