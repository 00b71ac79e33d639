"""Readers against hand-written ``json.loads`` and ``pd.json_normalize``, side by side.

Run it with ``python -m benchmarks.readers`` (``--pairs 9`` for calmer figures). Every reader starts
at the same bytes. It is measured against two ways:

*json_normalize alone*
    ``json.loads`` and ``pd.json_normalize`` in its best form for the layout, and nothing more:
    no series names, times as text, object columns.
*json_normalize to the same columns*
    the same, and then pandas by hand until the columns that the reader gives are there, with
    their dtypes: long form, times in the zone, names joined.

Memory is the peak of resident memory above what was there before, each in a process of its own.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from benchmarks import alone, answers
from benchmarks.alone import Effort
from benchmarks.by_hand import (
    histogram_by_hand,
    listing_by_hand,
    profile_list_by_hand,
    profiles_by_hand,
    report_by_hand,
    trend_by_hand,
)
from benchmarks.row import Row, at_least, at_most, compared
from benchmarks.timing import in_turns
from synerise_frames import frames
from synerise_frames.frames.answers import printed_answers
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading

TZ = answers.TZ


@dataclass(frozen=True)
class Case:
    """One answer, our reader of it, and the same by hand."""

    name: str
    reader: str
    make: Callable[[], Any]
    ours: Callable[[Any], pd.DataFrame]
    #: Called with ``same=False`` for json_normalize alone, with ``same=True`` for all of it.
    by_hand: Callable[..., pd.DataFrame]
    promised: bool = True


def _profiles(bodies: list[bytes]) -> pd.DataFrame:
    """Collect columns as a bulk run does, and build one frame."""
    columns = printed_answers("aggregate", bodies)
    if columns is None:
        raise ValueError("these answers are not of the printed form")
    return build(Reading("aggregate"), columns)


CASES = [
    Case("report of 100,000 rows", "frames.report", answers.report, frames.report, report_by_hand),
    *(
        Case(
            f"trend of 365 x 50, {layout}",
            "frames.trend",
            partial(answers.trend, layout),
            partial(frames.trend, tz=TZ),
            partial(trend_by_hand, layout=layout, tz=TZ),
        )
        for layout in ("aligned", "objects", "mapping")
    ),
    Case(
        "50,000 answers in one list",
        "frames.aggregate",
        answers.profile_list,
        frames.aggregate,
        profile_list_by_hand,
    ),
    Case(
        "50,000 answers, a body each",
        "a bulk run's reader",
        answers.profile_answers,
        _profiles,
        profiles_by_hand,
    ),
    Case(
        "histogram of 365 x 50 by series",
        "frames.histogram",
        answers.histogram,
        partial(frames.histogram, tz=TZ),
        partial(histogram_by_hand, tz=TZ),
        promised=False,
    ),
    Case(
        "listing of 10,000 rows",
        "frames.listing",
        answers.listing,
        partial(frames.listing, tz=TZ, kind="report"),
        partial(listing_by_hand, tz=TZ),
        promised=False,
    ),
]


def measure(effort: Effort) -> Iterator[Row]:
    """Measure all cases."""
    for case in CASES:
        yield from rows_of(case, effort)


def rows_of(case: Case, effort: Effort) -> Iterator[Row]:
    """Measure one case; all ways take turns."""
    body = case.make()
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: case.ours(body),
        "normalize": lambda: case.by_hand(body, same=False),
        "same": lambda: case.by_hand(body, same=True),
        "parse": lambda: _parsed(body),
    }
    took = in_turns({n: partial(_seconds, way) for n, way in ways.items()}, effort.rounds(3))
    work = f"reading: {case.name}"
    ours = (case.reader, took["ours"])
    target = at_least(5.0) if case.promised else None
    hand = ("json_normalize alone", took["normalize"])
    yield compared(work, ours, hand, target, note=_bound(took) if case.promised else "")
    yield compared(work, ours, ("json_normalize to the same columns", took["same"]), None)
    if case.promised:
        peaks = {way: partial(_memory, case, way) for way in ("ours", "normalize")}
        left, right = in_turns(peaks, effort.rounds(1)).values()
        yield compared(
            f"{work}, peak of memory",
            (case.reader, left), ("json_normalize alone", right), at_most(1.0, "its memory"),
            unit="MB", note=f"the frame that it gives holds {_size(case.ours(body)):.1f} MB",
        )  # fmt: skip


def _size(frame: pd.DataFrame) -> float:
    """Give what is in a frame's columns, in megabytes."""
    return float(sum(column.array.nbytes for _, column in frame.items())) / 1e6


def _bound(took: dict[str, list[float]]) -> str:
    most = median(took["normalize"]) / median(took["parse"])
    return f"json.loads alone, which makes no frame, is {most:.1f} × faster"


def _parsed(body: bytes | list[bytes]) -> object:
    """Only parse: what everybody pays who does so with Python's own parser."""
    return json.loads(body) if isinstance(body, bytes) else [*map(json.loads, body)]


def _seconds(way: Callable[[], object]) -> float:
    """Give the mean time of as many runs as fit a tenth of a second, and at least one."""
    gc.collect()
    runs, begin = 0, time.perf_counter()
    while runs == 0 or time.perf_counter() - begin < 0.1:
        way()
        runs += 1
    return (time.perf_counter() - begin) / runs


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
    case = next(case for case in CASES if case.name == name)
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


def main() -> None:
    """Be a child that measures memory, or measure all cases."""
    if sys.argv[1:2] == ["--child"]:
        print(_child(*sys.argv[2:]))
    else:
        alone.main(__doc__, measure)


if __name__ == "__main__":
    main()
