"""On what was measured: the machine without its name, and versions."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("pandas", "pyarrow", "requests", "requests-cache", "aiohttp", "dlt", "pycurl")


def cores() -> int:
    """Give how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def _processor() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found[1].strip() if found else platform.machine()


def _memory() -> str:
    total = re.search(r"MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text())
    return f"{int(total[1]) / 1024**2:.0f} GiB of memory" if total else "memory unknown"


def described() -> str:
    """Say what machine this is."""
    return f"{cores()} cores ({_processor()}), {_memory()}, {platform.system()}"


def versions() -> str:
    """Name what was compared."""
    told = [f"Python {platform.python_version()}"]
    return ", ".join(told + [f"{name} {version(name)}" for name in PACKAGES])
