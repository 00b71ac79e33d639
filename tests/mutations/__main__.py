"""Remove one safeguard after the other, and see that a test notices: ``make mutations``.

Works on copies of the checkout, two at a time; takes about half an hour. Words choose the
safeguards to try that hold one of them; ``--table NAME``, ``--workers N``.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.mutations.mutations import ROOT, Mutation, all_mutations

_COPIED = ("synerise_frames", "tests", "conftest.py", "pyproject.toml")
# Longer than any of these tests takes: what hangs without its safeguard was noticed.
_PATIENCE = 300.0
_HANGS = "it hangs"
# What is not even imported is no safeguard that a test misses.
_NO_TEST = "no test could run"


@dataclass(frozen=True)
class Outcome:
    """What came of a mutation: the test that noticed, or nothing."""

    mutation: Mutation
    noticed: str
    seconds: float


def copied(place: Path) -> Path:
    """Copy what is mutated and tested; the rest is linked."""
    place.mkdir()
    for one in ROOT.iterdir():
        if one.name in _COPIED:
            copy = shutil.copytree if one.is_dir() else shutil.copy2
            copy(one, place / one.name)
        elif not one.name.startswith("."):
            (place / one.name).symlink_to(one)
    return place


def run_tests(root: Path, tests: tuple[str, ...], patience: float = _PATIENCE) -> str:
    """Run tests in a copy; give the first that fails, or nothing."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    env = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    env["MPLBACKEND"] = "Agg"
    try:
        done = subprocess.run(
            [*command, *tests], cwd=root, env=env, capture_output=True, text=True,
            timeout=patience, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _HANGS
    if done.returncode == 0:
        return ""
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" - ")[0].partition(" ")[2] if failed else _NO_TEST


def tried(mutation: Mutation, copies: queue.Queue[Path]) -> Outcome:
    """Try one mutation in a copy that is free."""
    began, root = time.monotonic(), copies.get()
    path = mutation.path(root)
    source = path.read_text()
    try:
        path.write_text(mutation.mutated(source))
        noticed = run_tests(root, mutation.tests)
    finally:
        path.write_text(source)
        copies.put(root)
    return Outcome(mutation, noticed, time.monotonic() - began)


def failing_anyway(outcomes: Sequence[Outcome], root: Path) -> str:
    """Run what noticed with all safeguards in place: a test that always fails notices nothing."""
    proofs = {one.noticed for one in outcomes if one.noticed.startswith("tests/")}
    broken = run_tests(root, tuple(sorted(proofs)), 10 * _PATIENCE) if proofs else ""
    # Tests that only take long have noticed nothing either.
    for tests in {one.mutation.tests for one in outcomes if one.noticed == _HANGS}:
        broken = broken or run_tests(root, tests)
    return broken


def told(outcome: Outcome) -> str:
    """Give a line a mutation."""
    verdict = outcome.noticed or "NOBODY NOTICED"
    return f"{outcome.seconds:6.1f} s  {outcome.mutation.safeguard}\n          {verdict}"


def main() -> int:
    """Try all; 1 if a safeguard can go without a test that notices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--table")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    # In the background of a shell Ctrl-C is switched off, for the tests too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    wanted = [
        one
        for one in all_mutations()
        if given.table in (None, one.table)
        and (not given.words or any(word in one.safeguard for word in given.words))
    ]
    with tempfile.TemporaryDirectory() as folder:
        copies: queue.Queue[Path] = queue.Queue()
        for number in range(given.workers):
            copies.put(copied(Path(folder, str(number))))
        with ThreadPoolExecutor(given.workers) as pool:
            outcomes = []
            for outcome in pool.map(lambda one: tried(one, copies), wanted):
                outcomes.append(outcome)
                print(told(outcome), flush=True)
        broken = failing_anyway(outcomes, copies.get())
    survived = [one for one in outcomes if one.noticed in ("", _NO_TEST)]
    print(f"{len(outcomes)} safeguards removed, {len(survived)} of them unnoticed.")
    for one in survived:
        print(f"  {one.mutation.table}: {one.mutation.safeguard}")
    if broken:
        print(f"With all safeguards in place a test fails too: {broken}")
    return 1 if survived or broken or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
