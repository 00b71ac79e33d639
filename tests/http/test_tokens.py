"""Logins: one for all threads, also where it fails; a refused one is not repeated at once."""

from __future__ import annotations

import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest

import synerise_frames as sf
from synerise_frames.errors import AuthError, PermissionDenied, ServerError, SyneriseError
from synerise_frames.http.tokens import BearerTokens, FixedToken, read_token
from tests.tokens import jwt

THREADS = 16


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Door:
    """A lock that counts who came to it."""

    def __init__(self) -> None:
        self.came: list[int] = []
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.came.append(threading.get_ident())
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Login:
    """Raises what it is told, or gives tokens that say nothing of their end."""

    def __init__(self, error: SyneriseError | None = None) -> None:
        self.error = error
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        if self.error:
            raise self.error
        return f"opaque-token-{self.count}"


@pytest.mark.parametrize("error", [AuthError("no"), ServerError("no")], ids=["refused", "failed"])
def test_threads_that_wait_for_a_login_that_fails_do_not_repeat_it(error: SyneriseError) -> None:
    logins, door = [], Door()

    def login() -> str:
        logins.append(1)
        ends = time.monotonic() + 30
        while len(door.came) < THREADS and time.monotonic() < ends:
            time.sleep(0.001)
        raise error

    tokens = BearerTokens(login)
    tokens._lock = door  # type: ignore[assignment]

    def one(_: int) -> SyneriseError:
        with pytest.raises(type(error)) as caught:
            tokens.header()
        return caught.value

    with ThreadPoolExecutor(THREADS) as pool:
        errors = list(pool.map(one, range(THREADS)))
    assert {caught.message for caught in errors} == {"no"}
    assert len(logins) == 1
    # One exception raised in many threads would gather the tracebacks of all.
    assert len({id(caught) for caught in errors}) == THREADS
    assert max(len(traceback.format_exception(caught)) for caught in errors) < 20


@pytest.mark.parametrize(
    "error",
    [AuthError("no"), PermissionDenied("no"), sf.ConfigError("no")],
    ids=lambda error: error.code,
)
def test_a_refused_login_rests_and_longer_each_time(error: SyneriseError) -> None:
    clock, login = Clock(), Login(error)
    tokens = BearerTokens(login, clock)
    asked = []
    for _ in range(400):
        with pytest.raises(type(error), match="no") as caught:
            tokens.header()
        if login.count > len(asked):
            asked.append(clock.now - 1000)
            assert "repeated" not in caught.value.hint
        else:
            assert "new sf.connect()" in caught.value.hint
        clock.now += 0.5
    # After 2, 4, 8 … seconds, at most 60.
    assert asked == [0, 2, 6, 14, 30, 62, 122, 182]
    # Other credentials do not wait for these.
    assert BearerTokens(Login(), clock).header() == "Bearer opaque-token-1"


def test_a_login_that_works_again_forgets_the_refusals() -> None:
    clock, login = Clock(), Login(AuthError("no"))
    tokens = BearerTokens(login, clock)
    for _ in range(3):
        with pytest.raises(AuthError):
            tokens.header()
        clock.now += 10
    login.error = None
    header = tokens.header()
    assert tokens.renew(header)
    login.error = AuthError("not any more")
    for _ in range(2):
        with pytest.raises(AuthError, match="not any more"):
            tokens.header()
    assert login.count == 5
    clock.now += 2
    with pytest.raises(AuthError):
        tokens.header()
    assert login.count == 6


def test_a_login_that_failed_by_itself_is_tried_by_the_next_call() -> None:
    login = Login(ServerError("busy"))
    tokens = BearerTokens(login, Clock())
    for number in (1, 2, 3):
        with pytest.raises(ServerError):
            tokens.header()
        assert login.count == number


def test_a_server_that_refuses_its_own_tokens_is_not_asked_for_ever() -> None:
    clock, login = Clock(), Login()
    tokens = BearerTokens(login, clock)
    renewals = 0
    for _ in range(100):
        renewals += tokens.renew(tokens.header())
        clock.now += 0.05
    assert (renewals, login.count) == (3, 4)
    clock.now += 10
    assert tokens.renew(tokens.header())
    assert tokens.header() == "Bearer opaque-token-5"


def test_a_token_that_another_thread_replaced_stays() -> None:
    login = Login()
    tokens = BearerTokens(login)
    old = tokens.header()
    assert tokens.renew(old)
    new = tokens.header()
    assert new != old
    assert all(tokens.renew(old) for _ in range(10))
    assert tokens.header() == new
    assert login.count == 2


def test_the_end_of_a_token_is_counted_from_when_it_came() -> None:
    day = 86400
    for issued in (time.time(), time.time() - 30 * day, time.time() + 30 * day):
        assert read_token(jwt(iat=issued, exp=issued + 3600), 1000).renew_at == 1000 + 3540
    assert read_token(jwt(iat=0, exp=100), 1000).renew_at == 1000 + 80


@pytest.mark.parametrize(
    "claims",
    [{"exp": 10**400}, {"iat": 10**400}, {"iat": 0, "exp": float("nan")}, {"exp": True}],
    ids=["ends never", "issued too late", "no number", "a flag"],
)
def test_moments_that_are_none_do_no_harm(claims: dict[str, float]) -> None:
    assert read_token(jwt(**{"exp": 4_000_000_000, **claims}), 1000).renew_at == float("inf")


@pytest.mark.parametrize(
    "text",
    [
        "opaque",
        jwt(),
        jwt(exp="soon"),
        # The server's clock is a day behind, and it does not say when it issued the token.
        jwt(exp=time.time() - 86400),
        jwt(iat=100, exp=100),
    ],
    ids=["opaque", "silent", "words", "over", "no life"],
)
def test_a_token_that_tells_no_end_is_used_until_it_is_refused(text: str) -> None:
    logins = []

    def login() -> str:
        logins.append(1)
        return text

    tokens = BearerTokens(login)
    assert {tokens.header() for _ in range(5)} == {f"Bearer {text}"}
    assert len(logins) == 1
    assert tokens.lifetime() is None


def test_a_fixed_token_is_shown_to_nobody() -> None:
    fixed = FixedToken("token-of-a-profile")
    assert fixed.header() == "Bearer token-of-a-profile"
    assert "token-of" not in repr(fixed) + repr(vars(fixed))
    assert not fixed.renew(fixed.header())
