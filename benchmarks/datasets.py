"""Writing a data set against a bare write of the same table; reading it back.

``python -m benchmarks.datasets``
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

import synerise_frames as sf
from synerise_frames.export.tables import to_table
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading

ROWS = 1_000_000
PAIRS = 5


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


def seconds(work: Callable[[], object]) -> float:
    """Take the time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure side by side, and print."""
    frame = ledger(ROWS)
    table = to_table(frame, "ledger")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = []
        for number in range(PAIRS):
            bare = seconds(
                lambda n=number: pq.write_table(  # type: ignore[misc]
                    table, folder / f"{n}.parquet", compression="zstd", coerce_timestamps="us"
                )
            )
            ours = seconds(lambda n=number: sf.write_dataset(frame, folder / f"set-{n}"))
            pairs.append((bare, ours))
        ratio = statistics.median(bare / ours for bare, ours in pairs)
        bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"write {ROWS:,} ledger rows: bare {bare:.2f} s, data set {ours:.2f} s")
        print(f"  {ratio:.2f} x of a bare write (target 0.8)")
        parted = seconds(
            lambda: sf.write_dataset(frame, folder / "parted", ["name", "fetched_at:day"])
        )
        print(f"  by name and day: {parted:.2f} s")
        plain = seconds(lambda: pd.read_parquet(folder / "set-0" / "part-0.parquet"))
        read = seconds(lambda: sf.read_dataset(folder / "set-0"))
        print(f"read it, checksums included: {read:.2f} s, pd.read_parquet {plain:.2f} s")


if __name__ == "__main__":
    main()
