"""The HTTP application: routes from the registry, and the way of a request through them."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router, request_response
from starlette.types import ASGIApp, Receive, Scope, Send

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.callers import NOBODY
from synerise_frames.sandbox.calls import Call, check_parameters, read_body, read_content
from synerise_frames.sandbox.definition import KINDS
from synerise_frames.sandbox.engine import DialectError
from synerise_frames.sandbox.options import checked_moment
from synerise_frames.sandbox.own_paths import CLOCK, HEALTH
from synerise_frames.sandbox.problems import Problem, invalid
from synerise_frames.sandbox.routes import HANDLERS, Handler, Text
from synerise_frames.sandbox.routes.permissions import check_permissions
from synerise_frames.sandbox.weather import Weather
from synerise_frames.sandbox.workspace import LocalWorkspace
from synerise_frames.wire.operations import OPERATIONS, Operation
from synerise_frames.wire.paths import NAMESPACE, PathBook
from synerise_frames.wire.permissions import PERMISSION_CHECK

# The reference prints a charset for these three and none for the others.
_WITH_CHARSET = frozenset({"funnels.calculate", "metrics.histogram_metrics", "sankeys.preview"})

# The last one is what nobody thought of.
_ERRORS = (Problem, DialectError, HTTPException, ClientDisconnect, Exception)

# Calculations are slow and writes wait for the disk: neither may hold up the others.
_IN_THREADS = ("calculate", "write")


def create_app(
    workspace: LocalWorkspace,
    executor: Executor,
    paths: PathBook | None = None,
    weather: Weather | None = None,
) -> Starlette:
    """Make the application.

    Parameters
    ----------
    workspace : LocalWorkspace
        What is served, and to whom.
    executor : Executor
        Runs calculations and writes.
    paths : PathBook, optional
        Method and path of every operation; the registry's where left out.
    weather : Weather, optional
        What goes wrong; nothing where left out.
    """
    book = paths or PathBook()

    def route(operation: Operation, handler: Handler) -> Route:
        way = book.route(operation)
        answer = request_response(partial(_serve, workspace, executor, operation, handler))
        answer = weather.over(operation, answer) if weather else answer
        return Route(way.path, Endpoint(operation.key, answer), methods=[way.method])

    routes = [route(OPERATIONS[key], handler) for key, handler in HANDLERS.items()]
    routes.append(route(PERMISSION_CHECK, check_permissions))
    routes.append(Route(HEALTH, partial(_health, workspace), methods=["GET"]))
    routes.append(Route(CLOCK, partial(_clock, workspace), methods=["PUT"]))
    app = Starlette(exception_handlers=dict.fromkeys(_ERRORS, _on_error))
    # An API does not redirect: it knows a path or it does not.
    app.router.redirect_slashes = False
    app.router.default = _by_length(routes, unknown=app.router.not_found)
    return app


@dataclass(frozen=True)
class Endpoint:
    """What a route leads to. Its `key` tells those outside which operation it is."""

    key: str
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self.app(scope, receive, send)


def _by_length(routes: Iterable[Route], unknown: ASGIApp) -> ASGIApp:
    """Give the application that routes a request.

    A router tries its routes one by one, and trying all of them takes longer than many a
    calculation. No route has a path of more or fewer segments than its own.
    """
    found: dict[int, list[Route]] = defaultdict(list)
    for route in sorted(routes, key=lambda one: _literal_first(one.path)):
        found[route.path.count("/")].append(route)
    routers = {length: Router(same, redirect_slashes=False) for length, same in found.items()}

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        router = routers.get(scope["path"].count("/"), unknown)
        await router(scope, receive, send)

    return dispatch


def _literal_first(path: str) -> list[bool]:
    """Order routes so that …/metrics/histogram-metrics is tried before …/metrics/{metricId}."""
    return ["{" in segment for segment in path.split("/")]


async def _serve(
    workspace: LocalWorkspace,
    executor: Executor,
    operation: Operation,
    handler: Handler,
    request: Request,
) -> Response:
    """Answer a request: first who asks, then what for, and only then the work."""
    caller = NOBODY
    if operation.consumers:
        caller = workspace.gate.admit(operation, request.headers.get("authorization"))
    path, query = request.path_params, request.query_params
    if path.get("namespace", NAMESPACE) != NAMESPACE:
        raise Problem(404, f"There is no namespace {path['namespace']!r}, only {NAMESPACE!r}.")
    check_parameters(operation, path, query)
    content = read_content(await request.body()) if operation.method != "GET" else None
    call = Call(operation, path, query, read_body(operation, content), caller, content)
    if operation.effect in _IN_THREADS:
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
    """Say what this server is."""
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


async def _clock(workspace: LocalWorkspace, request: Request) -> Response:
    """Put the workspace's clock to another moment."""
    try:
        moment = checked_moment((await request.body()).decode())
    except (ConfigError, UnicodeDecodeError) as error:
        raise Problem(400, str(error)) from None
    workspace.set_clock(moment)
    return _json({"now": workspace.now})


async def _on_error(request: Request, error: Exception) -> Response:
    problem = _problem(request, error)
    return _json(problem.body(request.url.path), problem.status, problem.headers)


def _problem(request: Request, error: Exception) -> Problem:
    """Give the refusal for whatever ended a request."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DialectError):
        return invalid(error.field, error.message, code="INVALID_VALUE", rejected=error.rejected)
    if isinstance(error, ClientDisconnect):
        return Problem(400, "The request was cut off.")
    if isinstance(error, HTTPException):
        told = {404: "There is no such path.", 405: f"{request.method} is not supported here."}
        message = told.get(error.status_code, error.detail)
        return Problem(error.status_code, message, headers=error.headers)
    # A mistake of ours. Starlette raises it again after this answer, and uvicorn logs it.
    return Problem(500, "The server made a mistake; its own log says more.")
