"""The HTTP server over an open workspace: uvicorn on a socket that is bound already."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from synerise_frames.sandbox.app import Paths, create_app
from synerise_frames.sandbox.auth import ApiKey, Gate, new_key
from synerise_frames.sandbox.definitions import starter_definitions
from synerise_frames.sandbox.engine import Engine
from synerise_frames.sandbox.store import open_store
from synerise_frames.sandbox.workspace import GUID, LocalWorkspace

#: Fixes the key of a workspace, for shells and scripts that start apart from it.
KEY_VARIABLE = "SYNERISE_SANDBOX_KEY"

# DuckDB spreads one query over all cores by itself; more threads only keep short
# calculations from waiting behind long ones.
_WORKERS = 8

# Longer than any client of ours keeps an idle connection.
_KEEP_ALIVE = 120


def serve(
    listener: socket.socket,
    *,
    folder: Path | None,
    token_lifetime: float,
    keys: Sequence[ApiKey],
    paths: Paths | None,
    ready: Callable[[dict[str, str]], None],
) -> None:
    """Open the workspace and serve it on `listener` until a signal ends it."""
    keys = keys or (_own_key(),)
    store = open_store(folder)
    definitions = starter_definitions()
    gate = Gate(keys, workspace_guid=GUID, token_lifetime=token_lifetime)
    workspace = LocalWorkspace(store, definitions, Engine(store, definitions), gate)
    host, port = listener.getsockname()
    facts = {
        "url": f"http://{host}:{port}",
        "api_key": keys[0].value,
        "workspace_guid": workspace.guid,
        "workspace_name": workspace.name,
        "timezone": workspace.timezone,
        "now": workspace.now,
    }
    executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="calculation")
    try:
        app = create_app(workspace, executor, paths)
        _Server(app, lambda: ready(facts)).run(sockets=[listener])
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _own_key() -> ApiKey:
    given = os.environ.get(KEY_VARIABLE)
    return ApiKey(given) if given else new_key()


class _Server(uvicorn.Server):
    """A quiet server that says when it accepts connections."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            log_level="error",  # A crash of a handler is logged to stderr, nothing else.
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept, then tell."""
        await super().startup(sockets)
        self._ready()
