"""The documentation page of all columns, made from the one table of them.

``python -m synerise_frames.schema.page docs/columns.md`` writes it anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

from synerise_frames.schema.arrow import arrow_type
from synerise_frames.schema.columns import Column
from synerise_frames.schema.tables import SCHEMA_VERSION, TABLES

_HEAD = f"""\
# Columns

Every frame has the columns of its kind, in this order and with these dtypes, for 0, 1 and n
rows. `sf.schema.describe(kind)` shows the same table, `sf.schema.arrow(kind)` is the Arrow
schema that Parquet files get. Schema version {SCHEMA_VERSION}.

* Missing is `pd.NA` (`NaT` for times). Ids are text. `time` is `datetime64[us, tz]` in the
  zone of the workspace.
* What an answer has beyond these columns comes behind them, under its own name: numbers,
  texts and flags as columns, lists and objects in `df.attrs["extra"]`. `sf.schema.drift()`
  counts what was not expected; `strict=True` raises a `ShapeError` with its JSON path.
* What a declared dtype cannot hold exactly is beside it as text: `value_raw` has numbers that
  were sent as text and whole numbers too large for a float, `bucket_start_raw` times without
  a zone where none was given. Of keys that an object has twice the last one counts; the
  others become `name_1`, `name_2` (if the reader was given text: parsed JSON has lost them).
  `NaN` is missing, `Infinity` is itself. Half of a surrogate pair is escaped (`\\ud83d`).
* An empty answer gives an empty frame, and counts as drift.

This page is generated: `python -m synerise_frames.schema.page docs/columns.md`.
"""

_NOTES = {
    "report": "One `string` column for each dimension stands behind `row`, under its own name.",
    "comparison": "`df.synerise.compare(baseline)` makes it. What a row is about stands before "
    "these columns, under the names that it has in the frames compared; for buckets of time "
    "also `position` (`Int64`, from 0), `bucket_start`, `baseline_start` and `is_partial`. "
    "A dimension that has the name of one of these columns is `<name>_dimension`. For buckets, "
    '`attrs["aligned_by"]` says whether positions count from the start of the `window`, or, '
    "where a frame does not say its window, from the `first bucket present`; "
    '`attrs["uneven"]` has the positions of pairs of different length, `attrs["cut"]` those of '
    "all buckets that a window cuts, on either side or both.",
    "changes": "`sf.compare(old, new)` makes it. What a row is about stands before these columns, "
    "under the names that it has in the frames compared; for buckets of time also "
    "`bucket_start`, `bucket_end` and `was_partial`; `old_result` and `new_result` (text) come "
    "behind them where the kind has results. "
    "A dimension that has the name of one of these columns is `<name>_dimension`.",
}


def page() -> str:
    """Give the page as Markdown; kinds with the same columns share a table."""
    kinds: dict[tuple[Column, ...], list[str]] = {}
    for kind, columns in TABLES.items():
        kinds.setdefault(columns, []).append(kind)
    return "\n".join([_HEAD, *(_section(names, columns) for columns, names in kinds.items())])


def _section(kinds: list[str], columns: tuple[Column, ...]) -> str:
    rows = [
        (
            f"`{column.name}`",
            column.dtype,
            str(arrow_type(column)).replace("tz=UTC", "tz"),
            "" if column.nullable else "never missing",
            column.unit,
            column.meaning,
        )
        for column in columns
    ]
    header = ("column", "dtype", "Arrow", "", "unit", "meaning")
    lines = [header, tuple("---" for _ in header), *rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    notes = "".join(f"\n{_NOTES[kind]}\n" for kind in kinds if kind in _NOTES)
    return f"## {', '.join(kinds)}\n\n{table}\n{notes}"


def main() -> None:
    """Write the page to the file that is named."""
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
