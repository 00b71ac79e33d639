"""What a data set is made of: its files, columns and windows, in one small JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pandas as pd

from synerise_frames.errors import DatasetError
from synerise_frames.readable import Facts
from synerise_frames.readable import size as say_size

#: Raised when the layout of data sets changes.
FORMAT = 1
#: Readers skip names that begin so, whatever is in them.
META = "_meta"
NAME = f"{META}/manifest.json"


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of a data set."""

    path: str
    rows: int
    bytes: int
    sha256: str
    partition: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DataColumn:
    """One column of a data set, as its files have it."""

    name: str
    type: str
    nullable: bool = True
    unit: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Manifest:
    """What a data set holds; given by :func:`write_dataset` and kept beside its files.

    Attributes
    ----------
    root : str
        Where the data set is.
    kind : str
        Kind of its frames.
    schema_version : int
        Of the columns, as in ``sf.schema``.
    partition_by : tuple of str
        What its folders are made by.
    columns : tuple of DataColumn
        Name, Arrow type, whether values may be missing, unit, meaning.
    files : tuple of DataFile
        Path below the root, rows, bytes, sha256 and partition of each.
    windows : tuple of dict
        What was pulled: start and end (excluded) or the last so many units, and when.
    sources : tuple of dict
        Which analyses of which workspace the rows come from.
    created_at, updated_at : str
        Moments in UTC, ISO 8601.
    """

    root: str
    kind: str
    schema_version: int
    library_version: str
    partition_by: tuple[str, ...]
    columns: tuple[DataColumn, ...]
    files: tuple[DataFile, ...] = ()
    windows: tuple[Mapping[str, Any], ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    created_at: str = ""
    updated_at: str = ""

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(one.rows for one in self.files)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(one.bytes for one in self.files)

    @property
    def frame(self) -> pd.DataFrame:
        """The files as a frame: path, sha256 (``string``), rows, bytes (``Int64``), partition."""
        rows = [
            {"path": f.path, "rows": f.rows, "bytes": f.bytes, "sha256": f.sha256, **f.partition}
            for f in self.files
        ]
        names = ["path", "rows", "bytes", "sha256"]
        frame = pd.DataFrame(rows, columns=None if rows else names)
        counts = {"rows": "Int64", "bytes": "Int64"}
        return frame.astype({n: counts.get(str(n), "string") for n in frame.columns})

    def _facts(self) -> Facts:
        rows = [
            ("rows", f"{self.rows:,}"),
            ("files", f"{len(self.files):,}, {say_size(self.size)}"),
            ("partitioned by", ", ".join(self.partition_by) or "nothing"),
            ("columns", ", ".join(c.name for c in self.columns)),
            ("updated", self.updated_at),
        ]
        return Facts(f"Data set of kind {self.kind} in {self.root}", rows)

    def __repr__(self) -> str:
        return str(self._facts())

    def _repr_html_(self) -> str:
        return self._facts().html()

    def to_json(self) -> bytes:
        """Give the text of the manifest's file."""
        told = {"format": FORMAT, **asdict(self)}
        del told["root"]  # a data set may be moved
        return json.dumps(told, indent=1, ensure_ascii=False).encode()


def read_manifest(text: bytes, root: str) -> Manifest:
    """Read a manifest's file.

    Raises
    ------
    DatasetError
        If it is broken, or of a newer library.
    """
    try:
        told = json.loads(text)
        version = told.pop("format")
        if version != FORMAT:
            raise DatasetError(
                f"The data set {root} has the layout {version}, this library knows {FORMAT}.",
                hint="Upgrade: pip install --upgrade synerise-frames.",
            )
        return replace(
            Manifest(root=root, **told),
            partition_by=tuple(told["partition_by"]),
            columns=tuple(DataColumn(**one) for one in told["columns"]),
            files=tuple(DataFile(**one) for one in told["files"]),
            windows=tuple(told["windows"]),
            sources=tuple(told["sources"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"The manifest of {root} cannot be read: {error}.",
            hint="It was changed by hand or cut; write the data set anew into another folder.",
        ) from None
