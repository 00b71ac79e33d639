"""Memory of a bulk with ``out=``: it must be flat, however many profiles there are.

Run it with ``python -m benchmarks.bulk_memory``; ``--share 2`` measures the whole million, which
takes some minutes. A server in a process of its own answers at once; half of the calls, then
all of them, each in a new process that asks for a list of identifiers and keeps ledger, journal
and cache. *Peak* is the most that process ever held, the interpreter, pandas and the identifiers
themselves included. What a million takes is the peak, and what it grows by for each further call.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.alone import Effort, main
from benchmarks.contenders import in_empty_folder
from benchmarks.profile_server import running
from benchmarks.row import Row, at_most, figure

MOST_MB = 600
MILLION = 1_000_000


def measure(effort: Effort) -> Iterator[Row]:
    """Run a plan of some calls and one of many."""
    count = effort.of(MILLION // 2)
    some = count // 2
    peaks = []
    growth = 0.0
    with running(latency=0) as server:
        for _ in range(effort.rounds(1)):
            less = in_empty_folder("ours", server.url, some)
            more = in_empty_folder("ours", server.url, count)
            growth = (more.peak_mb - less.peak_mb) / (count - some)
            peaks.append(more.peak_mb + growth * (MILLION - count))
    measured = "" if count == MILLION else f" (extrapolated from {count:,})"
    yield Row(
        f"memory of a bulk of {MILLION:,} calls{measured}",
        f"plan.run: {figure(more.peak_mb)} MB at {count:,}",
        "",
        at_most(MOST_MB, unit="MB"),
        tuple(peaks),
        note=f"{figure(less.peak_mb)} MB at {some:,}; before the first call {more.before_mb:.0f}; "
        f"{figure(growth * MILLION)} MB for a further million",
    )


if __name__ == "__main__":
    main(__doc__, measure)
