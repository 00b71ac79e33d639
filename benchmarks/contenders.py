"""Lets contenders of a bulk work in turns, each time in a new process (``bulk_child``)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.bulk_child import Took


def child(name: str, url: str, count: int, folder: Path) -> Took:
    """Let one contender work in a new process."""
    command = [sys.executable, "-m", "benchmarks.bulk_child", name, url, str(count), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr.strip()}")
    return Took(**json.loads(done.stdout.splitlines()[-1]))


def in_empty_folder(name: str, url: str, count: int) -> Took:
    """Let one contender work where nothing was kept."""
    with tempfile.TemporaryDirectory() as folder:
        return child(name, url, count, Path(folder))
