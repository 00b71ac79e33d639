"""Reports: metrics by any number of dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from synerise_frames.frames.bulk import flat_rows
from synerise_frames.frames.find import CHILDREN, at, is_box, names_of, pick
from synerise_frames.frames.flatten import locate
from synerise_frames.frames.load import Payload
from synerise_frames.frames.melt import Table, melt, roles
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import hold_rest
from synerise_frames.frames.skim import Skimmed
from synerise_frames.frames.tables import read_table
from synerise_frames.frames.trees import is_tree
from synerise_frames.periods import Zone
from synerise_frames.schema.drift import Reading

_BOX = ("data", "rows", "report", "results", "result", "items")


def report(
    payload: Payload,
    tz: Zone = None,  # noqa: ARG001
    strict: bool = False,
    *,
    metrics: Sequence[str] | None = None,
    dimensions: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Read the answer of ``reports.calculate``, ``…_override`` or ``reports.preview``.

    Fields that hold numbers are metrics, all others are dimensions; `metrics` and `dimensions`
    say otherwise. A field that is null in every row is a metric if it stands behind a field
    with numbers, and a dimension if not. If no field holds numbers, the last fields whose
    texts are all numbers are metrics. A null dimension is a group of its own: ``<NA>``.

    Nested objects give names with dots. Of a tree the leaves are rows, with the dimensions
    ``level_1``, ``level_2`` … (or `dimensions`, in order); values of the nodes above them are
    totals of the same numbers, so they are in ``attrs["extra"]["subtotals"]``.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: ``{"data": [{"country": "PL", "Revenue": 1200.5}]}``.
    tz : str or tzinfo, optional
        Not used: times in a report are dimensions, as sent.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.
    metrics, dimensions : sequence of str, optional
        Names of fields that are known to be one or the other; a name that no field has is warned
        of. Of a report without rows only `dimensions` tells which columns it would have.

    Returns
    -------
    DataFrame
        row (``Int64``, position of the row in the answer), a ``string`` column for each
        dimension, metric (``string``), value (``Float64``): one row for each row and metric,
        in the order of the answer. A row without any metric has a missing one.

    Raises
    ------
    ShapeError
        If the payload is no report.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.report({"data": [{"country": "PL", "Revenue": 1200.5, "Orders": 3},
    ...                            {"country": None, "Revenue": 40.0, "Orders": 1}]})
       row country   metric   value
    0    0      PL  Revenue  1200.5
    1    0      PL   Orders     3.0
    2    1    <NA>  Revenue    40.0
    3    1    <NA>   Orders     1.0
    """
    known = names_of(metrics), names_of(dimensions)

    def reader(reading: Reading, data: Any) -> pd.DataFrame:
        return melt(reading, _table(reading, data, *known), *known)

    def quick(reading: Reading, skimmed: Skimmed) -> pd.DataFrame | None:
        table = _all_rows(reading, skimmed)
        groups = [] if table is None else roles(table, *known)[0]
        if table is None or any(table.types[name] == {float} for name in groups):
            # A number as a dimension is shown as it was sent: 2024, not 2024.0.
            return None
        return melt(reading, table, *known)

    return read("report", payload, strict, reader, quick)


def _table(reading: Reading, data: Any, metrics: Sequence[str], dimensions: Sequence[str]) -> Table:
    box, path = _box(reading, data)
    return read_table(reading, box, path, metrics, dimensions)


def _box(reading: Reading, data: Any) -> tuple[Any, str]:
    """Give the box of rows and its path; the answer itself where that is one of them."""
    if isinstance(data, dict) and (is_tree(data) or _is_split(data)):
        return data, "$"
    box, path, around, key = locate(reading, data, _BOX)
    if isinstance(data, dict) and isinstance(box, list) and box and _is_header(around, key, box):
        return data, "$"
    hold_rest(reading, around, {key})
    return box, path


def _all_rows(reading: Reading, skimmed: Skimmed) -> Table | None:
    """Read flat rows, which nearly all reports are, at once."""
    box, path = _box(reading, skimmed.data)
    rows = flat_rows(skimmed) if box is skimmed.rows else None
    if rows is None:
        return None
    columns = {name: rows[name].combine_chunks() for name in rows.column_names}
    return Table(columns, len(rows), path=lambda row: at(path, row))


def _is_split(data: Mapping[str, Any]) -> bool:
    """Tell a report that is in two lists: groups, and values."""
    if pick(data, ("data", "report"), is_box) is not None:
        return False
    return pick(data, ("groups", "dimensions", "keys"), is_box) is not None and (
        pick(data, ("values", "metrics", "measures"), is_box) is not None
    )


def _is_header(around: Mapping[str, Any], key: str | None, box: Sequence[Any]) -> bool:
    """Tell whether names of columns stand beside rows that are plain lists."""
    if not all(isinstance(row, list) for row in box):
        return False
    others = {k: v for k, v in around.items() if k != key and k not in CHILDREN}
    return pick(others, ("columns", "headers", "header", "fields", "names"), is_box) is not None
