"""The HTTP application: routes from the registry, and the way of a request through them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from synerise_frames.sandbox.auth import Gate
from synerise_frames.sandbox.engine import DialectError
from synerise_frames.sandbox.problems import Problem, invalid
from synerise_frames.sandbox.requests import Call, read_body
from synerise_frames.sandbox.routes import HANDLERS, Handler, Text
from synerise_frames.sandbox.workspace import KINDS, LocalWorkspace
from synerise_frames.wire.operations import OPERATIONS, Operation

#: Operation key to method and path template.
Paths: TypeAlias = Mapping[str, tuple[str, str]]

# The reference prints a charset for these three and none for the others.
_WITH_CHARSET = frozenset({"funnels.calculate", "metrics.histogram_metrics", "sankeys.preview"})

_NAMESPACE = "profiles"


def registry_paths() -> dict[str, tuple[str, str]]:
    """Give method and path of every operation that is served, from the registry."""
    return {key: (OPERATIONS[key].method, OPERATIONS[key].path) for key in HANDLERS}


def create_app(
    workspace: LocalWorkspace, gate: Gate, executor: Executor, paths: Paths | None = None
) -> Starlette:
    """Make the application.

    Parameters
    ----------
    workspace : LocalWorkspace
        What is served.
    gate : Gate
        Who may.
    executor : Executor
        Runs the calculations, so that slow ones do not hold up the others.
    paths : mapping, optional
        Operation key to (method, path template); the registry's where left out. Operations
        without a handler are not served, whatever their path.
    """
    served = registry_paths() if paths is None else paths
    routes = [
        Route(
            path,
            partial(_serve, workspace, gate, executor, OPERATIONS[key]),
            methods=[method],
            name=key,
        )
        for key, (method, path) in sorted(served.items(), key=_literal_first)
        if key in HANDLERS
    ]
    health = Route("/sandbox/health", partial(_health, workspace), methods=["GET"])
    app = Starlette(
        routes=[health, *routes],
        exception_handlers={
            Problem: _on_problem,
            DialectError: _on_dialect_error,
            HTTPException: _on_http_exception,
            ClientDisconnect: _on_disconnect,
            Exception: _on_crash,
        },
    )
    # An API does not redirect: a path is known, or it is not.
    app.router.redirect_slashes = False
    return app


def _literal_first(item: tuple[str, tuple[str, str]]) -> list[bool]:
    """Order routes so that …/metrics/histogram-metrics is tried before …/metrics/{metricId}."""
    _, (_, path) = item
    return ["{" in segment for segment in path.split("/")]


async def _serve(
    workspace: LocalWorkspace,
    gate: Gate,
    executor: Executor,
    operation: Operation,
    request: Request,
) -> Response:
    """Take a request: who asks, what for, and only then is it worked on."""
    if operation.effect != "login":
        gate.admit(operation, request.headers.get("authorization"))
    path = request.path_params
    if path.get("namespace", _NAMESPACE) != _NAMESPACE:
        raise Problem(404, f"There is no namespace {path['namespace']!r}, only {_NAMESPACE!r}.")
    body = read_body(operation, await request.body())
    call = Call(operation, path, request.query_params, body)
    handler = HANDLERS[operation.key]
    if operation.effect == "login":
        return _render(operation, {"token": gate.login(call.body["apiKey"])})
    if operation.effect == "calculate":
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(executor, handler, workspace, call)
    else:
        answer = handler(workspace, call)
    return _render(operation, answer)
