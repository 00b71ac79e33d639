"""Hypothesis draws what is tried, and makes what fails small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from random import Random

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

#: Examples of one batch. Its seed and number give the same examples, and the same findings.
EACH = 50


class Found(AssertionError):
    """Something is wrong; what is told begins with what it is, up to a colon."""


@cache
def _sort(name: str) -> type[Found]:
    """Give a class to each sort of finding: hypothesis takes those of one class for the same."""
    return type("Found", (Found,), {})


def smallest(attempt: Callable[[Random], list[str]], seed: str, examples: int = EACH) -> list[str]:
    """Draw examples until one fails; give the smallest failure of each sort.

    `attempt` makes an example of what it draws, and tells what is wrong with how it ended.
    """
    seen: list[Found] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=[*HealthCheck],
        verbosity=Verbosity.quiet,
    )
    @given(st.randoms(use_true_random=False))
    def tried(random: Random) -> None:
        for problem in attempt(random):
            seen.append(_sort(problem.partition(":")[0])(problem))
            raise seen[-1]

    try:
        tried()
    except (Found, Flaky, ExceptionGroup) as error:
        found = [one for one in _leaves(error) if isinstance(one, Found)] or seen[-1:]
        once = " (not always)" if any(isinstance(one, Flaky) for one in _groups(error)) else ""
        return [f"{one}{once}" for one in found]
    return []


def _groups(error: BaseException) -> Iterator[BaseException]:
    yield error
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _groups(inner)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    return (one for one in _groups(error) if not isinstance(one, BaseExceptionGroup))
