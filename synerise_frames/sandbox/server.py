"""The HTTP server over an open workspace: uvicorn on a socket that is bound already."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from synerise_frames.sandbox.app import create_app
from synerise_frames.sandbox.auth import Gate
from synerise_frames.sandbox.call_log import CallLog, opened_log
from synerise_frames.sandbox.callers import ApiKey
from synerise_frames.sandbox.credentials import credentials
from synerise_frames.sandbox.definition_file import DefinitionFile
from synerise_frames.sandbox.definitions import Definitions, starter_definitions
from synerise_frames.sandbox.engine import Engine
from synerise_frames.sandbox.faults import Faults
from synerise_frames.sandbox.options import Options
from synerise_frames.sandbox.store import Store, open_store
from synerise_frames.sandbox.users import MFA_USERNAME, USERNAME, Users
from synerise_frames.sandbox.weather import Weather
from synerise_frames.sandbox.wires import OpenWires
from synerise_frames.sandbox.workspace import GUID, LocalWorkspace

# DuckDB spreads one query over all cores by itself; more threads only keep short
# calculations from waiting behind long ones.
_WORKERS = 8

# Longer than any client of ours keeps an idle connection.
_KEEP_ALIVE = 120


def serve(
    listener: socket.socket, options: Options, ready: Callable[[dict[str, str]], None]
) -> None:
    """Open the workspace and serve it on `listener` until a signal ends it."""
    faults = options.faults
    with _definitions(options.definitions) as found, _logged(options.call_log) as logged:
        workspace = _workspace(open_store(options.store), found, options)
        if options.now or faults.late:
            workspace.set_clock(options.now or workspace.store.clock)
        host, port = listener.getsockname()
        facts = _facts(workspace, f"http://{host}:{port}")
        executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="calculation")
        try:
            weather = Weather(faults) if faults else None
            app = logged(create_app(workspace, executor, options.paths, weather))
            _Server(app, lambda: ready(facts), faults).run(sockets=[listener])
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _definitions(path: Path | None) -> Iterator[Definitions]:
    """Give the definitions; from a file if there is one, which is closed in the end."""
    if path is None:
        yield starter_definitions()
        return
    with closing(DefinitionFile(path)) as file:
        yield file.load()


@contextmanager
def _logged(path: Path | None) -> Iterator[Callable[[ASGIApp], ASGIApp]]:
    """Give what puts a call log around an application; nothing where there is none."""
    if path is None:
        yield lambda app: app
        return
    with opened_log(path) as file:
        yield lambda app: CallLog(app, file)


def _workspace(store: Store, definitions: Definitions, options: Options) -> LocalWorkspace:
    secrets = credentials()
    gate = Gate(
        [ApiKey(secrets.api_key, options.denied)],
        workspace_guid=GUID,
        token_lifetime=options.token_lifetime,
        profile_key=secrets.profile_key,
    )
    users = Users(secrets, gate.tokens, GUID)
    engine = Engine(store, definitions)
    return LocalWorkspace(store, definitions, engine, gate, users, secrets, options.faults)


def _facts(workspace: LocalWorkspace, url: str) -> dict[str, str]:
    """Say what a caller has to know."""
    return {
        "url": url,
        "api_key": workspace.credentials.api_key,
        "profile_key": workspace.credentials.profile_key,
        "username": USERNAME,
        "mfa_username": MFA_USERNAME,
        "password": workspace.credentials.password,
        "mfa_code": workspace.credentials.mfa_code,
        "workspace_guid": workspace.guid,
        "workspace_name": workspace.name,
        "timezone": workspace.timezone,
        "now": workspace.now,
    }


class _Server(uvicorn.Server):
    """A quiet server that says when it accepts connections."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None], faults: Faults) -> None:
        config = uvicorn.Config(
            app,
            http=OpenWires if faults.cut else "auto",
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
