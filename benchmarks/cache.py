"""Repeated calls against a requests-cache hit and ``json_normalize``, side by side.

Run it with ``python -m benchmarks.cache``. A server in a process of its own gives a report of
100,000 rows and a trend of 365 x 50 values after 20 ms. The baseline is what one writes by hand:
``requests_cache.CachedSession`` (SQLite), then ``pd.json_normalize`` of the JSON. Times are
medians of runs that take turns. *New process* is timed inside it, after the imports and with the
connection objects made, from the call to the frame.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import pandas as pd
import requests_cache

import synerise_frames as sf
from benchmarks.server import REPORT, TREND, running

PATHS = {"trends.calculate": "/analytics/analytics/v3/trends/{trendId}/calculate"}
DATES = sf.between("2024-01-01", "2024-12-31")
CASES = ("report", "trend")


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


def timed(call: Callable[[], Any]) -> float:
    """Give the seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def in_process(url: str, folder: str, case: str, repeat: int) -> tuple[float, float]:
    """Time a repeated call in one process; give ours and by hand."""
    session = by_hand_session(folder)
    with connect(url, folder) as ws:
        ours(ws, case)
        by_hand(session, url, case)
        left, right = [], []
        for _ in range(repeat):
            left += [timed(lambda: ours(ws, case)) for _ in range(20)]
            right.append(timed(lambda: by_hand(session, url, case)))
    return statistics.median(left), statistics.median(right)


def in_new_process(url: str, folder: str, case: str, repeat: int) -> tuple[float, float]:
    """Time the first call of new processes, which finds what others have kept."""
    left, right = [], []
    for _ in range(repeat):
        for who, times in (("ours", left), ("hand", right)):
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.cache", "--once", who, url, folder, case],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            times.append(float(json.loads(done.stdout)))
    return statistics.median(left), statistics.median(right)


def once(who: str, url: str, folder: str, case: str) -> float:
    """Make the one call of a new process."""
    if who == "hand":
        session = by_hand_session(folder)
        return timed(lambda: by_hand(session, url, case))
    with connect(url, folder) as ws:
        return timed(lambda: ours(ws, case))


def cold(url: str, case: str, repeat: int) -> tuple[float, float]:
    """Time calls that find nothing, with a cache and without one."""
    kept, plain = [], []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as empty, connect(url, empty) as ws:
            ws.call("metrics.calculate", metricId="warm-up")
            kept.append(timed(lambda ws=ws: ours(ws, case)))  # type: ignore[misc]
        with connect(url, None) as ws:
            ws.call("metrics.calculate", metricId="warm-up")
            plain.append(timed(lambda ws=ws: ours(ws, case)))  # type: ignore[misc]
    return statistics.median(kept), statistics.median(plain)


def measure(repeat: int) -> pd.DataFrame:
    """Run everything; give one row a figure."""
    rows = []
    with running() as url, tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            left, right = in_process(url, folder, case, repeat)
            rows.append((f"{case}, in process", left, right, right / left, ">= 500"))
            left, right = in_new_process(url, folder, case, repeat)
            rows.append((f"{case}, new process", left, right, right / left, ">= 20"))
            left, right = cold(url, case, repeat)
            rows.append((f"{case}, cold overhead", left, right, left / right - 1, "<= 0.15"))
    table = pd.DataFrame(rows, columns=["work", "ours_ms", "by_hand_ms", "ratio", "target"])
    table[["ours_ms", "by_hand_ms"]] *= 1000
    table["met"] = [
        ratio >= float(target[3:]) if target.startswith(">") else ratio <= float(target[3:])
        for ratio, target in zip(table["ratio"], table["target"], strict=True)
    ]
    return table


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--once", nargs=4, metavar=("WHO", "URL", "FOLDER", "CASE"))
    options = parser.parse_args()
    if options.once:
        print(once(*options.once))
        return
    print(measure(options.repeat).to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
