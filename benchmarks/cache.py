"""Repeated calls against a requests-cache hit and ``json_normalize``, side by side.

Run it with ``python -m benchmarks.cache``. A server in a process of its own gives a report of
100,000 rows and a trend of 365 x 50 values after 20 ms. The baseline is what one writes by hand:
``requests_cache.CachedSession`` (SQLite), then ``pd.json_normalize`` of the JSON. *New process* is
timed inside it, after the imports and with the connection objects made, from the call to the
frame. *Nothing kept yet* is a call with a cache, against the same without one. Beside it stands
what pandas alone takes: to copy the frame, which each hit does so that nobody can change what is
kept, and to read it from a Feather file that is not compressed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial

import pandas as pd
import requests_cache

import synerise_frames as sf
from benchmarks.alone import Effort, main
from benchmarks.row import Row, at_least, at_most, compared
from benchmarks.server import REPORT, TREND, running
from benchmarks.timing import in_turns, seconds

PATHS = {
    "reports.calculate_override": "/analytics/analytics/v4/reports/{reportId}/calculate",
    "trends.calculate": "/analytics/analytics/v3/trends/{trendId}/calculate",
}
DATES = sf.between("2024-01-01", "2024-12-31")
CASES = {"report": "report of 100,000 rows", "trend": "trend of 365 x 50"}
HAND = "requests-cache hit + json_normalize"


def connect(url: str, folder: str | None) -> sf.Workspace:
    """Connect to the benchmark's server."""
    return sf.connect(
        host=url, api_key="benchmark-key", tz="Europe/Warsaw", paths=PATHS, cache=folder or False
    )


def ours(ws: sf.Workspace, case: str) -> pd.DataFrame:
    """Call once through the library."""
    if case == "report":
        return ws.reports.calculate(REPORT, dates=DATES)
    return ws.trends.calculate(TREND, dates=DATES, interval="1D")


def by_hand(session: requests_cache.CachedSession, url: str, case: str) -> pd.DataFrame:
    """Call once as one writes it by hand."""
    analysis = REPORT if case == "report" else TREND
    answer = session.post(f"{url}/analytics/{analysis}", json={"variables": []}).json()
    if case == "report":
        return pd.json_normalize(answer["data"])
    return pd.json_normalize(answer["items"], record_path="values", meta=["date"])


def by_hand_session(folder: str) -> requests_cache.CachedSession:
    """Open the baseline's session."""
    return requests_cache.CachedSession(
        f"{folder}/http_cache", backend="sqlite", allowable_methods=("GET", "POST")
    )


def in_process(url: str, folder: str, case: str, rounds: int) -> dict[str, list[float]]:
    """Time a repeated call in one process: ours, by hand, and what it costs to copy a frame."""
    session = by_hand_session(folder)
    with connect(url, folder) as ws:
        frame = ours(ws, case)
        frame.to_feather(f"{folder}/{case}.feather", compression="uncompressed")
        by_hand(session, url, case)
        ways = {
            "ours": lambda: _short(lambda: ours(ws, case)),
            "hand": lambda: seconds(lambda: by_hand(session, url, case)),
            "copy": lambda: _short(frame.copy),
        }
        return in_turns(ways, rounds)


def _short(call: Callable[[], object]) -> float:
    """Time what is too short for a clock if it happens once."""
    return statistics.median(seconds(call) for _ in range(20))


def in_new_process(url: str, folder: str, case: str, rounds: int) -> dict[str, list[float]]:
    """Time the first call of new processes, which finds what others have kept."""

    def called(who: str) -> float:
        command = [sys.executable, "-m", "benchmarks.cache", "--once", who, url, folder, case]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return float(done.stdout)

    return in_turns({who: partial(called, who) for who in ("ours", "hand", "file")}, rounds)


def once(who: str, url: str, folder: str, case: str) -> float:
    """Make the one call of a new process."""
    if who == "hand":
        session = by_hand_session(folder)
        return seconds(lambda: by_hand(session, url, case))
    if who == "file":
        return seconds(lambda: pd.read_feather(f"{folder}/{case}.feather"))
    with connect(url, folder) as ws:
        return seconds(lambda: ours(ws, case))


def cold(url: str, case: str, rounds: int) -> tuple[list[float], list[float]]:
    """Time calls that find nothing, with a cache and without one."""

    def called(folder: str | None) -> float:
        with connect(url, folder) as ws:
            ws.call("metrics.calculate", metricId="warm-up")
            return seconds(lambda: ours(ws, case))

    def kept() -> float:
        with tempfile.TemporaryDirectory() as empty:
            return called(empty)

    left, right = in_turns({"kept": kept, "plain": lambda: called(None)}, rounds).values()
    return left, right


def measure(effort: Effort) -> Iterator[Row]:
    """Call again, in this process and in new ones; and call what nobody has asked for before."""
    rounds = effort.rounds(5)
    with running() as url, tempfile.TemporaryDirectory() as folder:
        for case, name in CASES.items():
            call = f"{case}s.calculate"
            took = in_process(url, folder, case, rounds)
            work, mine = f"{name} again, in process", (call, took["ours"])
            yield compared(work, mine, (HAND, took["hand"]), at_least(500.0))
            yield compared(work, mine, ("DataFrame.copy() of it", took["copy"]), None)
            took = in_new_process(url, folder, case, rounds)
            work, mine = f"{name} again, new process", (call, took["ours"])
            yield compared(work, mine, (HAND, took["hand"]), at_least(20.0))
            yield compared(work, mine, ("pandas read_feather of it", took["file"]), None)
            left, right = cold(url, case, rounds)
            yield compared(
                f"{name}, nothing kept yet",
                (call, left), ("with cache=False", right), at_most(1.15, "its time"),
            )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        print(once(*sys.argv[2:]))
    else:
        main(__doc__, measure)
