"""Memory of a bulk with ``out=``: it must be flat, however many profiles there are.

Run it with ``python -m benchmarks.bulk_memory``. A server in a process of its own answers at once;
a tenth of the calls, then all of them, each in a new process that asks for a list of identifiers
and keeps ledger, journal and cache. *Peak* is the most that process ever held: the interpreter,
pandas and the identifiers themselves are in it, and are told apart as *before*.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.bulk import child
from benchmarks.profile_server import running

MOST_MB = 600
MILLION = 1_000_000


def measure(count: int) -> tuple[int, float, float, float, float, float]:
    """Run one plan; give calls, seconds, megabytes before and at most, and megabytes on disk."""
    with running(latency=0) as server, tempfile.TemporaryDirectory() as folder:
        took = child("ours", server.url, count, Path(folder))
        written = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    return count, took.wall, took.cpu, took.before_mb, took.peak_mb, written / 1e6


def main() -> None:
    """Print the table, and what is to be expected of a million."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=MILLION)
    calls = parser.parse_args().calls
    columns = ["calls", "wall_s", "cpu_s", "before_mb", "peak_mb", "written_mb"]
    table = pd.DataFrame([measure(calls // 10), measure(calls)], columns=columns)
    print(table.to_string(index=False, float_format="{:,.1f}".format))
    less, more = table["peak_mb"]
    slope = (more - less) / (calls - calls // 10)
    print(f"{slope * MILLION:,.0f} MB for each further million calls")
    if calls == MILLION:
        print(f"peak {more:,.0f} MB, target < {MOST_MB} MB: {'yes' if more < MOST_MB else 'NO'}")
        return
    expected = more + slope * (MILLION - calls)
    met = "yes" if expected < MOST_MB else "NO"
    print(f"extrapolated to a million: {expected:,.0f} MB, target < {MOST_MB} MB: {met}")


if __name__ == "__main__":
    main()
