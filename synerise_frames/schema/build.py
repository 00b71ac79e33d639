"""From columns of JSON values to a frame with exactly the declared columns and dtypes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any, TypeAlias

import pandas as pd
import pyarrow as pa

from synerise_frames.periods import Zone, zone
from synerise_frames.schema.columns import Column, Dtype, free_name
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.tables import table
from synerise_frames.schema.text import as_count, as_number, as_text, as_texts
from synerise_frames.schema.times import lost_in, to_index

#: A column on its way in: JSON values, times that were already read, or an Arrow array.
Values: TypeAlias = Sequence[Any] | pd.DatetimeIndex | pa.Array

ARROW_TYPES: dict[Dtype, pa.DataType] = {
    "string": pa.string(),
    "Int64": pa.int64(),
    "Float64": pa.float64(),
    "boolean": pa.bool_(),
}
# pandas holds text as large_string, so handing that over saves a copy.
_HELD: dict[Dtype, set[pa.DataType]] = {
    dtype: {held, pa.large_string()} if dtype == "string" else {held}
    for dtype, held in ARROW_TYPES.items()
}
_PANDAS: dict[Dtype, Any] = {
    "string": pd.StringDtype(),
    "Int64": pd.Int64Dtype(),
    "Float64": pd.Float64Dtype(),
    "boolean": pd.BooleanDtype(),
}
_EXACT: dict[Dtype, set[type]] = {
    "string": {str, NoneType},
    "Int64": {int, NoneType},
    "Float64": {int, float, NoneType},
    "boolean": {bool, NoneType},
}
_READ: dict[Dtype, Callable[[object], object]] = {
    "string": as_text,
    "Int64": as_count,
    "Float64": as_number,
    "boolean": lambda value: value if isinstance(value, bool) else None,
}


def build(
    reading: Reading,
    columns: Mapping[str, Values],
    *,
    tz: Zone = None,
    dimensions: Mapping[str, Values] | None = None,
) -> pd.DataFrame:
    """Make the frame of ``reading.kind``.

    Declared columns come first, in order, all-missing where `columns` has none; then the
    others, in theirs. `dimensions` (text) go behind a report's row number. A value that a
    declared dtype cannot hold exactly stays readable in ``<name>_raw``, as does a number that
    was sent as text.
    """
    declared = table(reading.kind)
    names = {column.name for column in declared}
    length = max((len(v) for v in (*columns.values(), *(dimensions or {}).values())), default=0)
    data: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    for column in declared:
        values = columns.get(column.name)
        data[column.name] = _typed(reading, column, values, length, tz, raw)
        if column.name == "row":
            for name, texts in (dimensions or {}).items():
                label = name if name not in names else f"{name}_dimension"
                data[free_name(label, data)] = _array("string", texts)
    for name, values in columns.items():
        if name not in names:
            data[free_name(name, data)] = infer(values)
    for name, values in raw.items():
        data[free_name(name, data)] = values
    frame = pd.DataFrame(data, index=pd.RangeIndex(length), copy=False)
    frame.attrs["kind"] = reading.kind
    if reading.extra:
        frame.attrs["extra"] = reading.extra
    return frame


def _typed(
    reading: Reading,
    column: Column,
    values: Values | None,
    length: int,
    tz: Zone,
    raw: dict[str, Any],
) -> Any:
    if column.dtype == "time":
        return _times(reading, column, values, length, tz, raw)
    if values is None:
        return _array(column.dtype, [None] * length)
    array = _fast(column.dtype, values)
    if array is not None:
        return array
    if column.dtype == "string":
        return _array("string", values)
    read = [_READ[column.dtype](v) for v in values]
    lost = [_lost(before, after) for before, after in zip(values, read, strict=True)]
    _keep_raw(reading, column, values, lost, raw)
    return _array(column.dtype, read)


def _times(
    reading: Reading,
    column: Column,
    values: Values | None,
    length: int,
    tz: Zone,
    raw: dict[str, Any],
) -> pd.DatetimeIndex:
    if values is None:
        return pd.DatetimeIndex([pd.NaT] * length).as_unit("us").tz_localize(zone(tz))
    if isinstance(values, pd.DatetimeIndex):
        return values.as_unit("us").tz_convert(zone(tz))
    index = to_index(values, tz)
    lost = lost_in(values, index, tz)
    if lost is not None:
        reading.unexpected(_place(reading, column, lost.row), lost.what)
        raw[f"{column.name}_raw"] = _array("string", lost.texts)
    return index


def _keep_raw(
    reading: Reading,
    column: Column,
    values: Values,
    lost: Sequence[bool],
    raw: dict[str, Any],
) -> None:
    """Keep what did not fit, as text, in a column of its own."""
    if any(lost):
        place = _place(reading, column, lost.index(True))
        reading.unexpected(place, f"a value that is no {column.dtype}")
        texts = [as_text(v) if gone else None for v, gone in zip(values, lost, strict=True)]
        raw[f"{column.name}_raw"] = _array("string", texts)


def _place(reading: Reading, column: Column, row: int) -> str:
    return reading.where(column.name, row) if reading.where else f"$..{column.name}"


def _lost(before: object, after: object) -> bool:
    if before is None or before == "":
        return False
    if isinstance(before, str):
        return True
    # A whole number beyond 2**53 may have no float of its own.
    inexact = isinstance(before, int) and isinstance(after, float) and int(after) != before
    return after is None or inexact


def _fast(dtype: Dtype, values: Values) -> Any:
    """Hand the whole column to Arrow; ``None`` where some value needs a closer look."""
    if isinstance(values, pa.Array):
        return _from_arrow(dtype, values) if values.type in _HELD[dtype] else None
    # Arrow alone would take a flag for a number and cut a fraction off.
    if not set(map(type, values)) <= _EXACT[dtype]:
        return None
    try:
        return _from_arrow(dtype, pa.array(values, ARROW_TYPES[dtype], from_pandas=True))
    except (pa.ArrowInvalid, OverflowError):
        return None


def _array(dtype: Dtype, values: Values) -> Any:
    if isinstance(values, pa.Array):
        return _from_arrow(dtype, values)
    if dtype == "string":
        values = as_texts(list(values))
    return _from_arrow(dtype, pa.array(values, ARROW_TYPES[dtype]))


def _from_arrow(dtype: Dtype, array: pa.Array) -> Any:
    return _PANDAS[dtype].__from_arrow__(array)


def listed(values: Sequence[Any] | pa.Array) -> list[Any]:
    """Give the values of a column as a list."""
    return values.to_pylist() if isinstance(values, pa.Array) else list(values)


def infer(values: Values) -> Any:
    """Give undeclared values the narrowest of the declared dtypes that holds them all."""
    if isinstance(values, pd.DatetimeIndex):
        return values
    values = listed(values)
    if any(v is not None for v in values):
        narrow: tuple[Dtype, ...] = ("boolean", "Int64", "Float64")
        for dtype in narrow:
            array = _fast(dtype, values)
            if array is not None:
                return array
    return _array("string", values)
