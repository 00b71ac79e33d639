"""The long mode: ``python -m tests.hardening --answers 100000 --seed 7``.

With ``--requests``, it is the embedded workspace that gets generated requests.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from pathlib import Path

import synerise_frames as sf
from synerise_frames.sandbox.launch import launch
from tests.hardening.calls import record
from tests.hardening.fuzzing import Fuzz
from tests.hardening.requests_drawn import besiege
from tests.hardening.server import serving
from tests.hardening.shrinking import EACH


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hardening")
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=0, help="instead of answers")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--batch", type=int, default=0, help="number of the first batch")
    given = parser.parse_args()
    count, what = given.requests or given.answers, "requests" if given.requests else "answers"
    batches = range(given.batch, given.batch + math.ceil(count / EACH))
    print(f"seed {given.seed}, {len(batches) * EACH:,} {what} from batch {given.batch} on")
    started = time.monotonic()
    found = (_besieged if given.requests else _answered)(given.seed, batches)
    print(f"{time.monotonic() - started:.0f} s, {found} findings")
    return 1 if found else 0


def _answered(seed: int, batches: range) -> int:
    with sf.demo() as ws:
        recorded, ids = record(ws)
    with tempfile.TemporaryDirectory() as cache, serving() as server:
        fuzz = Fuzz(server, recorded, ids, Path(cache))
        tally, shown = fuzz.tally, 0
        for number in batches:
            for finding in fuzz.run(seed, [number]).findings[shown:]:
                print(finding, flush=True)
            shown = len(tally.findings)
            if number % 100 == 99:
                print(f"batch {number}: {tally.hows.total():,} answers", flush=True)
        fuzz.close()
    print(f"{tally.hows.total():,} answers:", dict(tally.hows.most_common()))
    print("ends:", dict(tally.ends.most_common()))
    return shown


def _besieged(seed: int, batches: range) -> int:
    with launch() as sandbox:
        siege = besiege(sandbox, seed)
        siege.run(batches)
    print(*siege.findings, sep="\n")
    print(f"{siege.statuses.total():,} statuses:", dict(siege.statuses.most_common()))
    return len(siege.findings)


if __name__ == "__main__":
    raise SystemExit(main())
