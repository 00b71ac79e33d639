"""Bulk: all rows of a long list at once, read by Arrow with types that a sample gave.

Arrow refuses what does not fit the types, fields that the sample did not have, repeated keys
and malformed text; then the careful way reads the answer. So whatever is given here is what
the careful way would have found.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from synerise_frames.frames.skim import Skimmed

# Whole numbers up to here have a float of their own.
_EXACT = float(2**53)
_SCALARS = {
    frozenset(): pa.null(),
    frozenset([str]): pa.string(),
    frozenset([bool]): pa.bool_(),
    frozenset([int]): pa.float64(),
    frozenset([float]): pa.float64(),
    frozenset([int, float]): pa.float64(),
}
_TOO_LONG = 2**31 - 64


def flat_rows(skimmed: Skimmed) -> pa.Table | None:
    """Give the columns of objects that hold only scalars; all numbers as floats."""
    rows = skimmed.rows
    if {*map(type, rows)} != {dict} or skimmed.between.strip() != b",":
        return None
    schema = _struct(rows)
    if schema is None or any(map(pa.types.is_nested, (f.type for f in schema))):
        return None
    first, last = skimmed.start + 1, skimmed.end - 1
    if skimmed.text.find(b"\n", first, last) >= 0:
        return None
    # One object a line: Arrow then parses in parallel. What is no separator but stands in a
    # text becomes a raw line break there, which JSON does not allow, so Arrow refuses it.
    # A separator keeps its length, so that the list stays where it is in the text.
    between = skimmed.between.replace(b",", b"\n")
    text = skimmed.text.replace(b"}" + skimmed.between + b"{", b"}" + between + b"{")
    lines = text.count(b"\n", first, last) + 1
    table = _parse(memoryview(text)[first:last], pa.schema(schema), 1 << 20)
    return table if table is not None and len(table) == lines and _exact(table.columns) else None


def nested_rows(skimmed: Skimmed) -> pa.StructArray | None:
    """Give the rows as one array: objects of scalars, and of lists of scalars or objects."""
    if {*map(type, skimmed.rows)} != {dict}:
        return None
    schema = _struct(skimmed.rows)
    if schema is None or len(skimmed.text) > _TOO_LONG:
        return None
    text = b"".join((b'{"rows":', memoryview(skimmed.text)[skimmed.start : skimmed.end], b"}"))
    table = _parse(text, pa.schema([("rows", pa.list_(pa.struct(schema)))]), len(text) + 1)
    if table is None or len(table) != 1 or table["rows"].null_count:
        return None
    rows = table["rows"].chunk(0).values
    return rows if not rows.null_count and _exact(_leaves(rows)) else None


def _parse(text: bytes | memoryview, schema: pa.Schema, block: int) -> pa.Table | None:
    try:
        return pj.read_json(
            pa.BufferReader(text),
            read_options=pj.ReadOptions(block_size=block, use_threads=block < len(text)),
            parse_options=pj.ParseOptions(
                explicit_schema=schema,
                newlines_in_values=block > len(text),
                unexpected_field_behavior="error",
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _struct(rows: list[dict[str, Any]]) -> list[pa.Field] | None:
    fields = []
    for name in dict.fromkeys(chain.from_iterable(rows)):
        kind = _type([row[name] for row in rows if row.get(name) is not None])
        if kind is None:
            return None
        fields.append(pa.field(name, kind))
    return fields


def _type(values: list[Any]) -> pa.DataType | None:
    """Give the Arrow type of some values; ``None`` if they have no one type."""
    types = frozenset(map(type, values))
    if types in _SCALARS:
        return _SCALARS[types]
    if types == {list}:
        inner = _type([item for value in values for item in value if item is not None])
        return None if inner is None or pa.types.is_list(inner) else pa.list_(inner)
    struct = _struct(values) if types == {dict} else None
    return None if struct is None else pa.struct(struct)


def _leaves(array: pa.Array) -> Iterable[pa.Array]:
    if pa.types.is_struct(array.type):
        for i in range(array.type.num_fields):
            yield from _leaves(array.field(i))
    elif pa.types.is_list(array.type):
        yield from _leaves(array.values)
    else:
        yield array


def _exact(columns: Iterable[Any]) -> bool:
    """Tell whether all floats surely are the numbers that were sent."""
    for column in columns:
        if pa.types.is_floating(column.type):
            ends = pc.min_max(column)
            low, high = ends["min"].as_py(), ends["max"].as_py()
            if low is not None and not (low > -_EXACT and high < _EXACT):
                return False
    return True
