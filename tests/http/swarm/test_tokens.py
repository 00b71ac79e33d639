"""Tokens: one login for all calls, another one when the server refuses or the end is near."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from synerise_frames.errors import AuthError
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.swarm import Call
from synerise_frames.http.tokens import BearerTokens, FixedToken


class Logins:
    """Gives tokens, and says which of them the server takes."""

    def __init__(self) -> None:
        self.count = 0
        self.threads: set[str] = set()

    def __call__(self) -> str:
        self.count += 1
        self.threads.add(threading.current_thread().name)
        return f"token-{self.count}"

    def newest(self, asked: Any) -> bool:
        return bool(asked.headers["Authorization"] == f"Bearer token-{self.count}")


@pytest.fixture
def logins() -> Logins:
    return Logins()


def test_one_login_for_all(peer: Any, send: Callable[..., Any], logins: Logins) -> None:
    outcomes = send([b"%d" % i for i in range(100)], auth=BearerTokens(logins))
    assert {o.status for o in outcomes} == {200}
    assert logins.count == 1
    assert {asked.headers["Authorization"] for asked in peer.asked} == {"Bearer token-1"}


def test_a_token_that_is_refused_in_mid_run_is_replaced_once(
    peer: Any, reply: Any, send: Callable[..., Any], logins: Logins
) -> None:
    valid = "Bearer token-1"

    def answer(asked: Any) -> Any:
        nonlocal valid
        if asked.number == 50:
            valid = "Bearer token-2"
        return reply(200 if asked.headers["Authorization"] == valid else 401)

    peer.answer = answer
    outcomes = send([b"%d" % i for i in range(200)], auth=BearerTokens(logins))
    assert {(o.status, o.attempts) for o in outcomes} == {(200, 1)}
    assert logins.count == 2
    # Only what was on its way with the old one was sent again.
    assert 200 < len(peer.asked) <= 200 + 8


def test_a_token_whose_end_is_near_is_replaced_before(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    class Ending:
        """Gives another header after a while, as a token does whose end is near."""

        is_near = False

        def header(self) -> str:
            return "Bearer new" if self.is_near else "Bearer old"

        def renew(self, refused: str) -> bool:
            raise AssertionError("nothing was refused")

        def lifetime(self) -> float | None:
            return None

    later = threading.Event()

    def answer(asked: Any) -> Any:
        if asked.number == 100:
            auth.is_near = True
            later.set()
        elif asked.number > 100:
            later.wait(20)
        return reply()

    peer.answer = answer
    auth = Ending()
    send([b""] * 300, auth=auth, connections=8)
    seen = [asked.headers["Authorization"] for asked in peer.asked]
    assert seen[:101] == ["Bearer old"] * 101
    # Only what was on its way then has the old one, however late it comes.
    assert seen[101:].count("Bearer old") < 8
    assert set(seen[101:]) <= {"Bearer old", "Bearer new"}


def test_who_is_always_refused_is_told_so(
    peer: Any, reply: Any, send: Callable[..., Any], logins: Logins
) -> None:
    peer.answer = lambda asked: reply(401, b"no")
    outcomes = send([b"%d" % i for i in range(20)], auth=BearerTokens(logins), connections=1)
    assert {(o.status, o.content, o.attempts) for o in outcomes} == {(401, b"no", 1)}
    # Each call goes twice at most.
    assert 20 < len(peer.asked) <= 40


def test_a_key_that_can_not_be_renewed_goes_once(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    peer.answer = lambda asked: reply(401)
    (outcome,) = send([b"1"], auth=FixedToken("fixed"))
    assert (outcome.status, outcome.attempts, len(peer.asked)) == (401, 1, 1)


def test_a_refusal_after_a_failure_is_renewed_too(
    peer: Any, reply: Any, send: Callable[..., Any], logins: Logins
) -> None:
    statuses = [503, 401, 503, 200]
    peer.answer = lambda asked: reply(statuses[asked.number])
    (outcome,) = send([b"1"], auth=BearerTokens(logins))
    assert (outcome.status, outcome.attempts, logins.count) == (200, 3, 2)


def test_a_login_that_fails_at_once(peer: Any, swarm: Callable[..., Any]) -> None:
    def login() -> str:
        raise AuthError("Wrong key.")

    told = []
    with pytest.raises(AuthError, match="Wrong key"):
        swarm(auth=BearerTokens(login)).run(
            (Call("/x", b"") for _ in range(100)), lambda call, outcome: told.append(outcome)
        )
    assert [(o.status, o.error, o.attempts) for o in told] == [(None, None, 0)]
    assert peer.connections == 0


def test_a_login_that_fails_in_mid_run_gives_back_what_is_on_its_way(
    peer: Any, reply: Any, swarm: Callable[..., Any]
) -> None:
    logins = 0
    release = threading.Event()

    def login() -> str:
        nonlocal logins
        logins += 1
        if logins > 1:
            raise AuthError("The key was withdrawn.")
        return "token-1"

    def answer(asked: Any) -> Any:
        if asked.body == b"5":
            return reply(401)
        if asked.number > 5:
            release.wait(10)
        return reply()

    peer.answer = answer
    told: dict[Any, Any] = {}
    calls = (Call("/x", b"%d" % i, tag=i) for i in range(100))
    with pytest.raises(AuthError, match="withdrawn"):
        swarm(auth=BearerTokens(login), connections=4).run(
            calls, lambda call, outcome: told.update({call.tag: outcome})
        )
    release.set()
    # Whatever was taken is told of, the refused one included.
    assert set(told) == set(range(len(told)))
    assert 5 < len(told) < 20
    assert {outcome.status for outcome in told.values()} == {200, None}
    assert (told[5].status, told[5].error, told[5].attempts) == (None, None, 1)


def test_tokens_and_bodies_stay_out_of_logs(
    peer: Any,
    reply: Any,
    send: Callable[..., Any],
    logins: Logins,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    statuses = [401, 503, 429, 200]
    peer.answer = lambda asked: reply(statuses[asked.number])
    retry = RetryPolicy(attempts=4, backoff=0.01)
    send([Call("/x", b"body-of-the-call")], auth=BearerTokens(logins), retry=retry)
    out, err = capfd.readouterr()
    shown = caplog.text + out + err
    assert "token-" not in shown
    assert "body-of" not in shown
