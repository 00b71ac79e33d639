"""Which part of a data set a row belongs to: folders that any reader of Hive layouts knows.

The folder's key has a name of its own (``series_key=…``), and the column itself stays in the
files: readers guess the types of keys, and a series called "007" would come back as 7.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.suggest import did_you_mean

#: The label of rows whose key is missing, and of empty text.
MISSING = "__missing__"
EMPTY = "__empty__"

#: Columns that name persons: folders are read by many, and copied.
PERSONS = frozenset({"profile", "profile_id", "client_id", "uuid", "email", "custom_id", "phone"})

_FORMATS = {"year": "%Y", "month": "%Y-%m", "week": "%G-W%V", "day": "%Y-%m-%d"}
_LONGEST = 120


@dataclass(frozen=True)
class Key:
    """One key of the folders: a column, and for times the calendar unit."""

    column: str
    unit: str | None = None

    @property
    def name(self) -> str:
        """The key's name in the folders."""
        return f"{self.column}_{self.unit or 'key'}"

    def __str__(self) -> str:
        return f"{self.column}:{self.unit}" if self.unit else self.column


def keys_of(partition_by: str | Sequence[str], frame: pd.DataFrame) -> tuple[Key, ...]:
    """Read what a caller wrote as ``partition_by=``.

    >>> frame = pd.DataFrame({"series": ["a"], "bucket_start": pd.to_datetime(["2024-01-31"])})
    >>> [key.name for key in keys_of(["series", "bucket_start:month"], frame)]
    ['series_key', 'bucket_start_month']

    Raises
    ------
    ConfigError
        If a column is not there, or cannot be a key.
    """
    named = [partition_by] if isinstance(partition_by, str) else list(partition_by)
    keys = tuple(_key(name, frame) for name in named)
    names = [key.name for key in keys]
    twice = [name for name in names if names.count(name) > 1 or name in frame.columns]
    if twice:
        raise ConfigError(
            f"partition_by={named} makes folders {twice[0]!r}, a name that there is already.",
            hint="Name each column once; rename a column that has the folders' name.",
        )
    return keys


def _key(text: str, frame: pd.DataFrame) -> Key:
    column, _, unit = str(text).partition(":")
    if column not in frame.columns:
        close = did_you_mean(column, map(str, frame.columns))
        raise ConfigError(
            f"partition_by names {column!r}, which the frame has not.",
            hint=close or f"Its columns: {', '.join(map(str, frame.columns))}.",
        )
    if column in PERSONS:
        raise ConfigError(
            f"partition_by={text!r} writes who a row is about into the names of folders.",
            hint="Names of folders end in logs and backups: partition by another column.",
        )
    is_time = pd.api.types.is_datetime64_any_dtype(frame[column])
    if is_time and unit not in _FORMATS:
        raise ConfigError(
            f"partition_by={text!r} makes a folder of each moment."
            if not unit
            else f"There is no unit {unit!r} to partition by.",
            hint=f"Write '{column}:day', '{column}:week', '{column}:month' or '{column}:year'.",
        )
    if unit and not is_time:
        raise ConfigError(f"{column} holds no times.", hint=f"Write '{column}' alone.")
    if pd.api.types.is_float_dtype(frame[column]):
        raise ConfigError(
            f"{column} holds measures: each value would be a folder.",
            hint="Partition by a text, a count, a flag or a time.",
        )
    return Key(column, unit or None)


def labels(frame: pd.DataFrame, key: Key) -> pd.Series:
    """Give the label of each row under one key, as plain text.

    Raises
    ------
    ConfigError
        If a value looks like the label of missing ones.
    """
    values = frame[key.column]
    if key.unit:
        # The time on the wall: in some zones a day has no midnight.
        values = values.dt.tz_localize(None).dt.normalize()
    # Few labels for many rows: each is made once.
    codes, found = pd.factorize(values)
    distinct = pd.Series(found)
    texts = distinct.dt.strftime(_FORMATS[key.unit]) if key.unit else distinct.astype("string")
    known = [str(text) for text in texts]
    reserved = {MISSING, EMPTY} & set(known)
    if reserved:
        raise ConfigError(
            f"The column {key.column} holds {reserved.pop()!r}, which is the label of rows that "
            "have no value.",
            hint="Rename that value before writing.",
        )
    # The code of a missing value is -1: the last of all.
    named = np.array([*(text or EMPTY for text in known), MISSING], dtype=object)
    return pd.Series(named[codes], index=frame.index, dtype="string")


Part = tuple[dict[str, str], "np.ndarray[tuple[int], np.dtype[np.intp]]"]


def split(frame: pd.DataFrame, keys: Sequence[Key]) -> Iterator[Part]:
    """Give each partition's labels and the numbers of its rows, which keep their order."""
    table = pd.DataFrame({key.name: labels(frame, key).to_numpy() for key in keys})
    for found, rows in table.groupby([key.name for key in keys], sort=True).indices.items():
        parts = found if isinstance(found, tuple) else (found,)
        yield dict(zip(table.columns, map(str, parts), strict=True)), np.sort(rows)


def folder(partition: dict[str, str]) -> str:
    """Give the folder of a partition, relative to the data set.

    >>> folder({"series_key": "Fresh / frozen", "bucket_start_month": "2024-01"})
    'series_key=Fresh%20%2F%20frozen/bucket_start_month=2024-01'
    """
    return "/".join(f"{_name(name)}={_segment(label)}" for name, label in partition.items())


def _name(text: str) -> str:
    quoted = quote(text, safe="-_. ,+").replace(" ", "%20")
    # Readers of Hive layouts pass over folders that begin so.
    return {"_": "%5F", ".": "%2E"}.get(quoted[0], quoted[0]) + quoted[1:]


def _segment(label: str) -> str:
    text = quote(label, safe="-_. ,+").replace(" ", "%20")
    if text.strip(".") == "":
        text = text.replace(".", "%2E")
    if len(text) <= _LONGEST:
        return text
    # File systems end names at 255 bytes; the column itself is in the files.
    return quote(label[:20], safe="") + "-" + hashlib.sha256(label.encode()).hexdigest()[:16]
