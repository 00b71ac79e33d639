"""Frames as Arrow tables of one pinned schema, and back."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synerise_frames.errors import ConfigError
from synerise_frames.export.declared import as_declared
from synerise_frames.export.manifest import DataColumn
from synerise_frames.periods import zone
from synerise_frames.schema.arrow import METADATA_KEY
from synerise_frames.schema.tables import TABLES

_NAMED: dict[str, pa.DataType] = {
    "string": pa.string(),
    # A column that held nothing so far: text in the files, until it is known what it is.
    "null": pa.string(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
}
_PANDAS: dict[pa.DataType, Any] = {
    pa.string(): pd.StringDtype(),
    pa.large_string(): pd.StringDtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


def to_table(frame: pd.DataFrame, kind: str) -> pa.Table:
    """Give a frame as a table of the few types that every reader knows.

    Raises
    ------
    ConfigError
        If a column has none of them, or its name twice, or is declared to be something else.
    """
    frame = flat(frame)
    names = [str(name) for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(
            f"The frame has the column {twice[0]} twice.", hint="Rename one: df.rename(columns=…)."
        )
    try:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        pandas_notes = table.schema.metadata or {}
        declared = {c.name: c.dtype for c in TABLES[kind]}
        fields = [_of_few_types(field, field.name in declared) for field in table.schema]
        table = table.cast(pa.schema(fields, pandas_notes))
        return as_declared(table, frame, kind)
    except ConfigError:
        raise
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise ConfigError(
            f"A column cannot be written: {error}.",
            hint="Each column holds one type of value: df.dtypes shows them.",
        ) from None


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame without an index: a named one is data, an unnamed one only counts rows."""
    named = any(name is not None for name in frame.index.names)
    frame = frame.reset_index() if named else frame.copy(deep=False)
    frame.attrs = written_notes(frame.attrs)
    return frame


def written_notes(attrs: Mapping[Any, Any]) -> dict[Hashable, Any]:
    """Give notes such as JSON has: for one of the user's own that is not, all would be lost."""
    notes: dict[Hashable, Any] = json.loads(
        json.dumps(dict(attrs), default=_as_json, skipkeys=True)
    )
    return notes


def _as_json(value: object) -> object:
    """Give a NumPy number as a number, everything else as text."""
    return value.item() if isinstance(value, np.generic) else str(value)


def _of_few_types(field: pa.Field, is_declared: bool) -> pa.Field:
    """Give a field one of the types that data sets have, so that all their files agree.

    Raises
    ------
    ConfigError
        If none of them holds it.
    """
    kind = field.type
    if pa.types.is_timestamp(kind):
        return field.with_type(pa.timestamp("us", tz=kind.tz))
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_null(kind) and not is_declared:
        return field.with_type(pa.null())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return field.with_type(pa.string())
    if pa.types.is_integer(kind):
        return field.with_type(pa.int64())
    if pa.types.is_floating(kind):
        return field.with_type(pa.float64())
    if pa.types.is_boolean(kind):
        return field.with_type(pa.bool_())
    raise ConfigError(
        f"The column {field.name} is {kind}, which not every reader knows.",
        hint="Turn it into text, numbers, flags or times"
        + (": sf.schema.describe(kind) shows what it was." if is_declared else "."),
    )


def columns_of(table: pa.Table, kind: str) -> tuple[DataColumn, ...]:
    """Give the columns of a table as a manifest has them."""
    declared = {c.name: c for c in TABLES[kind]}
    found = []
    for field in table.schema:
        known = declared.get(field.name)
        found.append(
            DataColumn(
                field.name,
                str(field.type),
                known.nullable if known else True,
                (known.unit or "") if known else "",
                known.meaning if known else "",
            )
        )
    return tuple(found)


def schema_of(columns: Sequence[DataColumn], notes: dict[str, Any] | None = None) -> pa.Schema:
    """Give the Arrow schema of a data set."""
    fields = [pa.field(c.name, _type(c.type)) for c in columns]
    told = {"columns": {c.name: {"meaning": c.meaning, "unit": c.unit} for c in columns}}
    metadata = {METADATA_KEY: json.dumps({**told, **(notes or {})}, default=str).encode()}
    return pa.schema(fields, metadata | _pandas_notes(columns))


def _pandas_notes(columns: Sequence[DataColumn]) -> dict[bytes, bytes]:
    """Let ``pd.read_parquet`` give the declared dtypes."""
    empty = to_frame(pa.schema([pa.field(c.name, _type(c.type)) for c in columns]).empty_table())
    notes = pa.Table.from_pandas(empty, preserve_index=False).schema.metadata
    return {b"pandas": notes[b"pandas"]}


def _type(name: str) -> pa.DataType:
    if name.startswith("timestamp[us"):
        zone = name.partition("tz=")[2].rstrip("]")
        return pa.timestamp("us", tz=zone or None)
    return _NAMED[name]


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Bring a table into the schema of its data set; what it lacks is missing."""
    arrays = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Give a table as a frame of the declared dtypes."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=_PANDAS.get, ignore_metadata=True)
    for field in table.schema:
        if pa.types.is_timestamp(field.type) and field.type.tz:
            # Older Arrow makes zones of pytz.
            frame[field.name] = frame[field.name].dt.tz_convert(_zone(field.type.tz))
    return frame


def _zone(name: str) -> tzinfo | None:
    # Arrow has either names, or offsets such as "+02:00".
    return pd.Timestamp(f"2000-01-01T00:00{name}").tz if name[0] in "+-" else zone(name)
