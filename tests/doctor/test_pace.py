"""How fast a probe asks, on a clock of the test's own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.wire.probe import Pace, probe_all


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def moments(pace: Pace, clock: Clock, number: int, took: float = 0.0) -> list[float]:
    found = []
    for _ in range(number):
        pace.wait()
        found.append(clock.now - 100)
        clock.now += took
    return found


def test_requests_are_kept_apart() -> None:
    clock = Clock()
    pace = Pace(4, clock=lambda: clock.now, sleep=clock.sleep)
    assert moments(pace, clock, 4) == [0, 0.25, 0.5, 0.75]
    assert pace.count == 4


def test_slow_answers_leave_no_wait() -> None:
    clock = Clock()
    pace = Pace(4, clock=lambda: clock.now, sleep=clock.sleep)
    assert moments(pace, clock, 3, took=2) == [0, 2, 4]


@pytest.mark.parametrize(
    ("asked", "rest"), [(3.0, 3.0), (None, 1.0), (0.0, 0.5), (-5.0, 0.5), (3600.0, 60.0)]
)
def test_a_refusal_slows_down(asked: float | None, rest: float) -> None:
    clock = Clock()
    pace = Pace(4, clock=lambda: clock.now, sleep=clock.sleep)
    pace.wait()
    pace.rest(asked)
    first, second = moments(pace, clock, 2)
    # At half the rate from then on.
    assert (first, second - first) == (rest, 0.5)


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_a_rate_is_above_zero(rate: float) -> None:
    with pytest.raises(sf.ConfigError):
        Pace(rate)


def test_a_probe_keeps_to_its_rate(start: Callable[..., Any]) -> None:
    server = start()
    begin = time.monotonic()
    probe_all(server.api(), keys=["funnels.preview", "funnels.calculate"], rate=25)
    elapsed = time.monotonic() - begin
    asked = [path for _, path in server.seen if not path.startswith("/uauth/v2/")]
    assert len(asked) >= 7
    assert elapsed >= (len(asked) - 1) / 25
