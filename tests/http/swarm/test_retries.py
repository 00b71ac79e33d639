"""Failures that pass are tried again, those that stay are told, and a dead server ends it."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from synerise_frames.errors import TransportError
from synerise_frames.http.limiter import Limiter
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.swarm import Call
from synerise_frames.http.swarm.pressure import Pressure


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_failures_that_pass(peer: Any, reply: Any, send: Callable[..., Any], status: int) -> None:
    peer.answer = lambda asked: reply(status) if asked.number < 2 else reply(body=b"7")
    (outcome,) = send([b"1"])
    assert (outcome.status, outcome.content, outcome.attempts) == (200, b"7", 3)


@pytest.mark.parametrize(
    ("status", "tries"), [(400, 1), (403, 1), (404, 1), (418, 1), (501, 1), (429, 3), (503, 3)]
)
def test_failures_that_stay(
    peer: Any, reply: Any, send: Callable[..., Any], status: int, tries: int
) -> None:
    peer.answer = lambda asked: reply(status, b"why")
    (outcome,) = send([b"1"])
    assert (outcome.status, outcome.content, outcome.error) == (status, b"why", None)
    assert outcome.attempts == tries == len(peer.asked)


@pytest.mark.parametrize("how", ["cut", "half"])
def test_cut_connections(peer: Any, reply: Any, send: Callable[..., Any], how: str) -> None:
    # Half of them are cut once; a new connection each, for libcurl repeats by itself what ended
    # on a connection that was used before.
    seen: set[bytes] = set()

    def answer(asked: Any) -> Any:
        bad = asked.body not in seen and int(asked.body) % 2
        seen.add(asked.body)
        return reply(body=asked.body, headers={"Connection": "close"}, how=how if bad else "")

    peer.answer = answer
    outcomes = send([b"%d" % i for i in range(20)])
    assert [o.content for o in outcomes] == [b"%d" % i for i in range(20)]
    assert [o.attempts for o in outcomes] == [1, 2] * 10


def test_a_connection_that_is_always_cut(peer: Any, reply: Any, send: Callable[..., Any]) -> None:
    peer.answer = lambda asked: reply(body=b"secret answer", how="half")
    (outcome,) = send([Call("/path", b"secret body")])
    assert (outcome.status, outcome.content, outcome.attempts) == (None, b"", 3)
    assert isinstance(outcome.error, TransportError)
    assert outcome.error.retryable
    assert "POST /path at 127.0.0.1" in outcome.error.message
    assert "show_config" in outcome.error.hint
    assert "secret" not in f"{outcome.error!r} {outcome.error} {outcome.error.to_dict()}"


def test_a_slow_answer_is_given_up(peer: Any, reply: Any, send: Callable[..., Any]) -> None:
    given_up = threading.Event()
    peer.answer = lambda asked: given_up.wait(30) and reply()
    (outcome,) = send([b"1"], retry=RetryPolicy(attempts=2, backoff=0, read_timeout=0.3))
    given_up.set()
    assert outcome.status is None
    assert outcome.attempts == 2
    assert outcome.error.code == "timeout"
    assert "read_timeout" in outcome.error.hint


def test_a_dripping_answer_is_given_up(peer: Any, reply: Any, send: Callable[..., Any]) -> None:
    peer.answer = lambda asked: reply(body=b"0" * 100, how="drip")
    (outcome,) = send([b"1"], retry=RetryPolicy(attempts=3, backoff=0, deadline=0.4))
    assert outcome.status is None
    assert outcome.error.code == "timeout"


def seconds(wait: float) -> str:
    return str(wait)


def moment(wait: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=wait), usegmt=True)


# A date has whole seconds, and its fraction is lost.
@pytest.mark.parametrize(("form", "wait", "least"), [(seconds, 0.4, 0.4), (moment, 2, 0.9)])
def test_a_server_that_names_a_time_is_left_alone_until_then(
    peer: Any, reply: Any, send: Callable[..., Any], form: Callable[[float], str], wait: float,
    least: float,
) -> None:  # fmt: skip
    times = []

    def answer(asked: Any) -> Any:
        times.append(time.monotonic())
        if len(times) == 1:
            return reply(429, headers={"Retry-After": form(wait)})
        return reply(body=asked.body)

    peer.answer = answer
    # One connection: nothing else is on its way when the refusal comes.
    outcomes = send([b"%d" % i for i in range(4)], connections=1)
    assert [o.content for o in outcomes] == [b"0", b"1", b"2", b"3"]
    assert [o.attempts for o in outcomes] == [2, 1, 1, 1]
    # All the others waited too.
    assert times[1] - times[0] >= least


def test_a_server_that_asks_for_too_much_patience_is_not_asked_again(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    peer.answer = lambda asked: reply(503, headers={"Retry-After": "3600"})
    (outcome,) = send([b"1"])
    assert (outcome.status, outcome.attempts, outcome.retry_after) == (503, 1, 3600.0)


def test_who_waits_for_another_try_holds_no_connection(
    peer: Any, reply: Any, swarm: Callable[..., Any], clock: Any
) -> None:
    # Two that go on only together need both connections.
    pair = threading.Barrier(2)

    def answer(asked: Any) -> Any:
        if 0 < asked.number <= 20:
            pair.wait(10)
        return reply(503 if asked.number == 0 else 200)

    def done(call: Call, outcome: Any) -> None:
        told.append((call.tag, outcome.status, outcome.attempts))
        if len(told) == 20:
            clock.jump(60)

    peer.answer = answer
    told: list[Any] = []
    made = swarm(connections=2, retry=RetryPolicy(attempts=2, backoff=30))
    made.run((Call("/x", b"", tag=i) for i in range(21)), done)
    # Ordered by when they ended: the one that failed is the last.
    assert [one for _, *one in told] == [[200, 1]] * 20 + [[200, 2]]
    assert sorted(tag for tag, *_ in told) == list(range(21))


def test_a_try_after_the_deadline_of_a_call_is_not_made(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    peer.answer = lambda asked: reply(503)
    (outcome,) = send([b"1"], retry=RetryPolicy(attempts=9, backoff=30, deadline=12))
    assert (outcome.status, outcome.attempts) == (503, 1)


def test_a_pause_for_everybody_may_last_longer_than_a_call_has(
    peer: Any, reply: Any, send: Callable[..., Any], clock: Any
) -> None:
    class Noting(Limiter):
        """Notes when somebody is told to ask again later."""

        sent_away = False

        def reserve(self, *arguments: Any) -> tuple[float, bool]:
            wait, taken = super().reserve(*arguments)
            self.sent_away |= not taken
            return wait, taken

    limiter = Noting(clock)

    def answer(asked: Any) -> Any:
        limiter.slow_down(120)
        return reply(503, headers={"Retry-After": "0.05"})

    def tick() -> None:
        if limiter.sent_away and limiter.is_paused():
            clock.jump(130)

    peer.answer = answer
    retry = RetryPolicy(attempts=50, deadline=60, backoff=0.05)
    (outcome,) = send([b"1"], retry=retry, limiter=limiter, tick=tick)
    assert outcome.status is None
    assert outcome.error.code == "timeout"
    assert len(peer.asked) == outcome.attempts == 1


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_nobody_there(swarm: Callable[..., Any]) -> None:
    told = []
    pulled = itertools.count()
    made = swarm(
        base_url=f"http://127.0.0.1:{closed_port()}", retry=RetryPolicy(attempts=2, backoff=0.01)
    )
    made.run(
        (Call("/x", b"", tag=next(pulled)) for _ in range(100_000)),
        lambda call, outcome: told.append((call.tag, outcome)),
    )
    assert isinstance(made.gave_up, TransportError)
    assert "no connection" in made.gave_up.message
    # Most were never taken; those that were are told of, once each.
    assert len(told) == next(pulled) < 100
    assert sorted(tag for tag, _ in told) == list(range(len(told)))
    assert {outcome.status for _, outcome in told} == {None}
    failed = [outcome for _, outcome in told if outcome.error]
    assert {outcome.attempts for outcome in failed} == {2}


def test_a_server_that_dies_half_way(peer: Any, reply: Any, swarm: Callable[..., Any]) -> None:
    dead = threading.Event()

    def answer(asked: Any) -> Any:
        if asked.number == 200:
            peer.die()
            dead.set()
        if asked.number > 200:
            dead.wait(20)
        return reply(body=b"ok")

    peer.answer = answer
    made = swarm(retry=RetryPolicy(attempts=2, backoff=0.01))
    told = []
    made.run((Call("/x", b"") for _ in range(100_000)), lambda _, outcome: told.append(outcome))
    assert made.gave_up is not None
    good = [o for o in told if o.status == 200]
    # Those that were on their way may have been answered, or not.
    assert 190 <= len(good) <= 208
    assert len(told) < 300


def test_a_restart_of_the_server_is_survived(
    peer: Any, reply: Any, swarm: Callable[..., Any]
) -> None:
    # Sixteen at once are cut, with one try each; then all is well.
    peer.answer = lambda asked: (
        reply(how="cut") if asked.number < 16 else reply(headers={"Connection": "close"})
    )
    made = swarm(connections=16, retry=RetryPolicy(attempts=1))
    told = []
    made.run((Call("/x", b"") for _ in range(60)), lambda _, outcome: told.append(outcome.status))
    assert made.gave_up is None
    assert len(told) == 60
    assert told.count(200) >= 44


def test_a_host_without_a_name(send: Callable[..., Any]) -> None:
    (outcome,) = send([b""], base_url="http://no-such-host.invalid")
    assert "no-such-host.invalid" in outcome.error.message
    assert outcome.error.retryable


def test_an_address_that_is_none(send: Callable[..., Any]) -> None:
    for url in ("file:///etc", "ftp://127.0.0.1", "http://127.0.0.1:99999"):
        (outcome,) = send([Call("/hostname", None)], base_url=url)
        assert (outcome.status, outcome.content, outcome.attempts) == (None, b"", 1)
        assert outcome.error.code == "address"


def test_fewer_at_once_while_the_server_fails(
    peer: Any, reply: Any, send: Callable[..., Any], clock: Any
) -> None:
    # The first 400 fail. Who is told to meet goes on when as many as that are there at once.
    many = threading.Barrier(17)
    at_once = [0] * 900

    def answer(asked: Any) -> Any:
        at_once[asked.number] = peer.now
        if asked.number in (100, 200, 300):
            # Failures a while later are another event.
            clock.jump(0.3)
        if asked.number < 17 or 700 <= asked.number < 717:
            many.wait(20)
        elif 350 <= asked.number < 400:
            time.sleep(0.1)
        return reply(503 if asked.number < 400 else 200)

    peer.answer = answer
    retry = RetryPolicy(attempts=10_000, backoff=0)
    outcomes = send([b""] * 500, connections=32, retry=retry)
    # Those that met were at work side by side, at the beginning and after all was well again.
    assert {o.status for o in outcomes} == {200}
    assert sum(o.attempts - 1 for o in outcomes) == 400
    assert not many.broken
    # In between few were.
    assert 0 < max(at_once[360:400]) <= 8


def test_the_width_comes_back() -> None:
    pressure = Pressure(64)
    for moment in range(200):
        pressure.failed(float(moment))
    assert pressure.width == 8
    for moment in range(200, 400):
        pressure.answered(float(moment))
    assert pressure.width == 64
    # A few failures in a hundred are no reason to go slower.
    for moment in range(1_000):
        (pressure.failed if moment % 20 == 0 else pressure.answered)(float(moment))
    assert pressure.width == 64


def test_silence_makes_a_few_failures_enough() -> None:
    now = time.monotonic()
    for later, dead in ((1.0, False), (60.0, True)):
        pressure = Pressure(64)
        for _ in range(8):
            pressure.gave_up(now + later)
        assert pressure.is_dead is dead
