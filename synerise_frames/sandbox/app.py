"""The HTTP application: routes from the registry, and the way of a request through them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from synerise_frames.sandbox.calls import Call, read_body
from synerise_frames.sandbox.definition import KINDS
from synerise_frames.sandbox.engine import DialectError
from synerise_frames.sandbox.problems import Problem
from synerise_frames.sandbox.routes import HANDLERS, Handler, Text
from synerise_frames.sandbox.workspace import LocalWorkspace
from synerise_frames.wire.operations import OPERATIONS, Operation

#: Operation key to method and path template.
Paths: TypeAlias = Mapping[str, tuple[str, str]]

# The reference prints a charset for these three and none for the others.
_WITH_CHARSET = frozenset({"funnels.calculate", "metrics.histogram_metrics", "sankeys.preview"})

# The last one is what nobody thought of.
_ERRORS = (Problem, DialectError, HTTPException, ClientDisconnect, Exception)

#: The only namespace there is.
_NAMESPACE = "profiles"


def registry_paths() -> dict[str, tuple[str, str]]:
    """Give method and path of every operation that is served, from the registry."""
    return {key: (OPERATIONS[key].method, OPERATIONS[key].path) for key in HANDLERS}


def create_app(
    workspace: LocalWorkspace, executor: Executor, paths: Paths | None = None
) -> Starlette:
    """Make the application.

    Parameters
    ----------
    workspace : LocalWorkspace
        What is served, and to whom.
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
            partial(_serve, workspace, executor, OPERATIONS[key], HANDLERS[key]),
            methods=[method],
            name=key,
        )
        for key, (method, path) in sorted(served.items(), key=_literal_first)
        if key in HANDLERS
    ]
    health = Route("/sandbox/health", partial(_health, workspace), methods=["GET"])
    app = Starlette(
        routes=[health, *routes],
        exception_handlers=dict.fromkeys(
            (Problem, DialectError, HTTPException, ClientDisconnect, Exception), _on_error
        ),
    )
    # An API does not redirect: it knows a path or it does not.
    app.router.redirect_slashes = False
    return app


def _literal_first(item: tuple[str, tuple[str, str]]) -> list[bool]:
    """Order routes so that …/metrics/histogram-metrics is tried before …/metrics/{metricId}."""
    _, (_, path) = item
    return ["{" in segment for segment in path.split("/")]


async def _serve(
    workspace: LocalWorkspace,
    executor: Executor,
    operation: Operation,
    handler: Handler,
    request: Request,
) -> Response:
    """Answer a request: first who asks, then what for, and only then the work."""
    if operation.effect != "login":
        workspace.gate.admit(operation, request.headers.get("authorization"))
    path = request.path_params
    if path.get("namespace", _NAMESPACE) != _NAMESPACE:
        raise Problem(404, f"There is no namespace {path['namespace']!r}, only {_NAMESPACE!r}.")
    body = read_body(operation, await request.body())
    call = Call(operation, path, request.query_params, body)
    if operation.effect == "calculate":
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(executor, handler, workspace, call)
    else:
        answer = handler(workspace, call)
    return _render(operation, answer)


def _render(operation: Operation, answer: Any) -> Response:
    if isinstance(answer, Text):
        return Response(answer.content, media_type=answer.media_type)
    charset = ";charset=UTF-8" if operation.key in _WITH_CHARSET else ""
    return _json(answer, headers={"Content-Type": f"application/json{charset}"})


def _json(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text, status, headers={"Content-Type": "application/json", **(headers or {})})


async def _health(workspace: LocalWorkspace, _: Request) -> Response:
    """Say what this server is; not part of the API."""
    ids = {kind: [d.id for d in workspace.definitions.of(kind)] for kind in KINDS}
    return _json(
        {
            "status": "ok",
            "now": workspace.now,
            "timezone": workspace.timezone,
            "workspace": {"guid": workspace.guid, "name": workspace.name},
            "definitions": ids,
        }
    )


async def _on_error(request: Request, error: Exception) -> Response:
    problem = _problem(request, error)
    return _json(problem.body(request.url.path), problem.status, problem.headers)


def _problem(request: Request, error: Exception) -> Problem:
    """Give the refusal for whatever ended a request."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DialectError):
        return Problem(400, str(error), errors=[error.to_item()])
    if isinstance(error, ClientDisconnect):
        return Problem(400, "The request was cut off.")
    if isinstance(error, HTTPException):
        told = {404: "There is no such path.", 405: f"{request.method} is not supported here."}
        message = told.get(error.status_code, error.detail)
        return Problem(error.status_code, message, headers=error.headers)
    # A mistake of ours. Starlette raises it again after this answer, and uvicorn logs it.
    return Problem(500, "The server made a mistake; its own log says more.")
