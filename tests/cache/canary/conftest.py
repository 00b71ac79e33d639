"""The zoo of calls, on the scripted server of the cache's tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cache.canary.hunting import EMAIL
from tests.cache.canary.zoo import Log, Zoo


@pytest.fixture
def log() -> Iterator[Log]:
    """All that is logged by anybody, from DEBUG on."""
    handler, root = Log(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def zoo(api: Any, connect: Any, tmp_path: Path, log: Log) -> Zoo:
    api.person, api.echoes = EMAIL, False
    api.logins.add("/uauth/auth/login/user")
    return Zoo(api, connect, tmp_path, log)
