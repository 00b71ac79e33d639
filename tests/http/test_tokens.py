"""Logins: one for all threads, also where it fails."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from synerise_frames.errors import AuthError
from synerise_frames.http.tokens import BearerTokens, FixedToken

THREADS = 16


def test_threads_that_wait_for_a_login_that_fails_do_not_repeat_it() -> None:
    logins = []
    started = threading.Barrier(THREADS)

    def login() -> str:
        logins.append(1)
        time.sleep(0.2)
        raise AuthError("no")

    tokens = BearerTokens(login)

    def one(_: int) -> str:
        started.wait()
        with pytest.raises(AuthError) as caught:
            tokens.header()
        return caught.value.message

    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(one, range(THREADS))) == {"no"}
    assert len(logins) == 1
    # Whoever comes later tries again.
    with pytest.raises(AuthError):
        tokens.header()
    assert len(logins) == 2


def test_a_fixed_token_is_shown_to_nobody() -> None:
    token = FixedToken("token-of-a-profile")
    assert token.header() == "Bearer token-of-a-profile"
    assert "token-of" not in repr(token) + repr(vars(token))
    assert not token.renew(token.header())
