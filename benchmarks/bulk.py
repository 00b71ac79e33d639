"""Ten thousand profile calls to Parquet, against what one writes by hand.

Run it with ``python -m benchmarks.bulk``. A server in a process of its own answers each call after
20 ms. Ours writes ledger, journal and cache; the others (``benchmarks/bulk_by_hand.py``) only a
Parquet file. They take turns, each time in a new process and an empty folder; CPU is that of this
process, and times begin after the imports (``benchmarks/bulk_child.py``). Nobody is faster than
latency and connections allow; a note says how fast that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median

from benchmarks.alone import Effort, main
from benchmarks.bulk_by_hand import CONNECTIONS
from benchmarks.contenders import in_empty_folder
from benchmarks.profile_server import LATENCY, running
from benchmarks.row import Row, at_least, at_most, compared
from benchmarks.timing import in_turns

OURS = "plan.run"
#: How many times faster than each ours has to be; against one by one nothing was promised.
FASTER = {"requests + threads": 2.5, "requests-cache + threads": 8.0, "dlt": 3.0}
ONE_BY_ONE = 200


def measure(effort: Effort) -> Iterator[Row]:
    """Call the server for many profiles, each way."""
    count = effort.of(10_000)
    work = f"{count:,} profile calls at {LATENCY * 1000:.0f} ms to Parquet"
    with running() as server:
        ways = {
            name: partial(in_empty_folder, name, server.url, count)
            for name in ("ours", "aiohttp", *FASTER)
        }
        took = in_turns(ways, effort.rounds(3))
        loop = in_empty_folder("requests, one by one", server.url, min(count, ONE_BY_ONE))
    wall = {name: [one.wall for one in times] for name, times in took.items()}
    cpu = {name: [one.cpu for one in times] for name, times in took.items()}
    ours = (OURS, wall["ours"])
    least = count * LATENCY / CONNECTIONS
    yield compared(
        work, ours, ("aiohttp", wall["aiohttp"]), at_most(1.0, "its time"),
        note=f"latency alone takes {least:.2f} s on {CONNECTIONS} connections, whoever calls",
    )  # fmt: skip
    yield compared(
        f"{work}, CPU", (OURS, cpu["ours"]), ("aiohttp", cpu["aiohttp"]), at_most(0.7, "its CPU")
    )
    for name, target in FASTER.items():
        most = median(wall[name]) / least
        bound = f"against {name}, latency alone keeps everybody below {most:.1f} × here"
        note = bound if most < 1.2 * target else ""
        yield compared(work, ours, (name, wall[name]), at_least(target), note=note)
    scaled = [loop.wall * count / min(count, ONE_BY_ONE)] * len(ours[1])
    name = f"requests, one by one (from {ONE_BY_ONE})"
    yield compared(work, ours, (name, scaled), None)


if __name__ == "__main__":
    main(__doc__, measure)
