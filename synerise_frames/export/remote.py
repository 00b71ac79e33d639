"""Data sets in object stores and the like, through fsspec."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from synerise_frames.errors import ConfigError, DatasetError
from synerise_frames.export.manifest import META

_LOCK = f"{META}/lock.json"
# Who died while writing holds up the others no longer than this.
_PATIENCE = 900.0


class Remote:
    """Files below a URL. Objects are written whole, so none is ever seen half."""

    def __init__(self, url: str) -> None:
        fsspec: Any = _fsspec()
        try:
            self._fs, path = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError, OSError) as error:
            raise ConfigError(
                f"Cannot reach {url.partition('://')[0]}:// URLs: {error}",
                hint="Install what fsspec needs for it, s3fs for s3://, say.",
            ) from None
        self._path = str(path).rstrip("/")
        # Without what may follow "?": it may be a signature.
        self.root = url.partition("?")[0].rstrip("/")

    def _full(self, name: str) -> str:
        return f"{self._path}/{name}"

    def read(self, name: str) -> bytes | None:
        """Give the content of a file; ``None`` where there is none."""
        try:
            content: bytes = self._fs.cat_file(self._full(name))
        except FileNotFoundError:
            return None
        return content

    def put(self, name: str, content: bytes | memoryview) -> None:
        """Write a file, in the place of an older one."""
        path = self._full(name)
        self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        self._fs.pipe_file(path, bytes(content))

    def move(self, name: str, to: str) -> None:
        """Let a file take another's place; no harm where it did so before."""
        content = self.read(name)
        if content is not None:
            # A copy may not be atomic, a new object is.
            self.put(to, content)
            self.remove(name)

    def remove(self, name: str) -> None:
        """Remove a file; no harm where there is none."""
        try:
            self._fs.rm_file(self._full(name))
        except FileNotFoundError:
            return

    def names(self, below: str = "") -> list[str]:
        """List all files, or those below a folder."""
        self._fs.invalidate_cache()
        start = len(self._path) + 1
        where = self._full(below) if below else self._path
        return sorted(str(path)[start:] for path in self._fs.find(where))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers out, as well as an object store allows.

        Raises
        ------
        DatasetError
            If somebody else is writing.
        """
        mine = secrets.token_hex(8)
        self._refuse(self._holder())
        note = {"holder": mine, "process": os.getpid(), "until": time.time() + _PATIENCE}
        self.put(_LOCK, json.dumps(note).encode())
        # Two that came at once both wrote: the last one has it.
        holder = self._holder()
        if holder and holder["holder"] != mine:
            self._refuse(holder)
        try:
            yield
        finally:
            holder = self._holder()
            if holder and holder["holder"] == mine:
                self.remove(_LOCK)

    def _holder(self) -> dict[str, Any] | None:
        try:
            noted = json.loads(self.read(_LOCK) or b"null")
        except ValueError:
            return None
        return noted if isinstance(noted, dict) and {"holder", "until"} <= set(noted) else None

    def _refuse(self, holder: dict[str, Any] | None) -> None:
        if holder and holder["until"] > time.time():
            left = holder["until"] - time.time()
            raise DatasetError(
                f"Somebody else is writing to {self.root}.",
                hint=f"Wait until they are done; if they died, it is free in {left:.0f} s, or "
                f"when {_LOCK} is removed.",
            )


def _fsspec() -> Any:
    try:
        return import_module("fsspec")
    except ImportError as error:
        raise ConfigError(
            "Data sets at URLs need fsspec, which is not installed.",
            hint='pip install "synerise-frames[remote]"',
        ) from error
