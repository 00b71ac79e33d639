"""One server process for all tests here, and a plain client that knows nothing of the library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
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
            timeout=30,
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
def api(anonymous: Api, sandbox: RunningSandbox) -> Api:
    answer = anonymous.send("auth.login_workspace", {"apiKey": sandbox.api_key})
    return Api(anonymous.url, anonymous.session, answer.json()["token"], sandbox)
