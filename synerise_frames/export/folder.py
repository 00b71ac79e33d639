"""A folder on this machine as the place of a data set."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from synerise_frames.errors import DatasetError
from synerise_frames.export.manifest import META
from synerise_frames.export.names import safe
from synerise_frames.export.store import Lease
from synerise_frames.locking import lock, unlock
from synerise_frames.replacing import whole


@dataclass(frozen=True)
class _Held:
    """A lock of the system: nobody can take it away."""

    token: str

    def check(self) -> None:
        """Nothing to look at."""


class Folder:
    """A folder on this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.root = str(root)

    def _path(self, name: str) -> Path:
        return self._root.joinpath(*safe(name, self.root).split("/"))

    def read(self, name: str) -> bytes | None:
        """Give the content of a file; ``None`` where there is none."""
        try:
            return self._path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def put(self, name: str, content: bytes | memoryview) -> None:
        """Write a file, in the place of an older one."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path, durable=True) as place:
            place.write_bytes(content)

    def move(self, name: str, to: str) -> None:
        """Let a file take another's place; no harm where it did so before."""
        target = self._path(to)
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            self._path(name).replace(target)

    def remove(self, name: str) -> None:
        """Remove a file, and the folders that it leaves empty."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == self._root:
                return
            try:
                parent.rmdir()
            except OSError:  # not empty
                return

    def names(self, below: str = "") -> list[str]:
        """List all files, or those below a folder."""
        where = self._path(below) if below else self._root
        found = (path for path in where.rglob("*") if path.is_file())
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    @contextmanager
    def locked(self) -> Iterator[Lease]:
        """Keep other writers out.

        Raises
        ------
        DatasetError
            If another process or thread is writing.
        """
        path = self._path(f"{META}/lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if not lock(file.fileno()):
                raise DatasetError(
                    f"Somebody else is writing to {self.root}.",
                    code="dataset_in_use",
                    hint="Wait until they are done: one at a time may write a data set.",
                )
            try:
                yield _Held(f"{os.getpid()}-{secrets.token_hex(4)}")
            finally:
                unlock(file.fileno())
