"""The ledger: a row an input and analysis, as Arrow while it grows and as a frame in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa

from synerise_frames.bulk.asked import Analysis
from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.ids import Inputs
from synerise_frames.periods import Zone
from synerise_frames.schema import arrow
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading

#: Times are in UTC on disk: the zone is the workspace's, which the reader knows.
SCHEMA: pa.Schema = arrow("ledger")


def to_table(
    profiles: Sequence[str | None],
    asked: Sequence[Analysis],
    cells: Sequence[Cell],
    names: Mapping[str, str],
) -> pa.Table:
    """Put rows together.

    Parameters
    ----------
    profiles : sequence of str or None
        The inputs, in order.
    asked : sequence of Analysis
        What each was asked for.
    cells : sequence of Cell
        What became of it: those of the first input, in the order of `asked`, and so on.
    names : mapping
        Names of analyses by id, for cells that have none.
    """
    count = len(profiles)
    fields = dict(zip(Cell._fields, zip(*cells, strict=True), strict=True)) if cells else {}
    fallback = [names.get(one.id) for one in asked] * count
    if fields:
        fields["name"] = tuple(
            own or known for own, known in zip(fields["name"], fallback, strict=True)
        )
    columns = {
        "profile": [profile for profile in profiles for _ in asked],
        "kind": [one.kind for one in asked] * count,
        "analysis_id": [one.id for one in asked] * count,
        **fields,
    }
    arrays = [pa.array(columns.get(field.name, []), field.type) for field in SCHEMA]
    return pa.table(arrays, schema=SCHEMA)


def to_frame(table: pa.Table, tz: Zone) -> pd.DataFrame:
    """Give a ledger as a frame, times in the zone of the workspace."""
    table = table.combine_chunks()
    columns = {
        name: table[name].chunk(0) if table[name].num_chunks else pa.array([], table[name].type)
        for name in table.column_names
        if name != "fetched_at"
    }
    times = pd.DatetimeIndex(table["fetched_at"].to_pandas())
    return build(Reading("ledger"), {**columns, "fetched_at": times}, tz=tz)


def cells_of(table: pa.Table, start: int, count: int) -> list[Cell]:
    """Give the cells of some rows back."""
    rows = table.slice(start, count).select(Cell._fields)
    times = rows["fetched_at"].cast(pa.int64()).to_pylist()
    fields = [
        times if name == "fetched_at" else rows[name].to_pylist() for name in rows.column_names
    ]
    return [Cell(*values) for values in zip(*fields, strict=True)]


def inputs_of(table: pa.Table, width: int) -> Inputs:
    """Give the inputs back, of which each has `width` rows."""
    profiles = table["profile"].to_pylist()[::width]
    sent = zip(table["status"].to_pylist(), table["attempts"].to_pylist(), strict=True)
    told = [*zip(sent, table["error"].to_pylist(), strict=True)][::width]
    # Nothing was tried, but not for want of time: it was no identifier.
    reasons = {row: str(why) for row, (how, why) in enumerate(told) if how == ("invalid", 0)}
    return Inputs(profiles, reasons)
