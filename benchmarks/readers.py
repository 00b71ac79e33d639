"""Readers against hand-written ``json.loads`` and ``pd.json_normalize``, side by side.

Run it with ``python -m benchmarks.readers`` (``--repeat 9`` for calmer numbers, ``--big`` for a
report of 100 MB). Every reader starts at the same bytes. It is measured against two ways:

*normalize*
    ``json.loads`` and ``pd.json_normalize`` in its best form for the layout, and nothing more:
    no series names, times as text, object columns.
*same table*
    the same, and then pandas by hand until the columns that the reader gives are there, with
    their dtypes: long form, times in the zone, names joined.

Times are medians of runs that take turns; memory is the peak of resident memory above what was
there before, each in a process of its own.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import answers
from benchmarks.by_hand import (
    histogram_by_hand,
    listing_by_hand,
    profile_list_by_hand,
    profiles_by_hand,
    report_by_hand,
    trend_by_hand,
)
from synerise_frames import frames
from synerise_frames.frames.profile_values import all_answers
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading

TZ = answers.TZ


@dataclass(frozen=True)
class Case:
    """One answer, our reader of it, and the same by hand."""

    name: str
    make: Callable[[], Any]
    ours: Callable[[Any], pd.DataFrame]
    #: Called with ``same=False`` for json_normalize alone, with ``same=True`` for all of it.
    by_hand: Callable[..., pd.DataFrame]
    target: float | None = None


def _profiles(bodies: list[bytes]) -> pd.DataFrame:
    """Collect columns as a bulk run does, and build one frame."""
    return build(Reading("aggregate"), all_answers("aggregate", bodies))


CASES = [
    Case("report 100,000 rows", answers.report, frames.report, report_by_hand, 5.0),
    *(
        Case(
            f"trend 365 x 50 {layout}",
            lambda layout=layout: answers.trend(layout),  # type: ignore[misc]
            lambda body: frames.trend(body, tz=TZ),
            lambda body, same, layout=layout: trend_by_hand(body, layout, TZ, same=same),  # type: ignore[misc]
            5.0,
        )
        for layout in ("aligned", "objects", "mapping")
    ),
    Case(
        "histogram 365 x 50 by series",
        answers.histogram,
        lambda body: frames.histogram(body, tz=TZ),
        lambda body, same: histogram_by_hand(body, TZ, same=same),
    ),
    Case(
        "listing 10,000 rows",
        answers.listing,
        lambda body: frames.listing(body, tz=TZ, kind="report"),
        lambda body, same: listing_by_hand(body, TZ, same=same),
    ),
    Case(
        "50,000 answers, one list",
        answers.profile_list,
        frames.aggregate,
        profile_list_by_hand,
    ),
    Case("50,000 answers, a body each", answers.profile_answers, _profiles, profiles_by_hand),
]
BIG = Case(
    "report of 100 MB",
    lambda: answers.report(1_530_000),
    frames.report,
    report_by_hand,
    5.0,
)


@dataclass(frozen=True)
class Result:
    """What was measured for one case: milliseconds, and megabytes of memory."""

    case: Case
    rows: int
    ours: float
    normalize: float
    same: float
    memory: dict[str, float]

    def cells(self) -> list[str]:
        """Give the case as a row of the table."""
        ratio, full = self.normalize / self.ours, self.same / self.ours
        memory = self.memory["ours"] / max(self.memory["normalize"], 0.1)
        target = "" if self.case.target is None else f"{self.case.target:.0f} x"
        met = ""
        if self.case.target is not None:
            speed = (
                "yes"
                if ratio >= self.case.target
                else ("same table" if full >= self.case.target else "no")
            )
            met = f"{speed}, memory {'yes' if memory <= 1 else 'no'}"
        return [
            self.case.name,
            f"{self.rows:,}",
            f"{self.ours:.1f}",
            f"{self.normalize:.1f}",
            f"{self.same:.1f}",
            f"{ratio:.1f} x",
            f"{full:.1f} x",
            f"{self.memory['ours']:.0f}",
            f"{memory:.2f}",
            target,
            met,
        ]


HEADER = [
    "case",
    "rows",
    "ours ms",
    "normalize ms",
    "same table ms",
    "ratio",
    "ratio same",
    "ours MB",
    "memory",
    "target",
    "met",
]


def measure(case: Case, repeat: int = 5) -> Result:
    """Measure one case; the three ways take turns."""
    body = case.make()
    ways: dict[str, Callable[[], pd.DataFrame]] = {
        "ours": lambda: case.ours(body),
        "normalize": lambda: case.by_hand(body, same=False),
        "same": lambda: case.by_hand(body, same=True),
    }
    rows = len(ways["ours"]())
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeat):
        for name, way in ways.items():
            taken[name].append(_milliseconds(way))
    middle = {name: statistics.median(values) for name, values in taken.items()}
    memory = {way: _memory(case, way) for way in ("ours", "normalize")}
    return Result(case, rows, middle["ours"], middle["normalize"], middle["same"], memory)


def _milliseconds(way: Callable[[], pd.DataFrame]) -> float:
    """Give the mean time of as many runs as fit a tenth of a second, and at least one."""
    gc.collect()
    runs, begin = 0, time.perf_counter()
    while runs == 0 or time.perf_counter() - begin < 0.1:
        way()
        runs += 1
    return (time.perf_counter() - begin) * 1_000 / runs


def _memory(case: Case, way: str) -> float:
    """Give the peak of memory of one way in megabytes, measured in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "answer")
        body = case.make()
        single = isinstance(body, bytes)
        path.write_bytes(body if single else b"\n".join(body))
        command = [sys.executable, "-m", "benchmarks.readers", "--child", case.name, way, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _child(name: str, way: str, path: str) -> float:
    case = next(case for case in (*CASES, BIG) if case.name == name)
    content = Path(path).read_bytes()
    body: Any = content.split(b"\n") if "a body each" in name else content
    # Imports and first uses of pandas cost memory that is no part of the reading.
    frames.trend(answers.trend("aligned", 2, 2), tz=TZ)
    report_by_hand(answers.report(2), same=True)
    before = _status("VmRSS")
    case.ours(body) if way == "ours" else case.by_hand(body, same=False)
    return (_status("VmHWM") - before) / 1_024


def _status(field: str) -> float:
    """Read kilobytes from Linux; ``ru_maxrss`` would count the parent's memory too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(field)))


def table(results: list[Result]) -> str:
    """Give the results as aligned text."""
    rows = [HEADER, *(result.cells() for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if i in (0, len(HEADER) - 1) else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure all cases and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--big", action="store_true", help="a report of 100 MB, nothing else")
    parser.add_argument("--only", default="", help="only cases with this text in the name")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(_child(*options.child))
        return
    cases = [BIG] if options.big else [c for c in CASES if options.only in c.name]
    print(table([measure(case, 1 if options.big else options.repeat) for case in cases]))
    print(json.dumps({"python": sys.version.split()[0], "pandas": pd.__version__}))


if __name__ == "__main__":
    main()
