"""The frame around every reader: a quick way for long answers, the careful way for all others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pandas as pd

from synerise_frames.errors import ShapeError
from synerise_frames.frames.load import BOXES, Payload, guarded, is_error, parse, refuse_error
from synerise_frames.frames.plain import plain
from synerise_frames.frames.skim import Skimmed, skim
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_text

_Frame = TypeVar("_Frame", pd.DataFrame, pd.DataFrame | None)


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
    return guarded(kind, data, lambda form: _attempt(reader, kind, strict, form))


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
    if type(value) in BOXES:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    elif value is not None:
        yield value
