"""Importing the library, against pandas alone.

Run it with ``python -m benchmarks.imports``. Each is imported in a new process, both compiled, as
installed packages are; the interpreter's own start is not in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from benchmarks.alone import Effort, main
from benchmarks.row import Row, at_most, compared
from benchmarks.timing import in_turns


def imported(name: str) -> float:
    """Import in a new process; give its seconds."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    code = f"import time; t = time.perf_counter(); import {name}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    return float(done.stdout)


def measure(effort: Effort) -> Iterator[Row]:
    """Import both, in turns."""
    names = ("synerise_frames", "pandas")
    for name in names:
        # The first time may compile.
        imported(name)
    ways = {name: partial(imported, name) for name in names}
    ours, pandas = in_turns(ways, effort.rounds(7)).values()
    target = at_most(1.15, "its time")
    yield compared("import", ("import synerise_frames", ours), ("import pandas", pandas), target)


if __name__ == "__main__":
    main(__doc__, measure)
