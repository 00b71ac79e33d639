"""The file that keeps what was changed in the definitions: SQLite, one transaction a change.

It holds only what differs from the starter set: definitions that are new, changed or deleted,
and all directories. A starter definition that nobody touched follows the library.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.definition import KINDS, Definition
from synerise_frames.sandbox.definitions import Change, Definitions
from synerise_frames.sandbox.directory import Directory
from synerise_frames.sandbox.problems import Problem
from synerise_frames.sandbox.starter import STARTER

__all__ = ["DefinitionFile"]

# Seconds to wait for another process that is only looking.
_PATIENCE = 0.3

# "SFsd" in the header of the file says whose it is.
_OURS = 0x53467364
_VERSION = 1

_TABLES = (
    # place keeps the order in which things were made; no analysis: it was deleted.
    "create table definitions (place integer primary key, kind text not null, id text not null,"
    " content text, unique (kind, id))",
    "create table directories (place integer primary key, id text not null unique,"
    " name text not null, analytic_type text not null)",
    f"pragma application_id = {_OURS}",
    f"pragma user_version = {_VERSION}",
)
_PUT = (
    "insert into definitions (kind, id, content) values (?, ?, ?)"
    " on conflict (kind, id) do update set content = excluded.content"
)
_PUT_DIRECTORY = (
    "insert into directories (id, name, analytic_type) values (?, ?, ?)"
    " on conflict (id) do update set name = excluded.name"
)
_MOMENTS = ("created_at", "updated_at")


class DefinitionFile:
    """An open file of definitions; no other process can open it meanwhile.

    Parameters
    ----------
    path : Path
        Made if it does not exist, for nobody else to read.

    Raises
    ------
    ConfigError
        If it is in use, is none of ours, is broken, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._told():
            _make(path)
            # Never made here: a path that has just vanished must not give a file for all to read.
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=rw",
                uri=True,
                timeout=_PATIENCE,
                isolation_level=None,
                check_same_thread=False,
            )
            with ExitStack() as stack:
                stack.callback(self._connection.close)
                self._take()
                # It is ours: it stays open.
                stack.pop_all()

    def load(self) -> Definitions:
        """Give the starter set with all changes, and directories; changes to it are saved.

        Raises
        ------
        ConfigError
            If the file is broken.
        """
        with self._told():
            rows = self._all("select kind, id, content from definitions order by place")
            places = self._all("select id, name, analytic_type from directories order by place")
        found = {d.key: d for d in STARTER}
        try:
            for kind, id_, content in rows:
                if content is None:
                    found.pop((kind, id_), None)
                else:
                    found[kind, id_] = _read(kind, id_, content)
        except (ValueError, TypeError, LookupError) as error:
            raise self._broken(str(error)) from None
        directories = [Directory(*row) for row in places]
        return Definitions(found.values(), directories, save=self.save)

    def save(self, change: Change) -> None:
        """Write a change down: all of it, or nothing.

        Raises
        ------
        Problem
            500 if it cannot be written, as when the disk is full.
        """
        with self._lock:
            try:
                with self._transaction() as run:
                    for one in change.definitions:
                        run(_PUT, (one.kind, one.id, _written(one)))
                    for kind, id_ in change.deleted:
                        run(_PUT, (kind, id_, None))
                    for directory in change.directories:
                        row = (directory.id, directory.name, directory.analytic_type)
                        run(_PUT_DIRECTORY, row)
                    for id_ in change.deleted_directories:
                        run("delete from directories where id = ?", (id_,))
            except sqlite3.Error as error:
                message = f"The definitions file cannot be written ({error}): nothing was changed."
                raise Problem(500, message) from error

    def close(self) -> None:
        """Close the file, so that another server may open it."""
        with self._lock:
            self._connection.close()

    def _take(self) -> None:
        """Lock the file and see that it is ours; what is not ours is not written to."""
        self._check_header()
        self._connection.execute("pragma synchronous = full")
        # From the first transaction on the lock is held until the file is closed; should the
        # process be killed, the system lets it go.
        self._connection.execute("pragma locking_mode = exclusive")
        with self._transaction() as run:
            if self._all("pragma application_id") == [(0,)]:
                for statement in _TABLES:
                    run(statement)
        if self._all("pragma quick_check") != [("ok",)]:
            raise self._broken("its pages do not fit together")
        self._path.chmod(0o600)

    def _check_header(self) -> None:
        # Asked first: SQLite may have to undo what a killed process left half-done.
        ((whose,),) = self._all("pragma application_id")
        if whose != _OURS and self._path.stat().st_size:
            raise ConfigError(
                f"{self._path.name} is no file of definitions of the local workspace.",
                hint="Name another file, or one that does not exist yet.",
            )
        ((version,),) = self._all("pragma user_version")
        if version > _VERSION:
            raise ConfigError(
                f"{self._path.name} was written by a newer version of synerise-frames.",
                hint="Upgrade synerise-frames, or name another file.",
            )

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        self._connection.execute("begin exclusive")
        try:
            yield self._connection.execute
            self._connection.execute("commit")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("rollback")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in words what is wrong with the file."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
                raise ConfigError(
                    f"{self._path.name} is in use by another server.",
                    hint="End that one, or name another file.",
                ) from None
            if isinstance(error, sqlite3.OperationalError):
                raise self._unusable(str(error)) from None
            raise self._broken(str(error)) from None
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None

    def _broken(self, why: str) -> ConfigError:
        return ConfigError(
            f"{self._path.name} is broken or no file of definitions: {why}.",
            hint="It was left as it is. Bring back a copy of it, or name another file.",
        )

    def _unusable(self, why: str) -> ConfigError:
        return ConfigError(
            f"{self._path.name} cannot be used for definitions: {why}.",
            hint="Name a file in a folder that exists and can be written.",
        )


_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _make(path: Path) -> None:
    """Make an empty file if there is none: readable by its owner from the beginning."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if not path.is_file():
            raise IsADirectoryError(0, "it is no file") from None


def _written(definition: Definition) -> str:
    content = {field.name: getattr(definition, field.name) for field in fields(definition)}
    del content["kind"], content["id"]
    for name in _MOMENTS:
        content[name] = content[name].isoformat()
    return json.dumps(content, allow_nan=False)


def _read(kind: str, id_: str, content: str) -> Definition:
    values = json.loads(content)
    if kind not in KINDS or not isinstance(values["analysis"], dict):
        raise ValueError(f"{kind} {id_} cannot be read")
    for name in _MOMENTS:
        values[name] = datetime.fromisoformat(values[name])
    return Definition(kind=kind, id=id_, **values)
