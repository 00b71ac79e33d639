"""Writing a data set against a bare write of the same table, and reading it back.

Run it with ``python -m benchmarks.datasets``. The bare write is pyarrow's, of an Arrow table that
was made before its time is taken; ours starts at the DataFrame, and leaves manifest and checksums.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import synerise_frames as sf
from benchmarks.alone import Effort, main
from benchmarks.row import Row, at_least, compared
from benchmarks.timing import in_turns, seconds
from synerise_frames.export.tables import to_table
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading


def ledger(rows: int) -> pd.DataFrame:
    """Make a ledger such as a bulk run leaves."""
    chance = np.random.default_rng(1)
    values = chance.gamma(2.0, 30.0, rows).round(2)
    names = ["Baskets", "Spend", "Average basket"]
    columns = {
        "profile": [str(n // 3) for n in range(rows)],
        "kind": ["aggregate"] * rows,
        "analysis_id": [f"00000000-0000-0000-0000-00000000000{n % 3}" for n in range(rows)],
        "name": [names[n % 3] for n in range(rows)],
        "result": [str(v) for v in values],
        "value": values.tolist(),
        "result_type": ["number"] * rows,
        "status": ["ok"] * rows,
        "http_status": [200] * rows,
        "attempts": [1] * rows,
        "source": ["live"] * rows,
        "fetched_at": pd.date_range("2017-12-31", periods=rows, freq="ms", tz="UTC"),
    }
    return build(Reading("ledger"), columns, tz="America/New_York")


def bare_write(table: pa.Table, path: Path) -> float:
    """Write what pyarrow has."""
    return seconds(lambda: pq.write_table(table, path, compression="zstd", coerce_timestamps="us"))


def measure(effort: Effort) -> Iterator[Row]:
    """Write and read, both ways."""
    rows, rounds = effort.of(1_000_000), effort.rounds(5)
    frame = ledger(rows)
    table = to_table(frame, "ledger")
    with tempfile.TemporaryDirectory() as name:
        folder, numbers = Path(name), count()
        bare, ours = in_turns(
            {
                "bare": lambda: bare_write(table, folder / f"{next(numbers)}.parquet"),
                "ours": lambda: seconds(
                    lambda: sf.write_dataset(frame, folder / f"set-{next(numbers)}")
                ),
            },
            rounds,
        ).values()
        yield compared(
            f"{rows:,} ledger rows to a data set",
            ("write_dataset", ours), ("pyarrow write_table", bare), at_least(0.8, "its pace"),
        )  # fmt: skip
        kept = next(folder.glob("set-*"))
        read, plain = in_turns(
            {
                "ours": lambda: seconds(lambda: sf.read_dataset(kept)),
                "pandas": lambda: seconds(lambda: pd.read_parquet(kept / "part-0.parquet")),
            },
            rounds,
        ).values()
        yield compared(
            f"{rows:,} ledger rows back, checksums proved",
            ("read_dataset", read), ("pandas read_parquet", plain), None,
        )  # fmt: skip


if __name__ == "__main__":
    main(__doc__, measure)
