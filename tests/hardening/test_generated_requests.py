"""The embedded workspace against generated requests: it never fails, hangs or tells too much."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from synerise_frames.sandbox.call_log import HEALTH
from synerise_frames.sandbox.launch import RunningSandbox, launch
from tests.hardening.requests_drawn import besiege
from tests.hardening.shrinking import EACH

SEED, REQUESTS = 7, 1_000


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with launch() as running:
        yield running


def test_no_request_makes_it_fail(sandbox: RunningSandbox) -> None:
    siege = besiege(sandbox, SEED)
    siege.run(range(REQUESTS // EACH))
    assert not siege.findings, "\n".join(siege.findings[:5])
    # Much is nearly right, so the calculations behind the checks are reached too.
    assert siege.statuses[200] > REQUESTS / 20
    assert siege.statuses[400] > REQUESTS / 10
    with urlopen(f"{sandbox.url}{HEALTH}", timeout=10) as answer:
        assert json.load(answer)["status"] == "ok"
