"""Faults that concern many calls at once, and networks that are not what they seem."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

import synerise_frames as sf

KEY = "key-of-the-storm-tests"
LOGIN = "/uauth/v2/auth/login/profile"
OK = b'{"result": 7, "metricData": {"title": "x"}}'
QUICK = sf.RetryPolicy(attempts=4, deadline=60, max_wait=2)


def connect(url: str, **more: Any) -> sf.Workspace:
    return sf.connect(api_key=KEY, host=url, cache=False, **{"retry": QUICK, **more})


def calculate(ws: sf.Workspace) -> float:
    return float(ws.metrics.calculate("m")["value"].item())


def test_one_refusal_makes_all_threads_wait(server: Any, reply: Any) -> None:
    server.say(reply(429, b"{}", {"Retry-After": "0.6"}), reply(body=OK))
    moments: list[float] = []
    server.before = lambda path: path != LOGIN and moments.append(time.monotonic())
    with connect(server.url) as ws, ThreadPoolExecutor(8) as pool:
        first = pool.submit(calculate, ws)
        limiter = ws.context.api._client._limiter
        while not limiter._resume and not first.done():
            time.sleep(0.001)
        # They come when the refusal was heard of.
        assert limiter._resume
        others = [pool.submit(calculate, ws) for _ in range(7)]
        assert [done.result() for done in (first, *others)] == [7.0] * 8
    refusal, *later = moments
    assert len(later) == 8
    assert min(later) - refusal >= 0.6


def test_a_storm_of_refusals_passes(server: Any, reply: Any) -> None:
    server.say(*[reply(429, b"{}", {"Retry-After": "0.05"})] * 20, reply(body=OK))
    patient = sf.RetryPolicy(attempts=30, deadline=60, max_wait=1)
    with connect(server.url, retry=patient) as ws, ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: calculate(ws), range(16))) == {7.0}


def test_a_limit_that_the_user_sets_is_kept(server: Any, reply: Any) -> None:
    server.say(reply(body=OK))
    with (
        connect(server.url, limits=sf.RateLimits(per_second=20)) as ws,
        ThreadPoolExecutor(8) as pool,
    ):
        calculate(ws)
        start = time.monotonic()
        list(pool.map(lambda _: calculate(ws), range(20)))
        assert time.monotonic() - start >= 0.95


def test_a_wait_beyond_the_deadline_is_not_begun(server: Any, reply: Any) -> None:
    server.say(reply(body=OK))
    slow = sf.RateLimits(per_second=0.05)
    with connect(server.url, limits=slow, retry=sf.RetryPolicy(attempts=1, deadline=12)) as ws:
        calculate(ws)
        start = time.monotonic()
        with pytest.raises(sf.TransportError, match="not sent") as caught:
            calculate(ws)
        assert caught.value.code == "limit"
        assert time.monotonic() - start < 15


def test_limits_that_leave_no_place_are_told_at_once(
    server: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say(reply(body=OK))
    slept: list[float] = []
    with connect(server.url, limits=sf.RateLimits(per_second=0.001)) as ws:
        calculate(ws)
        clock = SimpleNamespace(monotonic=time.monotonic, sleep=slept.append)
        monkeypatch.setattr("synerise_frames.http.client.time", clock)
        with pytest.raises(sf.TransportError, match="not sent"):
            calculate(ws)
    assert slept == []


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "5"])
def test_limits_that_let_nothing_through_are_refused(value: Any) -> None:
    with pytest.raises(sf.ConfigError, match="lets nothing through"):
        sf.RateLimits(per_second=value)


def test_a_server_that_closes_each_connection(server: Any, reply: Any) -> None:
    server.say(reply(body=OK, headers={"Connection": "close"}))
    with connect(server.url) as ws, ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: calculate(ws), range(20))) == {7.0}
        assert len(server.seen) == 20


def test_a_host_that_does_not_exist_is_named() -> None:
    with (
        connect("https://no-such-host.invalid", retry=sf.RetryPolicy(attempts=1)) as ws,
        pytest.raises(sf.TransportError, match=r"no-such-host\.invalid") as caught,
    ):
        calculate(ws)
    assert caught.value.retryable
    assert "show_config" in caught.value.hint


def test_a_redirect_takes_the_token_nowhere(server: Any, reply: Any) -> None:
    server.say(reply(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"}))
    with connect(server.url) as ws, pytest.raises(sf.ConfigError, match="not followed"):
        calculate(ws)
    assert len(server.seen) == 1


def test_a_token_that_ends_in_mid_run_is_renewed_by_one_thread(server: Any, reply: Any) -> None:
    ahead = 0
    server.lifetime = 1_000
    server.say(reply(body=OK))
    server.before = lambda path: len(server.seen) in range(60, 68) and over.wait(20)
    over = threading.Event()
    with connect(server.url) as ws, ThreadPoolExecutor(9) as pool:
        ws.context.api._auth._clock = lambda: time.monotonic() + ahead
        values = [pool.submit(calculate, ws) for _ in range(160)]
        while len(server.seen) < 60:
            time.sleep(0.001)
        ahead = 1_000
        over.set()
        assert {value.result() for value in values} == {7.0}
    assert len(server.seen) == 160
    assert server.logins == 2
    tokens = [authorization for _, _, authorization, _ in server.seen]
    assert len(set(tokens)) == 2
    # Nobody sent the old one any more but who had begun before.
    assert set(tokens[80:]) == {tokens[-1]}
