"""A 401 in mid-run, and logins that fail, against a real server that counts."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.http.message import Request

KEY = "key-of-the-renewal-tests"
OK = b'{"result": 7, "metricData": {"title": "x"}}'
THREADS = 32
TOKENS = "synerise_frames.http.tokens"
QUICK = sf.RetryPolicy(attempts=3, backoff=0.01, deadline=60, max_wait=1)


def connect(url: str, **more: Any) -> sf.Workspace:
    return sf.connect(api_key=KEY, host=url, cache=False, **{"retry": QUICK, **more})


def calculate(ws: sf.Workspace) -> Any:
    """Call; give the value or the error."""
    try:
        return float(ws.metrics.calculate("m")["value"].item())
    except sf.SyneriseError as error:
        return error


def at_once(ws: sf.Workspace) -> list[Any]:
    barrier = threading.Barrier(THREADS)

    def one(_: int) -> Any:
        barrier.wait(30)
        return calculate(ws)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_a_storm_of_401_makes_one_login(server: Any, reply: Any) -> None:
    server.say(reply(body=OK))
    with connect(server.url) as ws:
        assert calculate(ws) == 7.0
        old = server.seen[0][2]
        server.seen.clear()
        server.revoked.add(old)
        # All 32 hold the old token when the first of them is refused.
        all_there = threading.Barrier(THREADS)
        waited: list[str] = []

        def hold(path: str) -> None:
            if len(server.seen) <= THREADS and len(waited) < THREADS:
                waited.append(path)
                all_there.wait(30)

        server.before = hold
        assert at_once(ws) == [7.0] * THREADS
    assert server.logins == 2
    counts = Counter(s[2] == old for s in server.seen)
    assert counts == {True: THREADS, False: THREADS}


def test_a_server_that_refuses_every_token_is_not_stormed(
    server: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than this takes on any machine.
    monkeypatch.setattr(f"{TOKENS}._RENEWALS_WITHIN", 600.0)
    server.say(reply(401))
    with connect(server.url) as ws:
        errors = at_once(ws) + [calculate(ws) for _ in range(20)]
    assert {type(error) for error in errors} == {sf.AuthError}
    # The first one, and three that replaced it.
    assert server.logins <= 4
    # None was sent more than twice.
    assert len(server.seen) <= 2 * THREADS + 20 + 3


def test_a_call_renews_once_however_many_tries_it_has(server: Any, reply: Any) -> None:
    server.say(reply(401), reply(503), reply(401), reply(body=OK))
    with connect(server.url) as ws:
        assert isinstance(calculate(ws), sf.AuthError)
    assert server.logins == 2
    assert len(server.seen) == 3


def test_a_renewal_uses_up_no_try(server: Any, reply: Any) -> None:
    server.say(reply(503), reply(401), reply(503), reply(body=OK))
    with connect(server.url) as ws:
        assert calculate(ws) == 7.0
    assert len(server.seen) == 1 + QUICK.attempts
    assert server.logins == 2


def test_a_call_with_one_try_is_repeated_after_a_renewal(server: Any, reply: Any) -> None:
    """Also a write: what was refused for its token was not done."""
    server.say(reply(401), reply(body=b""))
    with connect(server.url) as ws:
        api = ws.context.api
        request = Request("DELETE", "/analytics/profiles/metrics/m", repeatable=False)
        response = api._client.send(request, api._auth)
    assert response.status == 200
    assert [s[0] for s in server.seen] == ["DELETE", "DELETE"]


def test_a_login_that_fails_within_a_call_does_not_multiply(server: Any, reply: Any) -> None:
    server.say(reply(body=OK))
    with connect(server.url) as ws:
        assert calculate(ws) == 7.0
        server.revoked.add(server.seen[0][2])
        server.login_replies = [reply(how="cut")]
        server.seen.clear()
        error = calculate(ws)
    assert isinstance(error, sf.TransportError)
    # The tries of one login, and not those of the call on top.
    assert server.logins == 1 + QUICK.attempts
    assert len(server.seen) == 1


def test_a_refused_login_is_not_repeated(
    server: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{TOKENS}._FIRST_REST", 60.0)  # longer than this takes on any machine
    server.say(reply(body=OK))
    server.login_replies = [reply(401, b'{"message": "unknown key"}')]
    with connect(server.url) as ws:
        errors = at_once(ws) + [calculate(ws) for _ in range(20)]
        assert server.logins == 1
        assert {type(error) for error in errors} == {sf.AuthError}
        assert all("unknown key" in str(error) for error in errors)
        assert "not repeated" in str(errors[-1])
        assert KEY not in str(errors[-1])
    # New credentials are asked about at once.
    server.login_replies = []
    with connect(server.url) as ws:
        assert calculate(ws) == 7.0
    assert not [s for s in server.seen if s[2] is None]


def test_a_login_that_is_too_much_makes_everybody_wait(server: Any, reply: Any) -> None:
    server.say(reply(body=OK))
    server.login_replies = [reply(429, b"{}", {"Retry-After": "0.4"})] * 2 + [reply(body=b"{}")]
    moments: list[float] = []

    def note(path: str) -> None:
        moments.append(time.monotonic())
        if len(moments) == 2:
            server.login_replies = []

    server.before = note
    with connect(server.url) as ws:
        assert at_once(ws) == [7.0] * THREADS
    # Two refusals and the token: as far apart as the server asked, whoever waited for it.
    assert server.logins == 3
    first, second, third, *_ = moments
    assert second - first >= 0.4
    assert third - second >= 0.4
