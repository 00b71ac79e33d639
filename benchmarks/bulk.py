"""Ten thousand profile calls to Parquet, against what one writes by hand, and calls known already.

Run it with ``python -m benchmarks.bulk``; it needs the extras ``bench`` and ``dev`` and takes some
minutes. A server in a process of its own answers each call after 20 ms. Ours writes ledger, journal
and cache; the others (``benchmarks/bulk_by_hand.py``) only a Parquet file. They take turns,
each time in a new process and an empty folder; CPU and memory are those of that process. Times
are medians, and begin after the imports (``benchmarks/bulk_child.py``). Nobody is faster than
latency and connections allow; that is the first line, to be seen with the ratios.

Limits, the store, readers and the cache have their own: ``benchmarks.limits``, ``.bulk_store``,
``.readers``, ``.cache``; flat memory is ``benchmarks.bulk_memory``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from statistics import median

import pandas as pd

from benchmarks.bulk_by_hand import CONNECTIONS
from benchmarks.bulk_child import OUT, WARM_UP, Took
from benchmarks.profile_server import LATENCY, Server, running
from benchmarks.swarm import handshakes

#: How many times faster than each ours has to be.
FASTER = {"requests + threads": 2.5, "requests-cache + threads": 8.0, "dlt": 3.0}
WALL, CPU = 1.0, 0.7
ONE_BY_ONE = 300
HITS = 5_000
KNOWN_FASTER = 50.0
IMPORT = 1.15


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    work: str
    who: str
    wall_s: float | None
    cpu_s: float | None
    peak_mb: float | None = None
    ratio: float | None = None
    target: str = ""
    met: bool | None = None


def child(name: str, url: str, count: int, folder: Path) -> Took:
    """Let one contender work in a new process."""
    command = [sys.executable, "-m", "benchmarks.bulk_child", name, url, str(count), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr}")
    return Took(**json.loads(done.stdout.splitlines()[-1]))


def in_turns(server: Server, names: list[str], count: int, rounds: int) -> dict[str, Took]:
    """Let all contenders work, round after round; give the medians."""
    took: dict[str, list[Took]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, times in took.items():
            with tempfile.TemporaryDirectory() as folder:
                times.append(child(name, server.url, count, Path(folder)))
    return {name: _medians(times) for name, times in took.items()}


def _medians(times: list[Took]) -> Took:
    return Took(*(median(column) for column in zip(*map(astuple, times), strict=True)))


def calls(count: int, rounds: int) -> Iterator[Row]:
    """Call the server for many profiles, each way."""
    work = f"{count:,} calls, {LATENCY * 1000:.0f} ms"
    with running() as server:
        took = in_turns(server, ["ours", "aiohttp", *FASTER], count, rounds)
        one_by_one = in_turns(server, ["requests, one by one"], ONE_BY_ONE, 1)
    least = count * LATENCY / CONNECTIONS
    yield Row(work, f"least possible on {CONNECTIONS} connections", least, None)
    ours = took.pop("ours")
    yield Row(work, "ours", *_figures(ours))
    hand = took.pop("aiohttp")
    wall, cpu = ours.wall / hand.wall, ours.cpu / hand.cpu
    yield Row(work, "aiohttp, wall", *_figures(hand), wall, f"<= {WALL} of it", wall <= WALL)
    yield Row(work, "aiohttp, CPU", *_figures(hand), cpu, f"<= {CPU} of it", cpu <= CPU)
    for name, theirs in took.items():
        yield _faster(work, name, ours, theirs, FASTER[name])
    loop = _scaled(one_by_one["requests, one by one"], count / ONE_BY_ONE)
    name = f"requests, one by one (from {ONE_BY_ONE})"
    yield Row(work, name, *_figures(loop), loop.wall / ours.wall)


def known(count: int, rounds: int) -> Iterator[Row]:
    """Ask again for what was answered before."""
    ours, hits = [], []
    with (
        running(latency=0) as server,
        tempfile.TemporaryDirectory() as kept,
        tempfile.TemporaryDirectory() as cached,
    ):
        child("ours", server.url, count, Path(kept))
        child("requests-cache + threads", server.url, HITS, Path(cached))
        before = server.counts().calls
        for _ in range(rounds):
            # The cache stays; the run begins with an empty folder.
            shutil.rmtree(Path(kept) / OUT)
            ours.append(child("ours", server.url, count, Path(kept)))
            hits.append(child("requests-cache hits", server.url, HITS, Path(cached)))
        sent = server.counts().calls - before - 2 * rounds * WARM_UP
    work = f"{count:,} known calls again"
    again, theirs = _medians(ours), _scaled(_medians(hits), count / HITS)
    yield Row(work, "ours", *_figures(again))
    yield _faster(work, f"requests-cache hits (from {HITS:,})", again, theirs, KNOWN_FASTER)
    yield Row(work, "calls sent", None, None, None, float(sent), "0", sent == 0)


def imports(rounds: int) -> Iterator[Row]:
    """Import the library, and pandas, both compiled, as installed packages are."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    took: dict[str, list[tuple[float, float]]] = {"synerise_frames": [], "pandas": []}
    for _ in range(rounds + 1):
        for name, times in took.items():
            code = (
                f"import time; w, c = time.perf_counter(), time.process_time(); import {name};"
                "print(time.perf_counter() - w, time.process_time() - c)"
            )
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
            )
            wall, cpu = map(float, done.stdout.split())
            times.append((wall, cpu))
    ours, theirs = (
        # The first of each may have compiled.
        (median(wall for wall, _ in times[1:]), median(cpu for _, cpu in times[1:]))
        for times in took.values()
    )
    ratio = ours[0] / theirs[0]
    yield Row("import", "ours", *ours)
    yield Row("import", "pandas", *theirs, None, ratio, f"<= {IMPORT} of it", ratio <= IMPORT)


def authorities(rounds: int) -> Iterator[Row]:
    """Open 64 TLS connections: what reading the authorities costs."""
    _, ours, theirs, _, _ = handshakes(rounds)
    work = "64 TLS connections: authorities"
    yield Row(work, "ours", None, ours)
    more = ours - theirs
    yield Row(work, "one reading", None, theirs, None, more, "<= 0.1 s more", more <= 0.1)


def _faster(work: str, name: str, ours: Took, theirs: Took, target: float) -> Row:
    ratio = theirs.wall / ours.wall
    return Row(work, name, *_figures(theirs), ratio, f">= {target:g} x faster", ratio >= target)


def _scaled(took: Took, factor: float) -> Took:
    return replace(took, wall=took.wall * factor, cpu=took.cpu * factor)


def _figures(took: Took) -> tuple[float, float, float]:
    return took.wall, took.cpu, took.peak_mb


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--known", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    parts = (
        calls(options.calls, options.rounds),
        known(options.known, options.rounds),
        imports(2 * options.rounds + 1),
        authorities(options.rounds),
    )
    rows: list[Row] = []
    try:
        for part in parts:
            rows.extend(part)
    finally:
        # What was measured is told, also when something fails after minutes.
        table = pd.DataFrame(rows, columns=[field.name for field in fields(Row)])
        table["met"] = table["met"].map({True: "yes", False: "NO"})
        print(table.to_string(index=False, float_format="{:.3f}".format, na_rep=""))
    print(f"{os.cpu_count()} cores, load when it began {load:.1f}: other work falsifies wall times")


if __name__ == "__main__":
    main()
