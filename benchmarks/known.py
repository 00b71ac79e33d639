"""A bulk whose answers are all known already, again, against hits of requests-cache.

Run it with ``python -m benchmarks.known``. Both sides fill what they keep once; then they take
turns, each time in a new process (``benchmarks/bulk_child.py``). The cache stays, and ours begins
with an empty folder for its ledger. Hits of requests-cache are extrapolated from some thousands.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.alone import Effort, main
from benchmarks.bulk_child import OUT, WARM_UP, Took
from benchmarks.contenders import child
from benchmarks.profile_server import running
from benchmarks.row import Row, at_least, compared, none_of
from benchmarks.timing import in_turns

HITS = 5_000


def measure(effort: Effort) -> Iterator[Row]:
    """Ask again for what was answered before."""
    count, some, rounds = effort.of(50_000), effort.of(HITS), effort.rounds(3)
    with (
        running(latency=0) as server,
        tempfile.TemporaryDirectory() as kept,
        tempfile.TemporaryDirectory() as cached,
    ):
        child("ours", server.url, count, Path(kept))
        child("requests-cache + threads", server.url, some, Path(cached))
        sent = []

        def again() -> Took:
            shutil.rmtree(Path(kept) / OUT)
            before = server.counts().calls
            took = child("ours", server.url, count, Path(kept))
            sent.append(server.counts().calls - before - WARM_UP)
            return took

        def hits() -> Took:
            return child("requests-cache hits", server.url, some, Path(cached))

        ours, theirs = in_turns({"ours": again, "hits": hits}, rounds).values()
    work = f"{count:,} known calls again"
    scaled = [one.wall * count / some for one in theirs]
    name = f"requests-cache hits (from {some:,})"
    yield compared(work, ("plan.run", [o.wall for o in ours]), (name, scaled), at_least(50.0))
    calls = tuple(map(float, sent))
    yield Row(f"{work}, calls sent", "plan.run", "", none_of("sent"), calls)


if __name__ == "__main__":
    main(__doc__, measure)
