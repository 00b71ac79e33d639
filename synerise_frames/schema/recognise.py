"""Which kind of frame is this? By its ``attrs``, or by its columns."""

from __future__ import annotations

import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.schema.tables import TABLES

# They keep the columns that say what their rows are about: those of a sankey, say.
_OF_TWO = {"comparison", "changes"}


def recognise(df: pd.DataFrame) -> str:
    """Give the kind of a frame.

    Merges and pivots lose ``attrs``; then the columns tell. Kinds with the same columns
    cannot be told apart so: a histogram is taken for a trend, an expression for an
    aggregate.

    Raises
    ------
    ConfigError
        If neither tells.
    """
    noted = df.attrs.get("kind")
    if isinstance(noted, str) and noted in TABLES:
        return noted
    present = set(df.columns)
    complete = {
        kind: len(columns)
        for kind, columns in TABLES.items()
        if present.issuperset(c.name for c in columns)
    }
    if not complete:
        raise ConfigError(
            "This frame does not say what kind it is, and its columns are those of none.",
            hint="Say so: df.attrs['kind'] = 'trend', or one of "
            f"{', '.join(k for k in TABLES if k != 'trend')}. sf.schema.describe(kind) shows "
            "the columns it needs.",
        )
    return max(complete, key=lambda kind: (kind in _OF_TWO, complete[kind]))


def dimensions(report: pd.DataFrame) -> tuple[str, ...]:
    """Give the dimensions of a report: what stands between its row number and its metric."""
    names = list(report.columns)
    return tuple(names[names.index("row") + 1 : names.index("metric")])
