"""One server process for all tests here, and a plain client that knows nothing of the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import requests

from synerise_frames.sandbox.launch import RunningSandbox, launch
from synerise_frames.wire.operations import OPERATIONS


@dataclass
class Api:
    """Sends operations by their key, over one kept connection."""

    url: str
    session: requests.Session
    token: str = ""
    sandbox: RunningSandbox | None = field(default=None, repr=False)

    def send(
        self,
        key: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **path: str,
    ) -> requests.Response:
        operation = OPERATIONS[key]
        values = {"namespace": "profiles", **path}
        filled = re.sub(r"\{(\w+)\}", lambda m: values[m[1]], operation.path)
        auth = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.session.request(
            operation.method,
            self.url + filled,
            json=body,
            params=query,
            headers={**auth, **(headers or {})},
            timeout=180,
        )

    def first(self, kind: str) -> str:
        assert self.sandbox is not None
        return self.sandbox.definitions[kind][0]

    def analysis(self, kind: str) -> dict[str, Any]:
        return self.send(f"{kind}s.get", **{f"{kind}Id": self.first(kind)}).json()["analysis"]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    with launch() as running:
        yield running


@pytest.fixture(scope="session")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="session")
def anonymous(sandbox: RunningSandbox, session: requests.Session) -> Api:
    return Api(sandbox.url, session, sandbox=sandbox)


@pytest.fixture(scope="session")
def api(anonymous: Api) -> Api:
    return logged_in(anonymous)


@pytest.fixture(scope="session")
def writable(session: requests.Session) -> Iterator[Api]:
    """A server of its own for tests that change its definitions."""
    with launch() as running:
        yield logged_in(Api(running.url, session, sandbox=running))


@pytest.fixture(scope="session")
def connected(session: requests.Session) -> Callable[[RunningSandbox], Api]:
    """Log in to a server with its workspace's key."""
    return lambda running: logged_in(Api(running.url, session, sandbox=running))


@pytest.fixture(scope="session")
def user(writable: Api) -> Api:
    """The demo user in the selected workspace, on the writable server."""
    return user_of(writable)


def logged_in(api: Api) -> Api:
    assert api.sandbox is not None
    answer = api.send("auth.login_workspace", {"apiKey": api.sandbox.api_key})
    return replace(api, token=answer.json()["token"])


def user_of(api: Api) -> Api:
    running = api.sandbox
    assert running is not None
    nobody = replace(api, token="")
    body = {"username": running.username, "password": running.password}
    half = replace(api, token=nobody.send("auth.login_user", body).json()["token"])
    guid = running.workspace_guid
    answer = half.send("auth.select_workspace", businessProfileUUID=guid)
    return replace(api, token=answer.json()["token"])
