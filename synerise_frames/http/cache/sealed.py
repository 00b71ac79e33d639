"""The form of all kept files: a line of JSON, then bytes, sealed against damage and mix-ups."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

#: Another version has another folder, so that neither reads the other's files.
VERSION = 1

#: How the names of answers and of frames end.
ANSWER = ".answer"
FRAME = ".arrow"

_SEAL = 8


def seal(name: str, head: Mapping[str, Any], payload: bytes | memoryview) -> bytes:
    """Give the content of the file `name`."""
    line = json.dumps({"version": VERSION, **head}).encode()
    return b"".join((_check(name, line, payload), line, b"\n", payload))


def unseal(name: str, content: bytes) -> tuple[dict[str, Any], memoryview] | None:
    """Give head and payload; ``None`` if the file is cut, altered, foreign or misplaced."""
    end = content.find(b"\n")
    if end < 0:
        return None
    line, payload = content[_SEAL:end], memoryview(content)[end + 1 :]
    if content[:_SEAL] != _check(name, line, payload):
        return None
    head = json.loads(line)
    return (head, payload) if head["version"] == VERSION else None


def _check(name: str, line: bytes, payload: bytes | memoryview) -> bytes:
    # The name is part of it: an answer in the place of another one is not read.
    return b"%08x" % zlib.crc32(payload, zlib.crc32(line, zlib.crc32(name.encode())))
