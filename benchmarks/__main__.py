"""All benchmarks, one after the other, and one table: ``make bench``.

Each runs in a process of its own: one that fails or hangs is a row that says so, and the others
go on. What is not met is told and is no failure; the exit code is 1 where something could not be
measured. ``--write`` puts the table into ``docs/benchmarks.md`` and its headlines into the README.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks import machine, page
from benchmarks.alone import add_effort
from benchmarks.row import Row, failure
from benchmarks.text import as_text

MODULES = (
    "imports",
    "cache",
    "readers",
    "bulk",
    "known",
    "bulk_store",
    "bulk_memory",
    "swarm",
    "authorities",
    "limits",
    "datasets",
    "sync",
)
ROOT = Path(__file__).parents[1]
#: Seconds after which a benchmark hangs, for all that anybody knows.
PATIENCE = 600.0


def rows_of(name: str, options: Sequence[str], patience: float = PATIENCE) -> list[Row]:
    """Run one benchmark to its end, and whatever it started; give its rows."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder, "rows.jsonl")
        command = [sys.executable, "-m", f"benchmarks.{name}", *options, "--into", str(into)]
        child = subprocess.Popen(
            command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        why = ""
        try:
            said = child.communicate(timeout=patience)[1]
            if child.returncode:
                why = said.strip().rpartition("\n")[2] or f"exit code {child.returncode}"
        except subprocess.TimeoutExpired:
            why = f"not done after {patience:.0f} s"
        finally:
            _end(child)
        lines = into.read_text(encoding="utf-8").splitlines() if into.exists() else []
    rows = [Row.from_json(line) for line in lines]
    if not rows and not why:
        why = "it measured nothing"
    return [*rows, failure(f"benchmarks.{name}", why)] if why else rows


def _end(child: subprocess.Popen[str]) -> None:
    """End a benchmark with its servers, which outlive it where it was killed."""
    # All of them are gone: the usual case.
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()


def run(names: Sequence[str], options: Sequence[str]) -> list[Row]:
    """Run benchmarks one after the other; say on stderr how far it is."""
    rows: list[Row] = []
    for number, name in enumerate(names, 1):
        start = time.monotonic()
        print(f"[{number}/{len(names)}] {name} …", end=" ", file=sys.stderr, flush=True)
        rows += rows_of(name, options)
        print(f"{time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and write it down where that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}")
    add_effort(parser)
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md and README")
    options = parser.parse_args(arguments)
    if options.write and (options.names or options.share != 1):
        parser.error("--write is for the whole: no names, no --share")
    load = os.getloadavg()[0]
    start = time.monotonic()
    passed_on = [f"--share={options.share}"]
    passed_on += [f"--pairs={options.pairs}"] if options.pairs else []
    rows = run(options.names or MODULES, passed_on)
    print(as_text(rows))
    print(f"{machine.described()}; load when it began {load:.1f}")
    took = time.monotonic() - start
    missed = sum(row.verdict == "not met" for row in rows)
    failed = sum(bool(row.failed) for row in rows)
    print(f"{len(rows)} rows in {took / 60:.1f} minutes: {missed} not met, {failed} failed")
    if failed:
        print("Something failed (see above): nothing was written.", file=sys.stderr)
        return 1
    if options.write:
        page.write(ROOT, rows, load=load, minutes=took / 60)
        print(f"Written: {page.PAGE}, and the figures of {page.README}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
