"""A server that sends any bytes, the transports, and what the demo workspace really answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from distributed import Client, LocalCluster

import synerise_frames as sf
from tests.hardening.calls import KEY, PATHS, Recorded, record
from tests.hardening.server import RawServer, serving


@pytest.fixture
def server() -> Iterator[RawServer]:
    with serving() as one:
        yield one


@pytest.fixture
def connect(server: RawServer) -> Iterator[Callable[..., sf.Workspace]]:
    """Connect to the server, with little patience; closed at the end."""
    opened: list[sf.Workspace] = []
    patience = sf.RetryPolicy(attempts=1, read_timeout=5, deadline=10)

    def connected(**how: Any) -> sf.Workspace:
        given = {"api_key": KEY, "host": server.url, "cache": False, "retry": patience}
        opened.append(sf.connect(**{**given, "paths": PATHS, **how}))
        return opened[-1]

    yield connected
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def recorded() -> tuple[list[Recorded], dict[str, str]]:
    with sf.demo() as ws:
        return record(ws)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Client]:
    """Give a cluster whose one worker is in this process, and has its environment.

    It ends with its module: its threads draw random numbers, which hypothesis takes for the
    tests' own.
    """
    where = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "protocol": "tcp://"}
    with LocalCluster(n_workers=1, processes=False, **where) as made, Client(made) as client:
        yield client


def single(ws: sf.Workspace) -> str:
    try:
        return str(ws.metrics.calculate("m")["value"].item())
    except sf.SyneriseError as error:
        return str(error)


def bulk(ws: sf.Workspace, executor: Any = None) -> str:
    plan = ws.profiles([1]).plan(aggregates="a")
    try:
        row = plan.run(progress=False, executor=executor).frame.iloc[0]
    except sf.SyneriseError as error:
        return str(error)
    return str(row["value"] if row["status"] == "ok" else row["error"])


@pytest.fixture(params=["single", "bulk", "cluster"])
def ask(request: pytest.FixtureRequest) -> Callable[[sf.Workspace], str]:
    """Give a call over one of the transports: its value or its error as text.

    The session of single calls (logins too), libcurl's of bulk runs, and the same on a worker
    of a cluster.
    """
    if request.param == "cluster":
        client = request.getfixturevalue("cluster")
        return lambda ws: bulk(ws, client)
    return {"single": single, "bulk": bulk}[request.param]
