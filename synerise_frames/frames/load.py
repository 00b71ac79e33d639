"""From what came over the wire to plain JSON values, and the frame around every reader."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, compress
from typing import Any, TypeAlias, TypeVar

import pandas as pd

from synerise_frames.brief import brief, said
from synerise_frames.errors import ConfigError, ShapeError
from synerise_frames.frames.plain import plain
from synerise_frames.frames.skim import Skimmed, skim
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_text

#: Parsed JSON, or the text of it.
Payload: TypeAlias = Any
_T = TypeVar("_T")
_Frame = TypeVar("_Frame", pd.DataFrame, pd.DataFrame | None)

_ERROR_FIELDS = {"timestamp", "status", "error", "message", "path"}
_ERROR_ONLY = _ERROR_FIELDS | {"errors", "code", "exception", "trace", "requestId", "traceId"}
# int() refuses longer texts; longer numbers stay text.
_LONGEST_INT = 4300
_BOXES = {dict, list}
_FEW = 16


def read(
    kind: str,
    payload: Payload,
    strict: bool,
    reader: Callable[[Reading, Any], pd.DataFrame],
    quick: Callable[[Reading, Skimmed], pd.DataFrame | None] | None = None,
) -> pd.DataFrame:
    """Parse `payload`, refuse what is no answer, and give `reader` the rest.

    The text of a long answer is given to `quick` first, which may look at a sample of it and
    read the rest as that promises; it gives ``None`` for an answer that needs a closer look.

    Raises
    ------
    ShapeError
        If the payload is malformed, an error answer, or nested too deep to read.
    """
    frame = None
    if quick is not None and isinstance(payload, str | bytes | bytearray):
        frame = _quickly(quick, kind, payload, strict)
    if frame is not None:
        return frame
    data = parse(payload, kind)
    refuse_error(data, kind)
    return guarded(kind, data, lambda plain: _attempt(reader, kind, strict, plain))


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


def _quickly(
    quick: Callable[[Reading, Skimmed], pd.DataFrame | None],
    kind: str,
    payload: str | bytes | bytearray,
    strict: bool,
) -> pd.DataFrame | None:
    skimmed = skim(payload)
    if skimmed is None or is_error(skimmed.data):
        return None
    try:
        return _attempt(quick, kind, strict, skimmed)
    except (ValueError, RecursionError):
        return None


def _attempt(
    reader: Callable[[Reading, Any], _Frame], kind: str, strict: bool, data: Any
) -> _Frame:
    """Read; count what was unexpected only if that gives a frame."""
    reading = Reading(kind, strict=strict, later=True)
    if data is None:
        reading.unexpected("$", "an empty answer")
    if isinstance(data, Skimmed):
        inner, reading.base = plain(kind, data.data)
        data = replace(data, data=inner)
    else:
        data, reading.base = inner, _ = plain(kind, data)
    frame = _below(reading, reader, data)
    if frame is not None:
        if frame.empty:
            _keep_unseen(reading, frame, inner)
        # Half a character may be in a name only.
        "".join(map(str, frame.columns)).encode()
        reading.count()
    return frame


def _below(reading: Reading, reader: Callable[[Reading, Any], _Frame], data: Any) -> _Frame:
    """Read what was opened; an error names the place in the whole answer."""
    try:
        return reader(reading, data)
    except ShapeError as error:
        if reading.base == "$":
            raise
        path = reading.base + error.path[1:]
        message = error.message.replace(f" at {error.path}", f" at {path}")
        raise ShapeError(message, path=path, hint=error.hint) from None


def _keep_unseen(reading: Reading, frame: pd.DataFrame, data: Any) -> None:
    """Keep an answer without rows of which the frame's notes do not say everything."""
    noted = as_text(frame.attrs) or ""
    if any(
        json.dumps(as_text(one), ensure_ascii=False)[1:-1] not in noted for one in _leaves(data)
    ):
        reading.hold("answer", data)
        frame.attrs["extra"] = reading.extra


def _leaves(value: Any) -> Iterator[Any]:
    if type(value) in _BOXES:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    elif value is not None:
        yield value


def _too_deep(kind: str) -> ShapeError:
    return ShapeError(
        f"{kind}: the answer is nested too deep to read.",
        hint="Cut the part you need out of it and read that.",
    )


def parse(payload: Payload, kind: str) -> Any:
    """Give JSON values, from JSON values or their text.

    Raises
    ------
    ShapeError
        If the text is no JSON, or nested too deep.
    ConfigError
        If this is a file or a frame.
    """
    if not isinstance(payload, str | bytes | bytearray):
        if isinstance(payload, os.PathLike | pd.DataFrame) or hasattr(payload, "read"):
            raise ConfigError(
                f"{kind}: a {type(payload).__name__} is no answer.",
                hint="Give parsed JSON, its text or its bytes: path.read_text(), file.read().",
            )
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
        some = (box for box in lists if len(box) < _FEW or not _BOXES.isdisjoint(map(type, box)))
        inner = chain.from_iterable(map(dict.values, objects))
        values = list(chain(chain.from_iterable(some), inner))
        level = list(compress(values, map(_BOXES.__contains__, map(type, values))))
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
