"""Where the ledger goes while it grows: memory, or a folder of Parquet parts."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from synerise_frames.bulk.ledger import SCHEMA
from synerise_frames.bulk.options import IN_FOLDER
from synerise_frames.errors import BulkError, ConfigError
from synerise_frames.locking import lock, unlock
from synerise_frames.replacing import whole
from synerise_frames.schema import SCHEMA_VERSION
from synerise_frames.schema.arrow import METADATA_KEY

# Readers of Parquet folders leave out what starts so.
_LOCK = "_lock"

_KEPT = 4


class Output(Protocol):
    """Takes the pieces of a ledger, in order."""

    def write(self, number: int, table: pa.Table) -> None:
        """Take a piece."""
        ...

    def read(self, number: int) -> pa.Table:
        """Give a piece that was taken."""
        ...

    def finish(self, count: int) -> None:
        """Hear that there are so many pieces and no more."""
        ...

    def tables(self, columns: list[str] | None) -> Iterator[pa.Table]:
        """Give all pieces in order, or some columns of them."""
        ...


class Memory:
    """A ledger in memory."""

    def __init__(self) -> None:
        self._tables: list[pa.Table] = []

    def write(self, number: int, table: pa.Table) -> None:
        """Take a piece."""
        self._tables[number:] = [table]

    def read(self, number: int) -> pa.Table:
        """Give a piece that was taken."""
        return self._tables[number]

    def finish(self, count: int) -> None:
        """Hear that there are so many pieces and no more."""
        del self._tables[count:]

    def tables(self, columns: list[str] | None) -> Iterator[pa.Table]:
        """Give all pieces in order, or some columns of them."""
        return (table.select(columns or SCHEMA.names) for table in self._tables)


# Who writes such a name wants one file.
_FILES = (".csv", ".parquet", ".json", ".jsonl", ".xlsx")


class Folder:
    """A ledger as Parquet files, each of which appears whole.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    fingerprint : str
        Of the plan: a folder takes the ledger of one.

    Raises
    ------
    ConfigError
        If the folder cannot be made, or holds Parquet files of something else; where no run has
        begun yet, any file that readers of the folder would stumble over.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.path = folder
        if folder.suffix.lower() in _FILES and not folder.is_dir():
            raise ConfigError(
                f"out={folder.name!r} is called as a file, and would be a folder.",
                hint="Name a folder, or leave it out: result.frame.to_csv(…) and "
                "result.frame.synerise.to_parquet(…) write one file.",
            )
        note = {"kind": "ledger", "fingerprint": fingerprint, "schema_version": SCHEMA_VERSION}
        self._note = json.dumps(note).encode()
        self._count = 0
        self._recent: OrderedDict[int, pa.Table] = OrderedDict()
        try:
            # Its rows are about persons. One that is there already keeps its rights.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for part in sorted(folder.glob("*.parquet")):
                self._check(part)
            if not self._has_begun():
                self._check_empty()
        except OSError as error:
            raise self._refused(error) from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other run write here meanwhile, whatever journal it has.

        Raises
        ------
        BulkError
            If one does.
        ConfigError
            If nothing can be written here.
        """
        try:
            # Left there: who removed it could take a lock that another one waits for.
            file = open(self.path / _LOCK, "ab")  # noqa: SIM115 - closed below
        except OSError as error:
            raise self._refused(error) from None
        with file:
            if not lock(file.fileno()):
                raise BulkError(
                    f"{self.path} is in use by another run.",
                    code="folder_in_use",
                    hint="Wait until that run has ended, or end it; or choose another folder with "
                    "out=.",
                )
            try:
                yield
            finally:
                unlock(file.fileno())

    def _refused(self, error: OSError) -> ConfigError:
        return ConfigError(
            f"Cannot write to {self.path}: {error.strerror}.",
            hint="Choose another folder with out=.",
        )

    def _check(self, part: Path) -> None:
        try:
            ours = (pq.read_schema(part).metadata or {}).get(METADATA_KEY) == self._note
        except (pa.ArrowException, OSError):
            # Cut by a power failure: it is written anew where its journal says that it is ours.
            ours = part.name.startswith("part-") and (self.path / IN_FOLDER).exists()
        if not ours:
            raise self._holds(part)

    def _has_begun(self) -> bool:
        return any((self.path / name).exists() for name in (_LOCK, IN_FOLDER))

    def _check_empty(self) -> None:
        """Refuse what is not a ledger's: who reads the folder reads all that shows in it."""
        for other in sorted(self.path.iterdir()):
            if not other.name.startswith((".", "_")) and other.suffix != ".parquet":
                raise self._holds(other)

    def _holds(self, other: Path) -> ConfigError:
        return ConfigError(
            f"{self.path} holds {other.name}, which is not of this plan.",
            hint="Choose an empty folder with out=; each plan has its own.",
        )

    def write(self, number: int, table: pa.Table) -> None:
        """Write a part.

        Raises
        ------
        BulkError
            If the disk does not take it.
        """
        part = self._part(number)
        noted = table.replace_schema_metadata({METADATA_KEY: self._note})
        try:
            with whole(part, durable=True) as place:
                pq.write_table(noted, place, compression="zstd")
        except OSError as error:
            raise BulkError(
                f"Cannot write {part}: {error.strerror or error}.",
                code="disk",
                hint="Make room; then run the same plan again: what was answered is in its "
                "journal.",
            ) from None
        self._remember(number, table)

    def read(self, number: int) -> pa.Table:
        """Give a part that was written."""
        table = self._recent.get(number)
        if table is None:
            table = pq.read_table(self._part(number), schema=SCHEMA)
            self._remember(number, table)
        return table

    def _remember(self, number: int, table: pa.Table) -> None:
        self._recent[number] = table
        while len(self._recent) > _KEPT:
            self._recent.popitem(last=False)

    def finish(self, count: int) -> None:
        """Remove parts of an earlier, longer run."""
        self._count = count
        wanted = {self._part(number).name for number in range(count)}
        for part in self.path.glob("part-*.parquet"):
            if part.name not in wanted:
                part.unlink(missing_ok=True)

    def tables(self, columns: list[str] | None) -> Iterator[pa.Table]:
        """Read all parts in order, or some columns of them."""
        for number in range(self._count):
            try:
                yield pq.read_table(self._part(number), columns=columns, schema=SCHEMA)
            except (OSError, pa.ArrowException):
                raise BulkError(
                    f"The ledger in {self.path} is not whole: {self._part(number).name} "
                    "cannot be read.",
                    code="ledger_gone",
                    hint="Run the same plan again with this folder: its journal has the answers.",
                ) from None

    def _part(self, number: int) -> Path:
        return self.path / f"part-{number:06d}.parquet"
