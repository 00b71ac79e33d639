"""Answers on a shelf, through requests-cache: a response, when it came and when it expires.

Only the body, its type and the two moments are stored. What requests-cache would store beside,
such as addresses, headers, bodies of requests and cookies, never gets here.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from requests.structures import CaseInsensitiveDict
from requests_cache.backends.base import BaseCache, BaseStorage
from requests_cache.models.response import CachedResponse

from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.http.message import Response

_VERSION = 1
_SUFFIX = ".answer"
_CODEC = "zstd"

# No answer is so large; a file that says so is not ours.
_LARGEST = 1 << 31


class AnswerStorage(BaseStorage[str, CachedResponse]):
    """The storage that requests-cache writes to and reads from."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(serializer=None)
        self._shelf = shelf

    def __getitem__(self, key: str) -> CachedResponse:
        content = self._shelf.read(key + _SUFFIX)
        found = None if content is None else _loads(content)
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, value: CachedResponse) -> None:
        content = _dumps(value)
        self._shelf.write(key + _SUFFIX, lambda place: place.write_bytes(content))

    def __delitem__(self, key: str) -> None:
        if not self._shelf.remove(key + _SUFFIX):
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        names = (kept.name for kept in self._shelf.files())
        return (name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Remove all answers."""
        self.bulk_delete([*self])


class Answers(BaseCache):
    """The answers of requests-cache, kept on a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__("synerise-frames")
        self.responses = AnswerStorage(shelf)

    def find(self, key: str) -> CachedResponse | None:
        """Give the answer with this key, expired or not."""
        return self.get_response(key)

    def keep(self, key: str, response: Response, expires: datetime) -> CachedResponse:
        """Store an answer."""
        kept = stored_form(response, expires)
        self.responses[key] = kept
        return kept


def stored_form(response: Response, expires: datetime) -> CachedResponse:
    """Give what is stored of an answer: body and content type, and nothing of the request."""
    kind = response.headers.get("Content-Type", "")
    return CachedResponse(
        status_code=response.status,
        headers=CaseInsensitiveDict({"Content-Type": kind}),
        content=response.content,
        created_at=datetime.now(UTC),
        expires=expires,
        url="",
    )


def _dumps(answer: CachedResponse) -> bytes:
    body: bytes = answer.content
    head = {
        "version": _VERSION,
        "status": answer.status_code,
        "type": answer.headers.get("Content-Type", ""),
        "created": answer.created_at.timestamp(),
        "expires": answer.expires.timestamp() if answer.expires else None,
        "size": len(body),
        "check": zlib.crc32(body),
    }
    packed: bytes = pa.compress(body, codec=_CODEC, asbytes=True) if body else b""
    return json.dumps(head).encode() + b"\n" + packed


def _loads(content: bytes) -> CachedResponse | None:
    """Read a file; ``None`` if it is cut, of another version or not ours."""
    first, _, packed = content.partition(b"\n")
    try:
        head = json.loads(first)
        if head["version"] != _VERSION or not 0 <= head["size"] < _LARGEST:
            return None
        body = pa.decompress(packed, head["size"], codec=_CODEC, asbytes=True) if packed else b""
        if len(body) != head["size"] or zlib.crc32(body) != head["check"]:
            return None
        return CachedResponse(
            status_code=int(head["status"]),
            headers=CaseInsensitiveDict({"Content-Type": str(head["type"])}),
            content=body,
            created_at=datetime.fromtimestamp(head["created"], UTC),
            expires=datetime.fromtimestamp(head["expires"], UTC),
            url="",
        )
    except (
        ValueError,
        TypeError,
        KeyError,
        OverflowError,
        RecursionError,
        OSError,
        pa.ArrowException,
    ):
        return None


def folder_of(root: Path) -> Path:
    """Give the folder of answers: another version of this file format has another one."""
    return root / f"answers-{_VERSION}"
