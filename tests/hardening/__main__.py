"""The long mode: ``python -m tests.hardening --answers 100000 --seed 7``.

With ``--requests``, it is the embedded workspace that gets generated requests.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import synerise_frames as sf
from synerise_frames.sandbox.launch import launch
from tests.hardening.calls import record
from tests.hardening.fuzzing import Fuzz
from tests.hardening.requests_drawn import besiege
from tests.hardening.server import serving


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hardening")
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=0, help="instead of answers")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--first", type=int, default=0, help="number of the first answer")
    parser.add_argument("--most", type=int, default=20, help="findings that are shown")
    given = parser.parse_args()
    if given.requests:
        return _besieged(given.seed, given.first, given.requests, given.most)
    print(f"seed {given.seed}, {given.answers:,} answers from number {given.first} on", flush=True)
    with sf.demo() as ws:
        recorded, ids = record(ws)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as cache, serving() as server:
        fuzz = Fuzz(server, recorded, ids, Path(cache))
        shown = 0
        for start in range(given.first, given.first + given.answers, 1000):
            end = min(start + 1000, given.first + given.answers)
            tally = fuzz.run(given.seed, range(start, end))
            for finding in tally.findings[shown : given.most]:
                print(finding, flush=True)
            shown = len(tally.findings)
            if end % 10_000 == 0:
                seconds = time.monotonic() - started
                print(f"{end:,} answers, {seconds:.0f} s, {shown} findings", flush=True)
        fuzz.close()
    print(f"{time.monotonic() - started:.0f} s")
    print("answers:", dict(tally.hows.most_common()))
    print("ends:", dict(tally.ends.most_common()))
    print(f"{len(tally.findings)} findings")
    return 1 if tally.findings else 0


def _besieged(seed: int, first: int, count: int, most: int) -> int:
    print(f"seed {seed}, {count:,} requests from number {first} on", flush=True)
    with launch() as sandbox:
        siege = besiege(sandbox, seed)
        siege.run(range(first, first + count))
    for finding in siege.findings[:most]:
        print(finding)
    print("statuses:", dict(siege.statuses.most_common()))
    print(f"{len(siege.findings)} findings")
    return 1 if siege.findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
