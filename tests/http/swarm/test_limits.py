"""Limits are kept by runs and single calls together, and no profile holds up the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from synerise_frames.http.client import Client
from synerise_frames.http.limiter import Limiter, Scope
from synerise_frames.http.message import Request
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.swarm import Call

ONCE = RetryPolicy(attempts=1)


def counting(peer: Any, reply: Any, rate: int) -> list[float]:
    """Refuse what comes above so many in the last second; give when each came.

    A half is added: on a busy machine requests come later than they were sent, many at once.
    """
    rate += rate // 2
    times: list[float] = []

    def answer(asked: Any) -> Any:
        now = time.monotonic()
        with peer.lock:
            refused = len(times) >= rate and now - times[-rate] < 1.0
            times.append(now)
        return reply(429 if refused else 200)

    peer.answer = answer
    return times


def test_a_limit_is_kept_and_nearly_reached(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    times = counting(peer, reply, 100)
    scopes = (Scope("all", 100.0),)
    start = time.monotonic()
    outcomes = send([Call("/x", b"", scopes) for _ in range(151)], retry=ONCE, connections=16)
    assert {o.status for o in outcomes} == {200}
    # As slow as it must be; a busy machine may make it slower.
    assert times[-1] - start >= 1.5


def test_runs_and_single_calls_share_a_limit(
    peer: Any, reply: Any, swarm: Callable[..., Any]
) -> None:
    counting(peer, reply, 60)
    limiter = Limiter()
    scopes = (Scope("all", 60.0),)
    client = Client(peer.url, ONCE, limiter)
    statuses: list[int | None] = []

    def single() -> None:
        for _ in range(30):
            request = Request("POST", "/y", body=b"", scopes=scopes)
            statuses.append(client.send(request).status)

    threads = [threading.Thread(target=single) for _ in range(2)]
    for thread in threads:
        thread.start()
    swarm(limiter=limiter, retry=ONCE).run(
        (Call("/x", b"", scopes) for _ in range(60)),
        lambda _, outcome: statuses.append(outcome.status),
    )
    for thread in threads:
        thread.join()
    client.close()
    assert statuses == [200] * 120


def test_a_busy_profile_holds_up_nobody(peer: Any, swarm: Callable[..., Any], clock: Any) -> None:
    # A second lasts a hundred, until all have gone that can.
    clock.slow(0.01)
    statuses: list[int | None] = []

    def call(profile: bytes) -> Call:
        own = Scope("one", 5.0, profile.decode())
        return Call("/x", profile, (Scope("all", 50_000.0), own))

    def done(_: Call, outcome: Any) -> None:
        statuses.append(outcome.status)
        if len(statuses) == 55:
            clock.jump(1.1)

    # Seven places for one profile, whose limit lets five through at once.
    calls = [call(b"busy") for _ in range(7)] + [call(b"%d" % i) for i in range(50)]
    swarm(connections=4, limiter=Limiter(clock)).run(iter(calls), done)
    assert statuses == [200] * 57
    # All others were through before the busy one was.
    bodies = [asked.body for asked in peer.asked]
    assert bodies[:55].count(b"busy") == 5
    assert bodies[55:] == [b"busy"] * 2


def test_a_refusal_of_a_run_makes_single_calls_wait(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    peer.answer = lambda asked: reply(429, headers={"Retry-After": "30"})
    limiter = Limiter()
    (outcome,) = send([b"1"], limiter=limiter, retry=ONCE)
    assert (outcome.status, outcome.retry_after) == (429, 30.0)
    assert limiter.is_paused()
    assert 25 < limiter.reserve(())[0] <= 30


def test_after_a_pause_places_are_used_one_by_one(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    peer.answer = lambda asked: (
        reply(429, headers={"Retry-After": "0.3"}) if asked.number == 0 else reply()
    )
    scopes = (Scope("all", 50.0),)
    limiter = Limiter()
    stumbled = False

    def stumble() -> None:
        # What we are late with is no reason for a burst.
        nonlocal stumbled
        if len(peer.asked) > 3 and not stumbled:
            stumbled = True
            time.sleep(0.2)

    # Whole house waits for the end of the pause, when the first answer has come.
    calls = [Call("/x", b"", scopes) for _ in range(30)]
    outcomes = send(calls, limiter=limiter, connections=16, tick=stumble)
    assert stumbled
    assert {o.status for o in outcomes} == {200}
    # By when they were sent: they may arrive in bunches.
    after = sorted(outcome.asked_at for outcome in outcomes)
    gaps = [later - earlier for earlier, later in pairwise(after)]
    # Places are a fiftieth of a second apart: neither a burst, nor a silence before one.
    assert after[-1] - after[0] >= 0.9 * (len(after) - 1) / 50
    assert sum(gap < 0.005 for gap in gaps) <= 4


def test_a_limit_that_nobody_told_loses_no_call(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    times: list[float] = []

    def answer(asked: Any) -> Any:
        """Let 60 through in any second; say how soon there is room again."""
        now = time.monotonic()
        with peer.lock:
            room = len(times) < 60 or now - times[-60] >= 1.0
            if room:
                times.append(now)
                return reply()
            wait = times[-60] + 1.0 - now
        return reply(429, headers={"Retry-After": f"{wait:.3f}"})

    peer.answer = answer
    outcomes = send([Call("/x", b"", ()) for _ in range(150)], connections=32)
    assert {o.status for o in outcomes} == {200}
