"""The declared columns as an Arrow schema and as a frame to read."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from synerise_frames.schema.build import ARROW_TYPES
from synerise_frames.schema.columns import Column
from synerise_frames.schema.tables import TABLES, table

#: What this library notes in a Parquet file's metadata stands under this key.
METADATA_KEY = b"synerise_frames"


def arrow_type(column: Column, tz: str = "UTC") -> pa.DataType:
    """Give the Arrow type of one declared column; times in microseconds, in the zone."""
    return pa.timestamp("us", tz=tz) if column.dtype == "time" else ARROW_TYPES[column.dtype]


def arrow(kind: str, tz: str = "UTC") -> pa.Schema:
    """Give the pinned Arrow schema of a kind of frame.

    Parameters
    ----------
    kind : str
        A name from :func:`kinds`.
    tz : str, default "UTC"
        Zone of the time columns.

    Returns
    -------
    pyarrow.Schema
        The declared columns, without the columns that single answers add.

    Raises
    ------
    ConfigError
        If there is no such kind.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.schema.arrow("metric").field("value").type
    DataType(double)
    """
    return pa.schema(
        [pa.field(c.name, arrow_type(c, tz), nullable=c.nullable) for c in table(kind)]
    )


def describe(kind: str) -> pd.DataFrame:
    """Show the declared columns of a kind of frame.

    Parameters
    ----------
    kind : str
        One of :func:`kinds`.

    Returns
    -------
    DataFrame
        column, dtype, arrow, unit, meaning (``string``) and nullable (``boolean``).

    Raises
    ------
    ConfigError
        If there is no such kind.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.schema.describe("metric")["column"].tolist()
    ['metric_id', 'metric', 'value']
    """
    rows = [
        {
            "column": c.name,
            "dtype": "datetime64[us, tz]" if c.dtype == "time" else c.dtype,
            "arrow": str(arrow_type(c)),
            "nullable": c.nullable,
            "unit": c.unit,
            "meaning": c.meaning,
        }
        for c in table(kind)
    ]
    return pd.DataFrame(rows).astype(
        {name: "boolean" if name == "nullable" else "string" for name in rows[0]}
    )


def kinds() -> list[str]:
    """List the kinds of frames.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.schema.kinds()[:3]
    ['trend', 'histogram', 'aggregate_history']
    """
    return list(TABLES)
