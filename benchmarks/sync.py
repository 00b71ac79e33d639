"""A sync with nothing new: seconds over the process's start, and calls that were sent.

``python -m benchmarks.sync``
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from synerise_frames.sandbox.launch import RunningSandbox, launch

RUNS = 7
DATASETS = 20

_DATASET = """
[[dataset]]
name = "values-{number}"
kind = "segmentation"
analysis = "Buying rhythm"
every = "30 days"
"""
_HISTORY = """
[[dataset]]
name = "revenue"
kind = "metric"
analysis = "Revenue"
from = "2017-01-01"
"""


def run(arguments: list[str], env: dict[str, str]) -> float:
    """Run Python, and take the time."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return time.perf_counter() - start


def measure(sandbox: RunningSandbox, log: Path, folder: Path, is_open: bool) -> None:
    """Sync once, then again and again."""
    env = {
        **os.environ,
        "SYNERISE_API_KEY": sandbox.api_key,
        "SYNERISE_HOST": sandbox.url,
        "SYNERISE_TZ": sandbox.timezone,
        "SYNERISE_CACHE_DIR": str(folder / "cache"),
    }
    recipe = folder / "recipe.toml"
    tables = "".join(_DATASET.format(number=number) for number in range(DATASETS))
    recipe.write_text('root = "data"\n' + tables + (_HISTORY if is_open else ""))
    command = ["-m", "synerise_frames", "sync", str(recipe)]
    first = run(command, env)
    calls = log.read_text().count("\n")
    nothing_new, starts = [], []
    for _ in range(RUNS):
        starts.append(run(["-m", "synerise_frames", "--version"], env))
        nothing_new.append(run(command, env))
    sent = log.read_text().count("\n") - calls
    over = statistics.median(nothing_new) - statistics.median(starts)
    told = " and nine years of months" if is_open else ""
    what = "one window open" if is_open else "nothing open"
    sys.stdout.write(
        f"{DATASETS} data sets{told}: first {first:.2f} s\n"
        f"  {what}: {statistics.median(nothing_new):.2f} s, {over:.2f} s over the process's "
        f"start (target 1), {sent} calls in {RUNS} runs\n"
    )


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "calls.jsonl"
        with launch(call_log=log) as sandbox:
            for is_open in (False, True):
                # With one window open: a login and a calculation a run.
                measure(sandbox, log, folder, is_open)


if __name__ == "__main__":
    main()
