"""A server that sends any bytes, and what the demo workspace really answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

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
