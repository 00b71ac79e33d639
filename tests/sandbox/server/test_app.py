"""The application by itself, without a socket: crashes, and paths of one's own."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from synerise_frames.sandbox.app import create_app
from synerise_frames.sandbox.auth import Gate
from synerise_frames.sandbox.callers import ApiKey
from synerise_frames.sandbox.definition import Definition
from synerise_frames.sandbox.definitions import Definitions
from synerise_frames.sandbox.routes import HANDLERS
from synerise_frames.sandbox.workspace import LocalWorkspace
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook

METRIC = Definition(kind="metric", id="m", name="Żółty", description=None, analysis={})


class Engine:
    def metric(self, analysis: Any, overrides: Any) -> Any:
        raise ZeroDivisionError("a secret of ours")


def ask(
    method: str, path: str, paths: dict[str, str] | None = None
) -> tuple[int, Any, Exception | None]:
    """Send one request through the application, as a server would."""
    gate = Gate([ApiKey("key")], workspace_guid="g", token_lifetime=60)
    workspace = LocalWorkspace(
        store=cast(Any, None),
        definitions=Definitions([METRIC]),
        engine=cast(Any, Engine()),
        gate=gate,
        users=cast(Any, None),
        credentials=cast(Any, None),
    )
    token = f"Bearer {gate.login('key')}".encode()
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [(b"authorization", token), (b"host", b"localhost")],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    raised = None
    with ThreadPoolExecutor(1) as executor:
        app = create_app(workspace, executor, PathBook(paths))
        try:
            asyncio.run(app(scope, receive, send))
        except ZeroDivisionError as error:
            raised = error
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(body), raised


def test_crash_is_told_without_its_reason_but_raised_for_the_log() -> None:
    # Engine.metric is bound in HANDLERS to the real class, so the handler is replaced.
    def crash(workspace: Any, call: Any) -> Any:
        raise ZeroDivisionError("a secret of ours")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "synerise_frames.sandbox.app.HANDLERS", {**HANDLERS, "metrics.calculate": crash}
        )
        status, body, raised = ask("POST", "/analytics/analytics/v3/metrics/m/recalculate")
    assert (status, body["status"], body["error"]) == (500, 500, "Internal Server Error")
    assert "secret" not in json.dumps(body)
    assert isinstance(raised, ZeroDivisionError)


def test_moved_paths_take_the_place_of_the_registrys() -> None:
    paths = {"metrics.recommendation_metric_ids": "GET /x/{namespace}/ids"}
    assert ask("GET", "/x/profiles/ids", paths)[:2] == (200, ["m"])
    assert ask("GET", "/x/products/ids", paths)[0] == 404
    assert ask("GET", "/metrics/v2/available-ids", paths)[0] == 404
    # All others stay.
    assert ask("GET", "/metrics/v2/available", paths)[0] == 200


@pytest.mark.parametrize("reverse", [False, True])
def test_literal_paths_come_before_placeholders(reverse: bool) -> None:
    paths = {
        "metrics.get": "GET /x/{metricId}",
        "metrics.recommendation_metric_ids": "GET /x/ids",
    }
    ordered = dict(sorted(paths.items(), reverse=reverse))
    assert ask("GET", "/x/ids", ordered)[:2] == (200, ["m"])


def test_two_methods_of_one_path() -> None:
    paths = {
        "metrics.get": "POST /x/{metricId}",
        "metrics.recommendation_metrics": "GET /x/m",
    }
    assert ask("GET", "/x/m", paths)[0] == 200
    assert ask("POST", "/x/none", paths)[0] == 404


def test_text_is_sent_as_it_is() -> None:
    assert ask("GET", "/metrics/v2/available")[1] == [{"id": "m", "name": "Żółty"}]


def test_every_operation_of_the_registry_has_a_handler() -> None:
    assert set(HANDLERS) == set(OPERATIONS)
    assert len(HANDLERS) == 92
