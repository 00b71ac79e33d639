"""Data sets in object stores and the like, through fsspec."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from synerise_frames.errors import ConfigError, SyneriseError
from synerise_frames.export.leases import leased
from synerise_frames.export.names import safe
from synerise_frames.export.store import Lease
from synerise_frames.extras import require
from synerise_frames.redact import redact, remember_secret


class Remote:
    """Files below a URL. Objects are written whole, so none is ever seen half."""

    def __init__(self, url: str) -> None:
        fsspec: Any = _fsspec()
        self.root = _told(url)
        try:
            with _AsOSError():
                self._fs, path = fsspec.core.url_to_fs(url)
        except OSError as error:
            raise ConfigError(
                redact(f"Cannot reach {url.partition('://')[0]}:// URLs: {error}"),
                hint="Install what fsspec needs for it, s3fs for s3://, say.",
            ) from None
        self._path = str(path).rstrip("/")

    def _full(self, name: str) -> str:
        return f"{self._path}/{safe(name, self.root)}"

    def read(self, name: str) -> bytes | None:
        """Give the content of a file; ``None`` where there is none."""
        try:
            with _AsOSError():
                content: bytes = self._fs.cat_file(self._full(name))
        except FileNotFoundError:
            return None
        return content

    def put(self, name: str, content: bytes | memoryview) -> None:
        """Write a file, in the place of an older one."""
        path = self._full(name)
        with _AsOSError():
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._fs.pipe_file(path, bytes(content))

    def create(self, name: str, content: bytes) -> bool:
        """Write a file if there is none of that name; say whether it was written.

        Where the store cannot do this in one step, the file is written whatever was there.
        """
        path = self._full(name)
        try:
            with _AsOSError():
                self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
                self._fs.pipe_file(path, content, mode="create")
        except FileExistsError:
            return False
        except OSError:
            self.put(name, content)
        return True

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
            with _AsOSError():
                self._fs.rm_file(self._full(name))
        except FileNotFoundError:
            return

    def names(self, below: str = "") -> list[str]:
        """List all files, or those below a folder."""
        start = len(self._path) + 1
        where = self._full(below) if below else self._path
        with _AsOSError():
            self._fs.invalidate_cache()
            return sorted(str(path)[start:] for path in self._fs.find(where))

    def locked(self) -> AbstractContextManager[Lease]:
        """Keep other writers out, as well as an object store allows.

        Raises
        ------
        DatasetError
            If somebody else is writing.
        """
        return leased(self)


def _told(url: str) -> str:
    """Give a URL without what opens it: passwords and signatures, which are masked from now on."""
    parts = urlsplit(url)
    for value in (parts.password, *(value for _, value in parse_qsl(parts.query))):
        remember_secret(value or "")
    return re.sub(r"//[^/@]*@", "//", url.partition("?")[0]).rstrip("/")


class _AsOSError:
    """Lets whatever a backend raises be an OSError: that it has no credentials, say."""

    def __enter__(self) -> None:
        """Nothing to begin with."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        """Raise an OSError in the place of another error."""
        if isinstance(error, Exception) and not isinstance(error, OSError | SyneriseError):
            raise OSError(f"{type(error).__name__}: {error}") from None


def _fsspec() -> Any:
    require("remote", "fsspec")
    return import_module("fsspec")
