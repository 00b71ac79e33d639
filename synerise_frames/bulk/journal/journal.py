"""The journal of a run: every answer on disk within half a second, readable after any end.

It holds identifiers and results, so all but what it is about is encrypted with the workspace's
credentials.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from io import FileIO
from itertools import chain, groupby
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from synerise_frames.bulk.journal.file import create, cut, disk_error, opened, write_through
from synerise_frames.bulk.journal.pieces import (
    ANSWERS,
    BEGIN,
    INPUTS,
    Head,
    Piece,
    Sealer,
    altered,
    heads,
    scan,
)
from synerise_frames.bulk.journal.writer import Writer
from synerise_frames.bulk.kept.answered import Answered, Entry, to_batch
from synerise_frames.bulk.kept.packed import expand, pack, squeeze, unpack
from synerise_frames.bulk.options import IN_FOLDER
from synerise_frames.errors import BulkError
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.locking import lock, unlock

# So many answers make a piece.
_ROWS = 20_000

# What a fact about a journal is called, with what it says and what was expected.
_WORDS = {
    "fingerprint": "is of another plan: other identifiers, other analyses or another by=",
    "schema_version": "was written for version {0} of the ledger's columns; this is version {1}",
}


class _Part(NamedTuple):
    """What is to be written."""

    kind: int
    items: list[Any]


class Journal:
    """An open journal; made by :meth:`start` or :meth:`open`.

    Attributes
    ----------
    path : Path
        Where it is.
    about : dict
        What it was begun with.
    """

    def __init__(
        self, path: Path, about: dict[str, Any], file: FileIO, sealer: Sealer, pieces: list[Piece]
    ) -> None:
        self.path = path
        self.about = about
        self._file = file
        self._sealer = sealer
        self._pieces = pieces
        self._next = len(pieces)
        self._told = False
        self._closed = False
        self._writer = Writer(self._write)

    @classmethod
    def start(cls, path: Path, tenant: Tenant, about: Mapping[str, Any]) -> Journal:
        """Begin a journal.

        Parameters
        ----------
        path : Path
            A file that is not there yet; its folders are made.
        tenant : Tenant
            Whose it is.
        about : mapping
            Small JSON that stays readable: no identifiers, no secrets.

        Raises
        ------
        BulkError
            If there is a file, or it cannot be written.
        """
        head = Head.new(tenant, about)
        begin = Sealer(head, tenant).seal(0, BEGIN, 0, b"")
        create(path, head.content + begin)
        return cls.open(path, tenant)

    @classmethod
    def open(cls, path: Path, tenant: Tenant) -> Journal:
        """Open a journal to go on with it; an end that was torn off is removed.

        Raises
        ------
        BulkError
            If it is no journal, was altered, is in use, or of other credentials or versions.
        """
        with ExitStack() as stack:
            file = stack.enter_context(opened(path, write=True))
            if not lock(file.fileno()):
                raise BulkError(
                    f"The journal {path} is in use by another run.",
                    code="journal_in_use",
                    hint="Wait until that run has ended, or end it; or choose another file with "
                    "journal=.",
                )
            # Through a buffer: the file itself has none, so that what is written is written.
            with open(file.fileno(), "rb", closefd=False) as reader:
                head = Head.read(reader, str(path))
                sealer = _sealer(head, tenant, path)
                pieces, end = scan(reader, sealer, len(head.content), str(path))
            cut(file, path, end)
            stack.pop_all()
        return cls(path, dict(head.about), file, sealer, pieces)

    @staticmethod
    def peek(path: Path) -> dict[str, Any]:
        """Say what a journal is about, and how many inputs and answers it has; no key is needed.

        Raises
        ------
        BulkError
            If it is no journal.
        """
        with opened(path, write=False) as file:
            head = Head.read(file, str(path))
            counts = {INPUTS: 0, ANSWERS: 0, BEGIN: 0}
            for piece in heads(file, len(head.content)):
                counts[piece.kind] = counts.get(piece.kind, 0) + piece.rows
        return {**head.about, "inputs_written": counts[INPUTS], "answers_written": counts[ANSWERS]}

    @staticmethod
    def check_owner(path: Path, tenant: Tenant) -> None:
        """Check that a journal is of these credentials, before anything else is said of it.

        Raises
        ------
        BulkError
            If it is not, or is no journal.
        """
        with opened(path, write=False) as file:
            _sealer(Head.read(file, str(path)), tenant, path)

    def expect(self, **facts: Any) -> None:
        """Check what the journal is about.

        Raises
        ------
        BulkError
            If one of `facts` differs; it says which.
        """
        for name, expected in facts.items():
            found = self.about.get(name)
            if found != expected:
                words = _WORDS.get(name, f"has {name} {{0!r}}, not {{1!r}}")
                raise BulkError(
                    f"The journal {self.path} {words.format(found, expected)}.",
                    code="journal_of_another_plan",
                    hint="Choose another file with journal=; sf.resume() goes on with the plan of "
                    "this one.",
                )

    def add_inputs(self, inputs: Sequence[str | None]) -> None:
        """Note the next identifiers that are asked for.

        Raises
        ------
        BulkError
            If the journal cannot be written.
        """
        self._put(_Part(INPUTS, [*inputs]))

    def append(self, entries: Sequence[Entry]) -> None:
        """Note answers; they are on disk half a second later.

        Raises
        ------
        BulkError
            If the journal cannot be written.
        """
        self._put(_Part(ANSWERS, [*entries]))

    def inputs(self) -> Iterator[list[str | None]]:
        """Give the identifiers that were there when this was opened, in their pieces."""
        return (json.loads(expand(content).to_pybytes()) for content in self._contents(INPUTS))

    def answered(self) -> Answered:
        """Give the answers that were there when this was opened."""
        return Answered(batch for content in self._contents(ANSWERS) for batch in unpack(content))

    def flush(self) -> None:
        """Wait until everything is on disk.

        Raises
        ------
        BulkError
            If the journal cannot be written.
        """
        if not self._closed and not self._writer.flush():
            raise self._failure()

    def close(self) -> None:
        """Write everything and let go of the file.

        Raises
        ------
        BulkError
            If it could not be written, and that was not told before.
        """
        if self._closed:
            return
        self._closed = True
        written = self._writer.close()
        unlock(self._file.fileno())
        self._file.close()
        if not written and not self._told:
            raise self._failure()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Journal {self.path.name}>"

    def _put(self, part: _Part) -> None:
        if part.items and not self._writer.put(part, len(part.items)):
            raise self._failure()

    def _failure(self) -> BulkError:
        self._told = True
        return disk_error(self.path, self._writer.error or OSError("it is closed or failed before"))

    def _contents(self, kind: int) -> Iterator[bytes]:
        # Not the file that is written to: its place is the writer's.
        with opened(self.path, write=False) as file:
            for piece in self._pieces:
                if piece.kind == kind:
                    content = self._sealer.open(file, piece)
                    if content is None:
                        raise altered(str(self.path), piece.start)
                    yield content

    def _write(self, parts: list[_Part]) -> None:
        """Write some parts; in the thread of the writer."""
        sealed = []
        for kind, some in groupby(parts, key=lambda part: part.kind):
            items = [*chain.from_iterable(part.items for part in some)]
            for start in range(0, len(items), _ROWS):
                piece = items[start : start + _ROWS]
                packed = (
                    pack([to_batch(piece)])
                    if kind == ANSWERS
                    else squeeze(json.dumps(piece).encode())
                )
                sealed.append(self._sealer.seal(self._next, kind, len(piece), packed))
                self._next += 1
        write_through(self._file, b"".join(sealed))


def _sealer(head: Head, tenant: Tenant, path: Path) -> Sealer:
    if head.tenant != tenant.prefix:
        beside = path.name == IN_FOLDER
        raise BulkError(
            f"The journal {path} was written with other credentials or for another host.",
            code="journal_of_others",
            hint="Connect as then, or "
            + (
                f"choose another folder with out=, or delete {path.parent}."
                if beside
                else f"choose another file with journal=, or delete {path}."
            )
            + " The key of sf.demo() is new at each start.",
        )
    return Sealer(head, tenant)
