"""Ctrl-C while an answer is awaited: the traceback has frames of requests and urllib3 too.

Where they hold header and body, they hold those that we gave them. (Only in the microseconds of
sending does Python's own client hold a header in other bytes.)
"""

from __future__ import annotations

import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

import synerise_frames as sf
from tests.cache.canary.hunting import EMAIL, KEY, PASSWORD, USER, Hunt, canaries, search_error
from tests.cache.canary.safeguards import hidden_values_show
from tests.cache.canary.zoo import GUID, Call

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are other ones there")

CALLS: dict[str, Call] = {
    "a profile": lambda ws: ws.aggregates.calculate("a", EMAIL, by="email"),
    "an analysis": lambda ws: ws.trends.preview({"email": EMAIL}),
    "any operation": lambda ws: ws.call(
        "aggregates.calculate", aggregateId="a", identifierType="email", identifierValue=EMAIL
    ),
}
LOGINS: dict[str, dict[str, Any]] = {
    "a key": {"api_key": KEY},
    "a user": {"api_key": None, "username": USER, "password": PASSWORD, "workspace": GUID},
}


@pytest.fixture
def press(api: Any) -> Callable[..., None]:
    """Press Ctrl-C, once, while the answer to a request is awaited."""
    main = threading.main_thread().ident
    assert main
    assert main == threading.get_ident()

    def interrupt(*_: str) -> None:
        api.before, api.on_login = (lambda *_: None), (lambda: None)
        while not _awaits_answer(sys._current_frames()[main]):
            time.sleep(0.001)
        signal.pthread_kill(main, signal.SIGINT)

    return interrupt


def _awaits_answer(frame: FrameType | None) -> bool:
    return frame is not None and (
        frame.f_code.co_name == "getresponse" or _awaits_answer(frame.f_back)
    )


def interrupted(call: Callable[[], Any], api: Any) -> Hunt:
    with pytest.raises(KeyboardInterrupt) as caught:
        call()
    hunt = Hunt(canaries(api.tokens))
    search_error(hunt, caught.value)
    # It was awaited, and in code of others.
    assert "getresponse" in "".join(traceback.format_tb(caught.tb))
    return hunt


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_nothing_is_shown_of_a_call(api: Any, connect: Any, press: Any, call: Call) -> None:
    ws = connect(api_key=KEY)
    ws.metrics.list()
    api.before = press
    assert interrupted(lambda: call(ws), api).hits == []


@pytest.mark.parametrize("who", LOGINS.values(), ids=LOGINS)
def test_nothing_is_shown_of_a_login(api: Any, connect: Any, press: Any, who: Any) -> None:
    api.logins.add("/uauth/auth/login/user")
    ws: sf.Workspace = connect(**who)
    api.on_login = press
    assert interrupted(ws.metrics.list, api).hits == []


def test_it_bites(api: Any, connect: Any, press: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden_values_show(monkeypatch)
    ws = connect(api_key=KEY)
    api.on_login = press
    login = interrupted(ws.metrics.list, api)
    api.before = press
    call = interrupted(lambda: CALLS["a profile"](ws), api)
    assert login.places >= {("locals: connectionpool.py, urlopen, body", "key")}
    assert call.places >= {
        ("locals: connectionpool.py, urlopen, body", "e-mail"),
        ("locals: connectionpool.py, urlopen, headers", "token"),
    }
