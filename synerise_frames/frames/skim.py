"""Skim: look at the first rows of a long answer's list, before any of it is parsed.

A reader decides on this sample what the fields mean; then :mod:`~synerise_frames.frames.bulk`
has Arrow read all rows at once. Nothing here guesses: what is not plain JSON with one long list
is left to the careful way.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from synerise_frames.frames.find import SAMPLE

#: Shorter answers are parsed in a few milliseconds.
LONG = 300_000
_WAY, _HEAD, _TAIL = 40_000, 120_000, 50_000
_CANDIDATES = 20
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Skimmed:
    """An answer of which one list was cut to its first rows."""

    #: The whole answer, with that list cut.
    data: Any
    #: The list that was cut, where it stands in ``data``.
    rows: list[Any]
    #: The text of the answer, and where the whole list stands in it, with its brackets.
    text: bytes = field(repr=False)
    start: int
    end: int
    #: What stands between two rows.
    between: bytes


def skim(payload: str | bytes | bytearray) -> Skimmed | None:
    """Cut the long list out of the text of an answer; ``None`` if there is none to be sure of."""
    if len(payload) < LONG:
        return None
    try:
        content = payload.encode() if isinstance(payload, str) else bytes(payload)
        head = content[:_HEAD].decode("utf-8", "ignore")
        keys, start = _way(head[:_WAY])
        rows, between = _sample(head, start)
        if len(rows) < 2 or (not content.isascii() and not content.decode()):
            return None
        begin = len(head[:start].encode())
        end, data, cut = _around(content, begin, keys)
    except (ValueError, IndexError, KeyError, TypeError, RecursionError):
        return None
    cut.extend(rows)
    return Skimmed(data, cut, content, begin, end, between)


def _after_space(text: str, position: int) -> int:
    return _SPACE.match(text, position).end()  # type: ignore[union-attr]


def _way(head: str) -> tuple[list[str], int]:
    """Give the keys that lead to the first value too long for the head, if it is a list."""
    position, keys = _after_space(head, 1 if head.startswith("\ufeff") else 0), list[str]()
    while head[position] != "[":
        key, position = _long_field(head, position)
        keys.append(key)
    return keys, position


def _long_field(head: str, position: int) -> tuple[str, int]:
    """Pass the fields of an object that end within the head; give the one that does not."""
    _expect(head, position, "{")
    while True:
        position = _after_space(head, position + 1)
        _expect(head, position, '"')
        key, position = _DECODER.raw_decode(head, position)
        position = _after_space(head, position)
        _expect(head, position, ":")
        position = _after_space(head, position + 1)
        try:
            _, end = _DECODER.raw_decode(head, position)
        except json.JSONDecodeError:
            return key, position
        position = _after_space(head, end)
        _expect(head, position, ",")


def _expect(head: str, position: int, character: str) -> None:
    if head[position] != character:
        raise ValueError(f"no {character}")


def _sample(head: str, start: int) -> tuple[list[Any], bytes]:
    """Give the first rows, and what stands between the first two."""
    rows: list[Any] = []
    between, position = "", _after_space(head, start + 1)
    while len(rows) < SAMPLE:
        try:
            row, end = _DECODER.raw_decode(head, position)
        except json.JSONDecodeError:
            break
        rows.append(row)
        comma = _after_space(head, end)
        if head[comma : comma + 1] != ",":
            break
        position = _after_space(head, comma + 1)
        between = between or head[end:position]
    return rows, between.encode()


def _around(content: bytes, begin: int, keys: list[str]) -> tuple[int, Any, list[Any]]:
    """Find where the list ends, by parsing what is around it with an empty one in its place."""
    before, end = content[:begin].decode("utf-8-sig"), len(content)
    for _ in range(_CANDIDATES):
        end = content.rindex(b"]", max(begin, len(content) - _TAIL), end)
        try:
            text = f"{before}[]{content[end + 1 :].decode()}"
            data = json.loads(text, object_pairs_hook=_unique)
        except ValueError:
            continue
        cut = data
        for key in keys:
            cut = cut[key]
        return end + 1, data, cut
    raise ValueError("no end")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise KeyError("repeated")
    return result
