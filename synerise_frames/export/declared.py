"""Declared columns have their declared types in files, or are not written."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from synerise_frames.errors import ConfigError
from synerise_frames.schema.arrow import arrow_type
from synerise_frames.schema.columns import Column
from synerise_frames.schema.tables import TABLES


def as_declared(table: pa.Table, frame: pd.DataFrame, kind: str) -> pa.Table:
    """Give declared columns their types: the first frame of a data set decides for all others.

    Raises
    ------
    ConfigError
        If that would change what is in them.
    """
    for column in TABLES[kind]:
        place = table.schema.get_field_index(column.name)
        if place < 0:
            continue
        array = table.column(place)
        if column.dtype == "time" and pa.types.is_timestamp(array.type) and array.type.tz:
            continue  # in whatever zone
        wanted = arrow_type(column)
        if array.type == wanted:
            continue
        cast = _without_loss(array, wanted)
        if cast is None:
            raise _other_dtype(column, frame[column.name], kind)
        table = table.set_column(place, pa.field(column.name, wanted), cast)
    return table


def _without_loss(array: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray | None:
    """Cast what holds nothing, and numbers that are the same in the other type."""
    if array.null_count == len(array):
        return pa.chunked_array([pa.nulls(len(array), wanted)])
    numbers = (pa.int64(), pa.float64())
    if array.type not in numbers or wanted not in numbers:
        return None
    try:
        return array.cast(wanted)
    except pa.ArrowInvalid:  # a fraction, or more digits than a float has
        return None


def _other_dtype(column: Column, values: pd.Series, kind: str) -> ConfigError:
    name, place = column.name, f"df[{column.name!r}]"
    if column.dtype == "time":
        declared, call = "times with a zone", f"pd.to_datetime({place}, utc=True)"
    elif column.dtype in ("Int64", "Float64"):
        declared, call = column.dtype, f"pd.to_numeric({place}).astype({column.dtype!r})"
    else:
        declared, call = column.dtype, f"{place}.astype({column.dtype!r})"
    return ConfigError(
        f"The column {name} is {values.dtype} in this frame, and {declared} in each {kind}.",
        hint=f"Convert it, {place} = {call}, or write the frame as it was calculated.",
    )
