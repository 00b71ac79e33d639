"""A fault that is planted is found, told as a small answer, and found again by its number."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from synerise_frames.frames import metrics, moments
from tests.hardening.calls import Recorded
from tests.hardening.fuzzing import Fuzz
from tests.hardening.requests_drawn import Siege
from tests.hardening.server import RawServer, Seen, Wire, wire
from tests.hardening.shrinking import EACH, smallest

SEED = 3


@pytest.fixture
def fuzz(
    server: RawServer, recorded: tuple[list[Recorded], dict[str, str]], tmp_path: Path
) -> Iterator[Fuzz]:
    one = Fuzz(server, *recorded, tmp_path)
    yield one
    one.close()


def times(to_index: Callable[..., Any]) -> Callable[..., Any]:
    """Read times as somebody who takes all of them for texts."""
    return lambda values, tz: to_index([value[:99] for value in values], tz)


def flags(find_value: Callable[..., Any]) -> Callable[..., Any]:
    """Look for the value of a metric as somebody who has never seen a flag there."""

    def planted(fields: dict[str, list[Any]], *more: Any) -> Any:
        if any(value is True for values in fields.values() for value in values):
            raise KeyError("value")
        return find_value(fields, *more)

    return planted


FAULTS: dict[str, tuple[Any, str, Callable[..., Any], str]] = {
    "trend": (moments, "to_index", times, "TypeError came through: "),
    "metric": (metrics, "find_value", flags, "KeyError came through: "),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_told_as_a_small_answer(
    name: str, fuzz: Fuzz, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, inner, plant, problem = FAULTS[name]
    monkeypatch.setattr(module, inner, plant(getattr(module, inner)))
    number = next(one for one in fuzz.batches_of(name, 20) if fuzz.run(SEED, [one]).findings)
    first = [*fuzz.tally.findings]
    (told,) = [one for one in first if problem in one]
    raw = re.search(r"^    (b['\"].*)$", told, re.MULTILINE)
    assert raw
    # What is recorded of a trend has 50 times as much; a machine that has no time shrinks less.
    assert len(ast.literal_eval(raw[1]).partition(b"\r\n\r\n")[2]) < 1_000
    # The number gives the same again; and nothing is found without the fault.
    assert fuzz.run(SEED, [number]).findings == first * 2
    monkeypatch.undo()
    assert fuzz.run(SEED, [number]).findings == first * 2


def test_a_planted_fault_is_told_as_a_small_request(server: RawServer) -> None:
    """As of a workspace that fails where there is nothing in the place of a value."""

    def answer(seen: Seen) -> Wire:
        return wire(b'{"message": "oh"}', 500 if b": null" in seen.body else 200)

    server.answer = answer
    analysis = {"name": "Visits", "steps": [{"event": one, "days": 30} for one in "abcdefgh"]}
    kinds = ("trend", "histogram", "funnel", "report", "metric", "sankey", "segmentation")
    analyses = {kind: {"an-id": analysis} for kind in (*kinds, "aggregate", "expression")}
    siege = Siege(server.url, "a-token", analyses, SEED)
    siege.run(range(3))
    assert siege.findings
    for told in siege.findings:
        assert re.search(r"batch \d+, status 500: \w+\.\w+: [A-Z]+ /", told)
        assert "event" not in told
        assert len(told) < 250, told


def test_what_fails_in_different_ways_is_told_of_each() -> None:
    def attempt(random: Random) -> list[str]:
        number = random.randrange(1000)
        return [f"{'odd' if number % 2 else 'even'}: {number}"] if number > 100 else []

    assert sorted(smallest(attempt, "a seed", 200)) == ["even: 102", "odd: 101"]


def test_what_does_not_fail_again_is_told_too() -> None:
    seen: list[float] = []

    def attempt(random: Random) -> list[str]:
        seen.append(random.random())
        return ["late: an answer"] if len(seen) == 7 else []

    assert smallest(attempt, "a seed") == ["late: an answer (not always)"]


def test_nothing_is_told_where_nothing_fails() -> None:
    drawn: list[int] = []
    assert smallest(lambda random: drawn.append(random.getrandbits(64)) or [], "a seed") == []
    assert len({*drawn}) > EACH / 2
    assert len(drawn) == EACH
