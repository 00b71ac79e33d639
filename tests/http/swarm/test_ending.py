"""Runs end: by themselves, at a deadline, when told to stop; each call is told of once."""

from __future__ import annotations

import gc
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from synerise_frames.http.limiter import Limiter, Scope
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.swarm import Call
from synerise_frames.http.swarm.loop import Loop

# A loop that does not wait turns tens of thousands of times a second; one that waits has a turn
# that does not now and then, when a moment has come while it was looking.
_BUSY = 500


def test_nothing_to_send(peer: Any, send: Callable[..., Any]) -> None:
    assert send([]) == []
    assert peer.connections == 0


def test_calls_are_read_when_they_can_be_sent(
    peer: Any, reply: Any, swarm: Callable[..., Any]
) -> None:
    outside = most = 0

    def calls() -> Iterator[Call]:
        nonlocal outside, most
        for _ in range(500):
            outside += 1
            most = max(most, outside)
            yield Call("/x", b"")

    def done(*_: object) -> None:
        nonlocal outside
        outside -= 1

    seeds = random.Random(1)
    peer.answer = lambda asked: reply(503 if seeds.random() < 0.3 else 200)
    swarm(connections=8, retry=RetryPolicy(attempts=20, backoff=0.02, max_wait=0.05)).run(
        calls(), done
    )
    assert outside == 0
    # Those on their way, and as many again that wait for another try.
    assert 8 <= most <= 16


def test_calls_that_are_not_ready_yet(peer: Any, swarm: Callable[..., Any]) -> None:
    ready: list[int] = []
    told: list[Any] = []

    def calls() -> Iterator[Call | None]:
        for number in range(5):
            while number not in ready:
                # Ready when the one before has been told of and the caller has had a look.
                yield None
            yield Call("/x", b"", tag=number)

    def tick() -> None:
        if len(ready) == len(told):
            ready.append(len(ready))

    swarm().run(calls(), lambda call, outcome: told.append(call.tag), tick=tick)
    assert told == [0, 1, 2, 3, 4]


def test_somebody_has_a_look_while_nothing_arrives(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    seen_enough = threading.Event()
    peer.answer = lambda asked: seen_enough.wait(20) and reply()
    ticks: list[float] = []

    def tick() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 5:
            seen_enough.set()

    start = time.monotonic()
    (outcome,) = send([b"1"], tick=tick)
    assert outcome.status == 200
    # A few times a second, not all the time.
    assert ticks[4] - start >= 0.45


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the turns of the loop that wait for nothing."""
    counted: list[float] = []
    step = Loop.step

    def counting(self: Loop, longest: float) -> Any:
        if longest <= 0.0001:
            counted.append(longest)
        return step(self, longest)

    monkeypatch.setattr(Loop, "step", counting)
    return counted


def test_who_waits_for_another_try_behind_a_full_house_costs_no_work(
    peer: Any, reply: Any, send: Callable[..., Any], turns: list[float]
) -> None:
    peer.answer = lambda asked: reply(503) if asked.number == 0 else time.sleep(0.5) or reply()
    outcomes = send([b""] * 3, connections=2, retry=RetryPolicy(attempts=2, backoff=0.2))
    assert [o.status for o in outcomes] == [200] * 3
    assert len(turns) < _BUSY


def test_who_waits_for_a_place_costs_no_work(
    peer: Any, reply: Any, send: Callable[..., Any], turns: list[float]
) -> None:
    # The second waits for its place when the first is due for another try.
    peer.answer = lambda asked: reply(503 if asked.number == 0 else 200)
    slow = (Scope("slow", 2.0),)
    retry = RetryPolicy(attempts=2, backoff=0.01)
    outcomes = send([Call("/x", b"", slow) for _ in range(3)], retry=retry)
    assert [o.status for o in outcomes] == [200] * 3
    assert len(peer.asked) == 4
    assert len(turns) < _BUSY


def test_a_pause_costs_no_work(
    peer: Any, reply: Any, send: Callable[..., Any], turns: list[float]
) -> None:
    peer.answer = lambda asked: reply(429 if asked.number == 0 else 200, b"", {"Retry-After": "1"})
    outcomes = send([b""] * 20, connections=4)
    assert [o.status for o in outcomes] == [200] * 20
    assert len(turns) < _BUSY


def test_a_deadline_cuts_what_is_on_its_way(
    peer: Any, reply: Any, swarm: Callable[..., Any], clock: Any
) -> None:
    release = threading.Event()

    def answer(asked: Any) -> Any:
        if asked.number == 13:
            # All four are on their way, so all before have been answered.
            clock.jump(60)
        if asked.number >= 10:
            release.wait(20)
        return reply()

    peer.answer = answer
    told: list[Any] = []
    made = swarm(connections=4)
    made.run((Call("/x", b"") for _ in range(1_000)), lambda _, o: told.append(o), deadline=60)
    release.set()
    assert [o.status for o in told] == [200] * 10 + [None] * 4
    assert {(o.error, o.attempts) for o in told[10:]} == {(None, 1)}
    assert made.gave_up is None


def test_a_deadline_ends_waiting_too(
    peer: Any, reply: Any, send: Callable[..., Any], clock: Any
) -> None:
    peer.answer = lambda asked: reply(503)

    def tick() -> None:
        if len(peer.asked) == 3:
            clock.jump(60)

    outcomes = send([b""] * 3, retry=RetryPolicy(backoff=30), deadline=60, tick=tick)
    assert {(o.status, o.error, o.attempts) for o in outcomes} == {(None, None, 1)}


def test_no_place_is_taken_for_after_the_deadline(
    peer: Any, swarm: Callable[..., Any], clock: Any
) -> None:
    limiter = Limiter(clock)
    slow = (Scope("slow", 0.01),)
    told: list[int | None] = []

    def done(_: Call, outcome: Any) -> None:
        told.append(outcome.status)
        if outcome.status:
            clock.jump(60)

    calls = (Call("/x", b"", slow) for _ in range(8))
    swarm(limiter=limiter).run(calls, done, deadline=60)
    assert told == [200, *[None] * 7]
    # The next to ask gets the second place, a hundred seconds after the first, not the ninth.
    wait, _ = limiter.reserve(slow)
    assert wait < 102


def stopped(peer: Any, reply: Any, made: Any, stop: Callable[[], None]) -> list[Any]:
    """Run until twelve are answered and four others are on their way; then stop."""
    release = threading.Event()

    def answer(asked: Any) -> Any:
        if asked.number == 15:
            stop()
        if asked.number >= 12:
            release.wait(20)
        return reply()

    peer.answer = answer
    told: list[Any] = []
    made.run((Call("/x", b"", tag=i) for i in range(100_000)), lambda c, o: told.append((c.tag, o)))
    release.set()
    assert sorted(tag for tag, _ in told) == list(range(len(told)))
    return [outcome for _, outcome in sorted(told, key=lambda one: one[0])]


def test_stop_from_another_thread(peer: Any, reply: Any, swarm: Callable[..., Any]) -> None:
    made = swarm(connections=4)
    # The server's thread is another one.
    outcomes = stopped(peer, reply, made, made.stop)
    assert sorted(o.status or 0 for o in outcomes) == [0] * 4 + [200] * 12
    assert {o.error for o in outcomes} == {None}
    assert made.gave_up is None


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="not on this system")
def test_stop_from_a_signal_handler(peer: Any, reply: Any, swarm: Callable[..., Any]) -> None:
    assert threading.current_thread() is threading.main_thread()
    made = swarm(connections=4)
    before = signal.signal(signal.SIGUSR1, lambda *_: made.stop())
    try:
        outcomes = stopped(peer, reply, made, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert sorted(o.status or 0 for o in outcomes) == [0] * 4 + [200] * 12


def test_what_answers_within_the_grace_is_kept(
    peer: Any, reply: Any, swarm: Callable[..., Any], clock: Any
) -> None:
    stopped = threading.Event()
    peer.answer = lambda asked: (stopped.wait(20) and time.sleep(0.1)) or reply()
    made = swarm(connections=4)
    told: list[Any] = []

    def tick() -> None:
        if len(peer.asked) == 4:
            clock.slow(0)
            made.stop()
            stopped.set()

    made.run((Call("/x", b"") for _ in range(100)), lambda _, o: told.append(o.status), tick=tick)
    assert told == [200] * 4


def test_stop_before_the_start(peer: Any, swarm: Callable[..., Any]) -> None:
    made = swarm()
    made.stop()
    told: list[Any] = []
    made.run((Call("/x", b"") for _ in range(100)), lambda _, o: told.append(o))
    assert told == []
    assert peer.connections == 0


def test_stop_while_calls_wait_for_their_place(peer: Any, swarm: Callable[..., Any]) -> None:
    made = swarm()
    told: list[Any] = []

    def done(_: Call, outcome: Any) -> None:
        told.append(outcome)
        if outcome.status:
            threading.Timer(0.2, made.stop).start()

    slow = (Scope("slow", 0.05),)
    made.run((Call("/x", b"", slow) for _ in range(9)), done)
    assert [(o.status, o.attempts) for o in told[:1]] == [(200, 1)]
    assert {(o.status, o.attempts, o.error) for o in told[1:]} == {(None, 0, None)}


@pytest.mark.parametrize("place", ["calls", "done", "tick"])
def test_what_the_caller_raises_comes_out_and_nothing_stays_open(
    peer: Any, reply: Any, swarm: Callable[..., Any], place: str
) -> None:
    peer.answer = lambda asked: time.sleep(0.01) or reply()

    def trouble(where: str) -> None:
        if where == place and peer.asked:
            raise ZeroDivisionError(place)

    def calls() -> Iterator[Call]:
        for _ in range(1_000):
            trouble("calls")
            yield Call("/x", b"")

    open_before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with pytest.raises(ZeroDivisionError, match=place):
        swarm(connections=4).run(calls(), lambda *_: trouble("done"), tick=lambda: trouble("tick"))
    if open_before:
        # The server's ends are closed by its threads, a little later.
        ends = time.monotonic() + 30
        while len(os.listdir("/proc/self/fd")) > open_before and time.monotonic() < ends:
            time.sleep(0.01)
        assert len(os.listdir("/proc/self/fd")) <= open_before


def test_everything_goes_wrong_and_each_call_is_told_of_once(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    seeds = random.Random(2)
    lock = threading.Lock()

    def answer(asked: Any) -> Any:
        with lock:
            dice = seeds.random()
        if dice < 0.05:
            return reply(429, headers={"Retry-After": "0.01"})
        if dice < 0.1:
            return reply((500, 502, 503, 504)[asked.number % 4])
        if dice < 0.15:
            return reply(how="cut")
        if dice < 0.2:
            return reply(body=asked.body, how="half")
        return reply(body=asked.body, how="chunked" if dice < 0.3 else "")

    peer.answer = answer
    limiter = Limiter()
    bodies = [b"body %d" % i for i in range(400)]
    retry = RetryPolicy(attempts=12, backoff=0.005, deadline=60)
    outcomes = send(bodies, retry=retry, limiter=limiter, connections=16)
    assert [o.content for o in outcomes] == bodies
    assert {o.status for o in outcomes} == {200}


def test_memory_stays_flat(peer: Any, swarm: Callable[..., Any]) -> None:
    # Calls are let go of when they are told of.
    gc.collect()
    alive: list[int] = []

    def done(call: Call, _: object) -> None:
        if call.tag % 500 == 0:
            alive.append(sum(type(one) is Call for one in gc.get_objects()))

    swarm().run((Call("/x", b"", tag=i) for i in range(2_001)), done)
    assert len(alive) == 5
    assert max(alive) <= 40
