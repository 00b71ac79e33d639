"""How time is taken: in turns, so that both sides see the same machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

Taken = TypeVar("Taken")


def seconds(work: Callable[[], object]) -> float:
    """Give the seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(ways: Mapping[str, Callable[[], Taken]], rounds: int) -> dict[str, list[Taken]]:
    """Let all ways work, round after round, each second round backwards; give what each took."""
    took: dict[str, list[Taken]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways)[:: -1 if number % 2 else 1]:
            took[name].append(ways[name]())
    return took
