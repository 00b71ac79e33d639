"""Definitions: all named analyses of the workspace and their directories, and changes to them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from synerise_frames.sandbox.definition import Definition
from synerise_frames.sandbox.directory import Directory
from synerise_frames.sandbox.problems import not_found

# The precision that answers show; a change is always seen in it.
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Change:
    """What one request changes: all of it or nothing.

    Attributes
    ----------
    definitions, directories
        Those that are new or changed, as they are afterwards.
    deleted, deleted_directories
        Keys of definitions and ids of directories that are gone.
    """

    definitions: tuple[Definition, ...] = ()
    deleted: tuple[tuple[str, str], ...] = ()
    directories: tuple[Directory, ...] = ()
    deleted_directories: tuple[str, ...] = ()


def _nowhere(_: Change) -> None:
    """Keep changes in memory only."""


class Definitions:
    """All definitions of the workspace, in the order in which they were made.

    Reads never wait: a change builds a new table and puts it in the place of the old one.

    Parameters
    ----------
    definitions : iterable of Definition
        What is there at the beginning.
    directories : iterable of Directory
        Likewise.
    save : callable, optional
        Writes a change down before it is seen. If it raises, nothing has changed.
    """

    def __init__(
        self,
        definitions: Iterable[Definition] = (),
        directories: Iterable[Directory] = (),
        *,
        save: Callable[[Change], None] = _nowhere,
    ) -> None:
        self._all = {d.key: d for d in definitions}
        self._directories = {d.id: d for d in directories}
        self._save = save
        self._changing = threading.Lock()

    def __iter__(self) -> Iterator[Definition]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def of(self, kind: str) -> list[Definition]:
        """Give the definitions of a kind."""
        return [d for d in self._all.values() if d.kind == kind]

    def get(self, kind: str, id: str) -> Definition | None:  # noqa: A002 - the API's word
        """Give the definition with that id, or ``None``."""
        return self._all.get((kind, id))

    def existing(self, kind: str, definition_id: str) -> Definition:
        """Give the definition with that id.

        Raises
        ------
        Problem
            404 if there is none.
        """
        found = self._all.get((kind, definition_id))
        if found is None:
            raise not_found(f"{kind.capitalize()} {definition_id!r}")
        return found

    def directories(self, analytic_type: str) -> list[Directory]:
        """Give the directories of a type."""
        return [d for d in self._directories.values() if d.analytic_type == analytic_type]

    def create(self, kind: str, author: int, **fields: Any) -> Definition:
        """Make a definition with a new id."""
        now = _now()
        made = Definition(
            kind=kind,
            id=str(uuid4()),
            created_at=now,
            updated_at=now,
            author=author,
            modifier=author,
            **fields,
        )
        with self._changing:
            self._apply(Change(definitions=(made,)))
        return made

    def update(self, kind: str, definition_id: str, modifier: int, **fields: Any) -> Definition:
        """Change a definition.

        Raises
        ------
        Problem
            404 if there is none.
        """
        with self._changing:
            old = self.existing(kind, definition_id)
            # Also where the machine's clock was set back or is coarse.
            moment = max(_now(), old.updated_at + _TICK)
            new = replace(old, modifier=modifier, updated_at=moment, **fields)
            self._apply(Change(definitions=(new,)))
        return new

    def delete(self, keys: Iterable[tuple[str, str]]) -> None:
        """Delete definitions by kind and id: all of them, or none.

        Raises
        ------
        Problem
            404 if one does not exist.
        """
        with self._changing:
            found = [self.existing(*key).key for key in keys]
            self._apply(Change(deleted=tuple(dict.fromkeys(found))))

    def create_directory(self, name: str, analytic_type: str) -> Directory:
        """Make a directory."""
        made = Directory(str(uuid4()), name, analytic_type)
        with self._changing:
            self._apply(Change(directories=(made,)))
        return made

    def rename_directory(self, directory_id: str, name: str) -> None:
        """Rename a directory.

        Raises
        ------
        Problem
            404 if there is none.
        """
        with self._changing:
            old = self._directory(directory_id)
            self._apply(Change(directories=(replace(old, name=name),)))

    def delete_directory(self, directory_id: str) -> None:
        """Delete a directory; its analyses stay, in no directory.

        Raises
        ------
        Problem
            404 if there is none.
        """
        with self._changing:
            self._directory(directory_id)
            inside = [d for d in self._all.values() if d.directory_id == directory_id]
            homeless = tuple(replace(d, directory_id=None) for d in inside)
            self._apply(Change(definitions=homeless, deleted_directories=(directory_id,)))

    def move(self, kind: str, definition_id: str, directory_id: str, analytic_type: str) -> None:
        """Put an analysis into a directory. That is no update of the analysis itself.

        Raises
        ------
        Problem
            404 if there is no such analysis, or no such directory of that type.
        """
        with self._changing:
            old = self.existing(kind, definition_id)
            if self._directory(directory_id).analytic_type != analytic_type:
                raise not_found(f"Directory {directory_id!r} of type {analytic_type}")
            self._apply(Change(definitions=(replace(old, directory_id=directory_id),)))

    def _directory(self, directory_id: str) -> Directory:
        found = self._directories.get(directory_id)
        if found is None:
            raise not_found(f"Directory {directory_id!r}")
        return found

    def _apply(self, change: Change) -> None:
        """Write a change down, then show it; who calls this holds the lock."""
        self._save(change)
        gone = set(change.deleted)
        kept = {key: d for key, d in self._all.items() if key not in gone}
        self._all = {**kept, **{d.key: d for d in change.definitions}}
        lost = set(change.deleted_directories)
        rest = {id_: d for id_, d in self._directories.items() if id_ not in lost}
        self._directories = {**rest, **{d.id: d for d in change.directories}}


def _now() -> datetime:
    # The machine's clock: the workspace's own stands still, and would show no change.
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def starter_definitions() -> Definitions:
    """Give the definitions that every new workspace has."""
    # The starter set is written with words of the engine, which imports this module.
    from synerise_frames.sandbox.starter import STARTER  # noqa: PLC0415

    return Definitions(STARTER)
