"""One of two frames: its columns as the kind declares them, whatever was done to their dtypes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synerise_frames.comparing.identity import Identity
from synerise_frames.comparing.matching import Columns, floats, measures
from synerise_frames.errors import ConfigError
from synerise_frames.schema.columns import Dtype
from synerise_frames.schema.tables import TABLES

_NOTED = ("analysis_id", "analysis_name", "window", "interval", "workspace", "fetched_at", "source")
_BUCKET = ("bucket_start", "bucket_end", "is_partial")


def side(frame: pd.DataFrame, about: Identity) -> Columns:
    """Give what identifies the rows, the value, and what else the kind has to tell.

    A frame may hold its names as categories, or was read from a file as plain objects.

    Raises
    ------
    ConfigError
        If a column holds something else than its kind says.
    """
    declared = {column.name: column.dtype for column in TABLES[about.kind]}
    extra = _BUCKET if about.timed else ("result",) if has_result(about) else ()
    found = {}
    for name in (*about.columns, "value", *extra):
        # Dimensions are text, and no kind declares them.
        dtype = declared.get(name, "string")
        values = frame[name] if name in frame else pd.Series(pd.NA, index=frame.index)
        found[name] = _read(values.reset_index(drop=True), name, dtype)
    # NaN may be within a column of measures; it is as missing as any.
    return {**found, "value": measures(floats(found["value"]))}


def notes(frame: pd.DataFrame) -> dict[str, Any]:
    """Give what a frame says of the pull that it comes from."""
    return {name: frame.attrs[name] for name in _NOTED if name in frame.attrs}


def has_result(about: Identity) -> bool:
    """Tell whether the kind has an answer as text beside its value."""
    return any(column.name == "result" for column in TABLES[about.kind])


def in_zone_of(column: pd.Series, other: pd.Series) -> pd.Series:
    """Give times in the zone of others.

    Raises
    ------
    ConfigError
        If one of them has a zone and the other has none.
    """
    zone = other.dt.tz
    if (zone is None) != (column.dt.tz is None):
        if column.isna().all():  # as a file gives a column that holds nothing
            return pd.Series(pd.NaT, index=column.index, dtype=other.dtype)
        raise ConfigError(
            "One frame's times have a zone, the other's have none.",
            hint="Localise them: df['bucket_start'] = df['bucket_start'].dt.tz_localize(...).",
        )
    return column if zone is None else column.dt.tz_convert(zone)


def _read(values: pd.Series, name: str, dtype: Dtype) -> pd.Series:
    try:
        if dtype == "time":
            return pd.Series(pd.DatetimeIndex(values).as_unit("us"))
        read: pd.Series = values.astype("Float64" if name == "value" else dtype)
    except (TypeError, ValueError):
        raise ConfigError(
            f"The column {name} holds something else than its kind says ({dtype}).",
            hint="Compare frames as they were calculated.",
        ) from None
    return read
