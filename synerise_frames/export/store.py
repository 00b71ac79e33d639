"""What a data set needs of the place where its files live."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class Lease(Protocol):
    """The right to write, for as long as it is held."""

    @property
    def token(self) -> str:
        """A name of this writer alone."""

    def check(self) -> None:
        """Raise DatasetError if somebody else has it by now."""


class Store(Protocol):
    """Files below one root, by names with slashes. Each appears whole or not at all.

    What a disk or a server refuses is an OSError.
    """

    root: str

    def read(self, name: str) -> bytes | None:
        """Give the content of a file; ``None`` where there is none."""

    def put(self, name: str, content: bytes | memoryview) -> None:
        """Write a file, in the place of an older one."""

    def move(self, name: str, to: str) -> None:
        """Let a file take another's place; no harm where it did so before."""

    def remove(self, name: str) -> None:
        """Remove a file; no harm where there is none."""

    def names(self, below: str = "") -> list[str]:
        """List all files, or those below a folder."""

    def locked(self) -> AbstractContextManager[Lease]:
        """Keep other writers out."""
