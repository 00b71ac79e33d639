"""From what came over the wire to plain JSON values; what is no answer is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import chain
from typing import Any, TypeAlias, TypeVar

from synerise_frames.brief import brief, said
from synerise_frames.errors import ConfigError, ShapeError

#: Parsed JSON, or the text of it.
Payload: TypeAlias = Any
_T = TypeVar("_T")

_ERROR_FIELDS = {"timestamp", "status", "error", "message", "path"}
_ERROR_ONLY = _ERROR_FIELDS | {"errors", "code", "exception", "trace", "requestId", "traceId"}
# int() refuses longer texts; longer numbers stay text.
_LONGEST_INT = 4300
#: The types of JSON values that hold others.
BOXES = {dict, list}
_FEW = 16


def guarded(kind: str, data: Any, reader: Callable[[Any], _T]) -> _T:
    """Call `reader` with `data`, or with a form of it that text and columns can hold.

    Raises
    ------
    ShapeError
        If the data are nested too deep to read.
    """
    try:
        try:
            return reader(data)
        except ValueError:
            # Half a character ("\ud83d") or a number of 5,000 digits fits no column.
            return reader(_printable(data))
    except RecursionError:
        raise _too_deep(kind) from None


def _too_deep(kind: str) -> ShapeError:
    return ShapeError(
        f"{kind}: the answer is nested too deep to read.",
        hint="Cut the part you need out of it and read that.",
    )


def need_answer(payload: object, kind: str) -> None:
    """Refuse what is no JSON value: a file, a frame, a set.

    Raises
    ------
    ConfigError
        If it is such.
    """
    if not isinstance(payload, dict | list | int | float | None):
        raise ConfigError(
            f"{kind}: a {type(payload).__name__} is no answer.",
            hint="Give what is in it: path.read_text(), file.read(), or parsed JSON.",
        )


def parse(payload: Payload, kind: str) -> Any:
    """Give JSON values, from JSON values or their text.

    Raises
    ------
    ShapeError
        If the text is no JSON, or nested too deep.
    ConfigError
        If this is neither: a file, a frame, a set.
    """
    if not isinstance(payload, str | bytes | bytearray):
        need_answer(payload, kind)
        return payload
    try:
        text = payload if isinstance(payload, str) else bytes(payload).decode("utf-8")
        return _loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise _too_deep(kind) from None
    except ValueError as error:
        raise ShapeError(
            f"{kind}: the answer is no JSON ({_reason(error)}).",
            hint="Read the body first: it may be HTML of a gateway, cut off, or empty.",
        ) from None


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno}, column {error.colno}"
    return "it is not UTF-8"


def _loads(text: str) -> Any:
    try:
        data = json.loads(text)
        # Only a parse that calls back for every object sees repeated keys, at twice the time.
        return data if text.count('":') == _count_keys(data) else _careful(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return _careful(text, parse_int=_int)


def _careful(text: str, **options: Any) -> Any:
    return json.loads(text, object_pairs_hook=_object, **options)


def _count_keys(data: Any) -> int:
    level, count = [data], 0
    while level:
        objects = [box for box in level if type(box) is dict]
        count += sum(map(len, objects))
        lists = [box for box in level if type(box) is list]
        # Most long lists hold only scalars, which is seen without a look at each.
        some = (box for box in lists if len(box) < _FEW or not BOXES.isdisjoint(map(type, box)))
        inner = chain.from_iterable(map(dict.values, objects))
        level = [value for value in chain(chain.from_iterable(some), inner) if type(value) in BOXES]
    return count


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) < _LONGEST_INT else digits


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; of a repeated key the last one counts, the others get a number."""
    result = dict(pairs)
    if len(result) < len(pairs):
        last = {key: i for i, (key, _) in enumerate(pairs)}
        for i, (key, value) in enumerate(pairs):
            if last[key] != i:
                result[_numbered(key, result)] = value
    return result


def _numbered(key: str, taken: dict[str, Any]) -> str:
    number = 1
    while f"{key}_{number}" in taken:
        number += 1
    return f"{key}_{number}"


def refuse_error(data: Any, kind: str) -> None:
    """Refuse the body of an error.

    Raises
    ------
    ShapeError
        If `data` is one.
    """
    if not is_error(data):
        return
    parts = [said(data[key]) for key in ("status", "error", "message") if data.get(key)]
    details = brief(", ".join(parts), 300) or "no details"
    raise ShapeError(
        f"{kind}: this is an error answer, not a result: {details}.",
        path="$",
        hint="Look at the HTTP status of the call; a workspace raises the right error by itself.",
    )


def is_error(data: Any) -> bool:
    """Tell whether `data` is the body of an error."""
    if not isinstance(data, dict) or not data:
        return False
    keys = set(data)
    named = keys & {"error", "errors", "message"}
    return bool(named) and (len(keys & _ERROR_FIELDS) >= 3 or keys <= _ERROR_ONLY)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_printable(key): _printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, int) and value.bit_length() > 14_000:
        return hex(value)
    return value


def refuse(kind: str, path: str, found: object, expected: str) -> ShapeError:
    """Make the error of a place where something else was expected."""
    name = {dict: "an object", list: "a list", str: "text", bool: "a flag"}.get(type(found))
    what = "nothing" if found is None else name or "a number"
    return ShapeError(
        f"{kind}: {what} at {path}, where {expected} was expected.",
        path=path,
        hint="Is it the answer of another operation? sf.frames has one reader a kind.",
    )
