"""The process in which one contender works: ``python -m benchmarks.bulk_child NAME URL N FOLDER``.

It prints what that took. What is timed goes from the identifiers to Parquet: connecting, logging in
and closing included. Imports are not: a few calls before it, into another folder, leave nothing
to be loaded or compiled. The answers are checked afterwards, row by row.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq

import synerise_frames as sf
from benchmarks import bulk_by_hand
from benchmarks.profile_server import AGGREGATE, result_of

#: Calls that each process makes before those that count.
WARM_UP = 64
OUT = "out"
_FIRST = 1_000_000_000

Contender = Callable[[str, Sequence[str], Path], None]


@dataclass(frozen=True)
class Took:
    """What one contender needed.

    Seconds; memory of its process before it began (with identifiers and libraries), and the
    most that it ever held.
    """

    wall: float
    cpu: float
    before_mb: float
    peak_mb: float


def ours(url: str, profiles: Sequence[str], folder: Path) -> None:
    """Run a plan with ledger, journal and cache, all that a user gets without asking."""
    with sf.connect(host=url, api_key="benchmark-key", cache=folder / "cache") as ws:
        plan = ws.profiles(profiles).plan(aggregates=[AGGREGATE])
        plan.run(out=folder / OUT, progress=False).raise_if_failed()


CONTENDERS: dict[str, Contender] = {
    "ours": ours,
    "aiohttp": bulk_by_hand.aiohttp_tasks,
    "requests + threads": bulk_by_hand.threads,
    "requests-cache + threads": bulk_by_hand.requests_cache_threads,
    "dlt": bulk_by_hand.dlt_deferred,
    "requests, one by one": bulk_by_hand.session_loop,
    "requests-cache hits": bulk_by_hand.requests_cache_hits,
}


def identifiers(count: int, first: int = _FIRST) -> list[str]:
    """Give identifiers of profiles."""
    return [str(first + number) for number in range(count)]


def _memory(field: str) -> float:
    """Give megabytes of this process; what its parent held is not in it."""
    found = re.search(rf"{field}:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(contender: Contender, url: str, profiles: Sequence[str], folder: Path) -> Took:
    """Do the work once."""
    with tempfile.TemporaryDirectory() as elsewhere:
        contender(url, identifiers(WARM_UP, first=1), Path(elsewhere))
    before = _memory("VmRSS")
    wall, cpu = time.perf_counter(), _cpu()
    contender(url, profiles, folder)
    wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    return Took(wall, cpu, before, _memory("VmHWM"))


def check(profiles: Sequence[str], folder: Path) -> None:
    """Raise unless each profile has its own value, and all of them are good."""
    ledger = (folder / OUT).exists()
    table = pq.read_table(folder / OUT) if ledger else bulk_by_hand.read_back(folder)
    values = table["value" if ledger else "result"]
    found = dict(zip(table["profile"].to_pylist(), values.to_pylist(), strict=True))
    assert len(table) == len(profiles)
    assert found == {profile: result_of(int(profile)) for profile in profiles}
    assert set(table["status"].to_pylist()) == {"ok" if ledger else 200}


def main() -> None:
    """Measure one contender; print it as JSON."""
    name, url, count = sys.argv[1:4]
    profiles, folder = identifiers(int(count)), Path(sys.argv[4])
    took = measure(CONTENDERS[name], url, profiles, folder)
    check(profiles, folder)
    print(json.dumps(asdict(took)))


if __name__ == "__main__":
    main()
