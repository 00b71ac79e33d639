"""A sync in a process of its own, to be killed: ``worker.py RECIPE NOW``."""

from __future__ import annotations

import dataclasses
import sys
from datetime import datetime

import synerise_frames as sf


def main(recipe: str, now: str) -> int:
    moment = datetime.fromisoformat(now)
    ws = sf.connect(cache=False)
    ws = sf.Workspace(dataclasses.replace(ws.context, now=lambda: moment), ws.cache)
    work = sf.sync  # loads what it needs
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return int(not work(recipe, ws).ok)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
