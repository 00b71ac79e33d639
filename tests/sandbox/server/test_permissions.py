"""Permissions: a key may lack any of them, and can ask what it has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests
from starlette.applications import Starlette

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.app import create_app
from synerise_frames.sandbox.auth import Gate
from synerise_frames.sandbox.callers import ApiKey
from synerise_frames.sandbox.credentials import credentials
from synerise_frames.sandbox.definitions import starter_definitions
from synerise_frames.sandbox.engine import Engine
from synerise_frames.sandbox.launch import launch
from synerise_frames.sandbox.store import Store
from synerise_frames.sandbox.users import Users
from synerise_frames.sandbox.workspace import GUID, LocalWorkspace
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.permissions import PERMISSION_CHECK

NOBODY = "00000000-0000-0000-0000-000000000000"
NEEDED = [
    (key, name)
    for key, op in OPERATIONS.items()
    if "workspace" in op.consumers
    for name in op.permissions
]


@pytest.fixture(scope="module")
def gate() -> Gate:
    """A gate with a key for every permission, which lacks just this one."""
    denied = [ApiKey(f"no {name}", frozenset({name})) for _, name in NEEDED]
    return Gate([ApiKey("full"), *denied], workspace_guid=GUID, token_lifetime=600)


@pytest.fixture(scope="module")
def app(gate: Gate, store: Store) -> Iterator[Starlette]:
    definitions = starter_definitions()
    secrets = credentials({})
    users = Users(secrets, gate.tokens, GUID)
    engine = Engine(store, definitions)
    workspace = LocalWorkspace(store, definitions, engine, gate, users, secrets)
    with ThreadPoolExecutor(1) as executor:
        yield create_app(workspace, executor)


def ask(app: Starlette, key: str, token: str) -> tuple[int, Any]:
    """Send an operation with no body and with ids that nobody has."""
    op = OPERATIONS[key]
    values = dict.fromkeys(op.path_parameters, NOBODY) | {"namespace": "profiles"}
    scope = {
        "type": "http",
        "method": op.method,
        "path": op.path.format(**values),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {token}".encode()), (b"host", b"localhost")],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    content = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(content)


@pytest.mark.parametrize(("key", "name"), NEEDED)
def test_a_key_that_lacks_a_permission(app: Starlette, gate: Gate, key: str, name: str) -> None:
    status, body = ask(app, key, gate.login(f"no {name}"))
    assert status == 403
    assert name in body["message"]
    # It is the permission and nothing else that was missing.
    assert ask(app, key, gate.login("full"))[0] in (200, 400, 404)


def test_every_analytics_operation_needs_some_permission() -> None:
    without = {key.partition(".")[0] for key, op in OPERATIONS.items() if not op.permissions}
    assert without == {"auth"}


@pytest.fixture(scope="module")
def limited(connected: Any) -> Iterator[Any]:
    denied = ("ANALYTICS_BACKEND_METRIC_READ", "ANALYTICS_BACKEND_TREND_DELETE")
    with launch(denied=denied) as running:
        yield connected(running)


def check(api: Any, content: Any) -> requests.Response:
    return api.session.request(
        PERMISSION_CHECK.method,
        api.url + PERMISSION_CHECK.path,
        json=content,
        headers={"Authorization": f"Bearer {api.token}"},
        timeout=180,
    )


def test_a_denied_key_over_http(limited: Any) -> None:
    id_ = limited.first("metric")
    answer = limited.send("metrics.calculate", metricId=id_)
    assert answer.status_code == 403
    assert "ANALYTICS_BACKEND_METRIC_READ" in answer.json()["message"]
    assert limited.send("metrics.list").ok
    trend = limited.first("trend")
    assert limited.send("trends.delete", trendId=trend).status_code == 403
    assert limited.send("trends.get", trendId=trend).ok


def test_a_key_can_ask_what_it_may(limited: Any, user: Any) -> None:
    asked = ["ANALYTICS_BACKEND_METRIC_READ", "ANALYTICS_BACKEND_METRICS_READ", "NONSENSE"]
    answer = check(limited, asked)
    assert answer.json() == {
        "businessProfileName": limited.sandbox.workspace_name,
        "permissions": dict(zip(asked, [False, True, False], strict=True)),
    }
    assert check(limited, []).json()["permissions"] == {}
    for wrong in ({}, "x", [1], None):
        assert check(limited, wrong).status_code == 400
    assert check(user, asked).status_code == 403
    assert check(replace(limited, token="x.y.z"), asked).status_code == 401


def test_permissions_that_do_not_exist() -> None:
    with pytest.raises(ConfigError, match="ANALYTICS_BACKEND_METRIC_REED") as caught:
        launch(denied=["ANALYTICS_BACKEND_METRIC_REED"])
    assert "ANALYTICS_BACKEND_METRIC_READ" in caught.value.hint
    with pytest.raises(ConfigError, match="is text"):
        launch(denied="ANALYTICS_BACKEND_METRIC_READ")
