"""Answers on a shelf, through requests-cache: a response, when it came and when it expires.

Only the body, its type and the two moments are stored. What requests-cache would store beside,
such as addresses, headers, bodies of requests and cookies, never gets here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pyarrow as pa
from requests.structures import CaseInsensitiveDict
from requests_cache.backends.base import BaseCache, BaseStorage
from requests_cache.models.response import CachedResponse

from synerise_frames.http.cache.dated import mark_of
from synerise_frames.http.cache.sealed import ANSWER, seal, unseal
from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.http.message import Response

_CODEC = "zstd"

# Smaller answers are written in less time than it takes to let somebody else do it.
_LARGE = 1 << 16

# No answer is so large; memory is not asked for on the word of a file.
_LARGEST = 1 << 31


def _nothing() -> None:
    """Do nothing."""


class AnswerStorage(BaseStorage[str, CachedResponse]):
    """The storage that requests-cache writes to and reads from."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(serializer=None)
        self._shelf = shelf

    def __getitem__(self, key: str) -> CachedResponse:
        content = self._shelf.read(key + ANSWER)
        found = None if content is None else _loads(key, content)
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, value: CachedResponse) -> None:
        self.put(key, value)

    def put(self, key: str, value: CachedResponse, stored: Callable[[], object] = _nothing) -> None:
        """Store an answer; `stored` is called when it is there."""
        # By its moment a frame knows the answer that it was read from.
        name, mark, size = key + ANSWER, mark_of(value.created_at), len(value.content)
        if size >= _LARGE:
            self._shelf.write_later(name, partial(_dumps, key, value), mark, size, stored)
        elif self._shelf.write(name, _dumps(key, value), mark):
            stored()

    def __delitem__(self, key: str) -> None:
        if not self._shelf.remove(key + ANSWER):
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        names = (kept.name for kept in self._shelf.files())
        return (name.removesuffix(ANSWER) for name in names if name.endswith(ANSWER))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Remove all answers."""
        self.bulk_delete([*self])


class Answers(BaseCache):
    """The answers of requests-cache, kept on a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__("synerise-frames")
        self._storage = AnswerStorage(shelf)
        self.responses = self._storage

    def find(self, key: str) -> CachedResponse | None:
        """Give the answer with this key, expired or not."""
        # Not get_response(): a warning of ours would be shown as one of requests-cache.
        try:
            return self._storage[key]
        except KeyError:
            return None

    def keep(
        self,
        key: str,
        response: Response,
        created_at: datetime,
        expires: datetime,
        stored: Callable[[], object] = _nothing,
    ) -> None:
        """Store an answer; `stored` is called when it is there, which may be a little later."""
        self._storage.put(key, stored_form(response, created_at, expires), stored)

    def forget(self, key: str) -> None:
        """Remove an answer, if it is there."""
        self.responses.pop(key, None)


def stored_form(response: Response, created_at: datetime, expires: datetime) -> CachedResponse:
    """Give what is stored of an answer: body and content type, and nothing of the request."""
    return CachedResponse(
        status_code=response.status,
        headers=_headers(response.headers.get("Content-Type", "")),
        content=response.content,
        created_at=created_at,
        expires=expires,
        url="",
    )


def _headers(content_type: str) -> CaseInsensitiveDict[str]:
    return CaseInsensitiveDict({"Content-Type": content_type})


def _dumps(key: str, answer: CachedResponse) -> bytes:
    body: bytes = answer.content
    head = {
        "status": answer.status_code,
        "type": answer.headers["Content-Type"],
        "created": answer.created_at.timestamp(),
        "expires": (answer.expires or answer.created_at).timestamp(),
        "size": len(body),
    }
    return seal(key, head, pa.compress(body, codec=_CODEC, asbytes=True) if body else b"")


def _loads(key: str, content: bytes) -> CachedResponse | None:
    """Read a file; ``None`` if it is cut, of another version or not ours."""
    try:
        opened = unseal(key, content)
        return opened and _response(*opened)
    except (ValueError, TypeError, KeyError, OverflowError, OSError, pa.ArrowException):
        return None


def _response(head: dict[str, Any], packed: memoryview) -> CachedResponse:
    size = int(head["size"])
    if not 0 <= size <= _LARGEST:
        raise ValueError(size)
    body = pa.decompress(packed, size, codec=_CODEC, asbytes=True) if packed else b""
    return CachedResponse(
        status_code=int(head["status"]),
        headers=_headers(str(head["type"])),
        content=body,
        created_at=datetime.fromtimestamp(head["created"], UTC),
        expires=datetime.fromtimestamp(head["expires"], UTC),
        url="",
    )
