"""A sync with nothing new: seconds over the process's start, and calls that were sent.

Run it with ``python -m benchmarks.sync``. Each sync is a process, as cron starts it, against the
demo workspace; its time is taken beside that of a process which says its version and ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.alone import Effort, main
from benchmarks.row import Row, at_most, none_of, told
from benchmarks.timing import in_turns, seconds
from synerise_frames.sandbox.launch import RunningSandbox, launch

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
    command = [sys.executable, *arguments]
    return seconds(
        lambda: subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    )


def synced(
    sandbox: RunningSandbox, log: Path, folder: Path, rounds: int, *, is_open: bool
) -> tuple[list[float], list[float], list[float]]:
    """Sync once, then again and again; give seconds, those of a mere start, and calls sent."""
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
    run(command, env)
    sent: list[float] = []

    def again() -> float:
        before = log.read_text().count("\n")
        took = run(command, env)
        sent.append(log.read_text().count("\n") - before)
        return took

    ways = {"sync": again, "start": lambda: run(["-m", "synerise_frames", "--version"], env)}
    took, starts = in_turns(ways, rounds).values()
    return took, starts, sent


def measure(effort: Effort) -> Iterator[Row]:
    """Sync again with nothing open, and with one open window: a login and a calculation a run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "calls.jsonl"
        with launch(call_log=log) as sandbox:
            for is_open in (False, True):
                took, starts, sent = synced(sandbox, log, folder, effort.rounds(5), is_open=is_open)
                work = f"sync of {DATASETS} data sets, "
                work += "one window of nine years open" if is_open else "nothing new"
                over = tuple(one - start for one, start in zip(took, starts, strict=True))
                target = at_most(1.0, "over the start", unit="s")
                start = told("the process's start", starts, "s")
                yield Row(work, told("synerise-frames sync", took, "s"), start, target, over)
                if not is_open:
                    calls = tuple(sent)
                    yield Row(f"{work}, calls sent", "sync", "", none_of("sent"), calls)


if __name__ == "__main__":
    main(__doc__, measure)
