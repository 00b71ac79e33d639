"""The limiter: never above a limit, nearly at it, and everybody waits when one is refused."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synerise_frames.http.limiter import Limiter, Scope


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def most_in_a_second(times: list[float]) -> int:
    return max(sum(t <= other < t + 1 for other in times) for t in times)


def sent(limiter: Limiter, clock: Clock, scopes: list[Scope], count: int) -> list[float]:
    """Give when each of many waiting threads may send."""
    return [when(limiter, clock, scopes) for _ in range(count)]


def when(limiter: Limiter, clock: Clock, scopes: list[Scope]) -> float:
    """Ask until a place is given, on a clock of this request's own."""
    start = clock.now
    while True:
        wait, taken = limiter.reserve(scopes)
        clock.now += wait
        if taken:
            at, clock.now = clock.now, start
            return at


@given(st.integers(1, 300), st.integers(2, 400))
def test_a_shared_limit_is_kept_and_nearly_reached(rate: int, count: int) -> None:
    clock = Clock()
    times = sent(Limiter(clock), clock, [Scope("all", rate)], count)
    assert most_in_a_second(times) <= rate
    assert (count - 1) / (times[-1] - times[0]) >= 0.96 * rate


@given(st.integers(1, 20), st.integers(1, 100))
def test_the_limit_of_one_profile_is_kept_without_slowing_a_few(rate: int, count: int) -> None:
    clock = Clock()
    times = sent(Limiter(clock), clock, [Scope("one", rate, "profile")], count)
    assert most_in_a_second(times) <= rate
    assert times[min(rate, count) - 1] == clock.now


def test_who_is_a_little_late_has_not_lost_the_place() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    scope = Scope("all", 100)
    times = []
    for _ in range(300):
        wait, taken = limiter.reserve([scope])
        assert taken
        # A machine with other work to do wakes us late, but not for long.
        clock.now += wait + 0.004
        times.append(clock.now)
    assert len(times) / (times[-1] - times[0]) >= 0.96 * 100
    assert most_in_a_second(times) <= 100
    # A long silence is no reason for a burst.
    clock.now += 60
    waits = [limiter.reserve([scope])[0] for _ in range(10)]
    assert waits[0] == 0.0
    assert waits[1] > 0.004
    assert waits[9] >= 9 / 100 - 0.005


def test_all_limits_hold_together() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    times: dict[str, list[float]] = {"a": [], "b": []}
    for turn in range(400):
        who = "ab"[turn % 2]
        scopes = [Scope("all", 30), Scope("one", 10, who)]
        times[who].append(when(limiter, clock, scopes))
    assert most_in_a_second(times["a"] + times["b"]) <= 30
    assert most_in_a_second(times["a"]) <= 10
    assert most_in_a_second(times["b"]) <= 10


def test_everybody_waits_as_long_as_the_server_asks() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    limiter.slow_down(5)
    limiter.slow_down(2)
    assert limiter.reserve([]) == (5, False)
    assert limiter.reserve([Scope("all", 10)]) == (5, False)
    clock.now += 6
    assert limiter.reserve([]) == (0, True)


def test_refusals_without_a_time_slow_the_pace_once_and_it_recovers() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    scope = Scope("all", 10)
    for _ in range(50):
        limiter.slow_down(None)
    limiter.reserve([scope])
    assert limiter.reserve([scope])[0] == pytest.approx(1 / 9.9 / 0.7)
    clock.now += 3
    limiter.reserve([scope])
    assert limiter.reserve([scope])[0] == pytest.approx(1 / 9.9 / 0.85)
    clock.now += 60
    limiter.reserve([scope])
    assert limiter.reserve([scope])[0] == pytest.approx(1 / 9.9)


def test_a_refusal_spaces_out_requests_that_have_no_limit() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    limiter.slow_down(None)
    waits = [limiter.reserve([])[0] for _ in range(10)]
    assert waits == pytest.approx([0.02 * n for n in range(10)])
    for _ in range(20):
        clock.now += 3
        limiter.reserve([])
    assert [limiter.reserve([])[0] for _ in range(10)] == [0.0] * 10


def test_after_a_pause_not_everybody_leaves_at_once() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    limiter.slow_down(5)
    clock.now += 5
    waits = [limiter.reserve([])[0] for _ in range(10)]
    assert waits == pytest.approx([0.02 * n for n in range(10)])


def test_who_gives_up_takes_no_place() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    scope = Scope("all", 2)
    limiter.reserve([scope])
    for _ in range(100):
        assert not limiter.reserve([scope], until=clock.now + 0.1)[1]
    wait, taken = limiter.reserve([scope])
    assert taken
    assert wait == pytest.approx(1 / 1.98)


def test_who_has_a_place_still_waits_when_the_server_asks_to() -> None:
    clock = Clock()
    scope = Scope("all", 1)

    def sleep(seconds: float) -> None:
        if clock.now == 100.0:
            limiter.slow_down(7)
        clock.now += seconds

    limiter = Limiter(clock, sleep)
    assert limiter.acquire([scope])
    assert limiter.acquire([scope])
    assert clock.now >= 107


def test_less_than_one_a_second() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    own = [Scope("one", 0.2, "profile")]
    times = [when(limiter, clock, own) for _ in range(4)]
    assert [b - a for a, b in pairwise(times)] == pytest.approx([5.1] * 3)


def test_a_million_profiles_do_not_fill_the_memory() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    for number in range(50_000):
        clock.now += 0.001
        limiter.reserve([Scope("one", 10, str(number))])
    assert len(limiter._sent) <= 10_001


def test_subjects_that_are_remembered_for_long_are_not_all_looked_at_each_time() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    looked_at = 0

    class Counted(Scope):
        def __hash__(self) -> int:
            nonlocal looked_at
            looked_at += 1
            return super().__hash__()

    for number in range(11_000):
        limiter.reserve([Counted("all", 0.1, str(number))])
    assert looked_at < 20 * 11_000


def test_a_busy_profile_does_not_hold_up_the_others() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    busy = [Scope("all", 100), Scope("one", 2, "busy")]
    for _ in range(2):
        limiter.reserve(busy)
    wait, taken = limiter.reserve(busy)
    assert not taken
    assert wait == pytest.approx(1, abs=0.1)
    wait, taken = limiter.reserve([Scope("all", 100), Scope("one", 2, "idle")])
    assert taken
    assert wait < 0.05


def test_who_may_not_wait_so_long_is_told() -> None:
    clock = Clock()
    limiter = Limiter(clock, sleep=lambda seconds: setattr(clock, "now", clock.now + seconds))
    limiter.slow_down(5)
    assert not limiter.acquire([], until=clock.now + 4)
    assert limiter.acquire([], until=clock.now + 6)
    assert clock.now == 105


def through(share: float, count: int, seed: int, *, pause: float = 0.2) -> float:
    """Give the seconds that requests of 5 ms take one by one, some refused by chance."""
    chance, clock = random.Random(seed), Clock()
    limiter = Limiter(clock)
    done = 0
    while done < count:
        clock.now += limiter.reserve([])[0]
        if limiter.is_paused():
            continue
        clock.now += 0.005
        if chance.random() < share:
            limiter.slow_down(pause)
        else:
            done += 1
    return clock.now - 100.0


@pytest.mark.parametrize("seed", range(20))
def test_refusals_by_chance_cost_their_pauses_and_little_more(seed: int) -> None:
    # One of twenty: 2,000 answers are 10 s, and about 105 pauses of 0.2 s are 21 s.
    assert 25 < through(0.05, 2_000, seed) < 45


def test_a_server_that_refuses_half_is_asked_less_often() -> None:
    # 1,000 pauses of nothing: only the spacing makes it slow.
    assert through(0.5, 1_000, 1, pause=0.05) > 2 * (1_000 * 0.005 + 1_000 * 0.055)
