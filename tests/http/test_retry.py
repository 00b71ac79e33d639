"""How patient a workspace is: numbers that make no sense are told, and long patience works."""

from __future__ import annotations

from typing import Any

import pytest

import synerise_frames as sf


@pytest.mark.parametrize(
    "given",
    [
        {"deadline": None},
        {"backoff": "1"},
        {"attempts": 2.5},
        {"read_timeout": float("inf")},
        {"max_wait": -1},
    ],
)
def test_what_is_no_number_of_its_kind_is_told(given: dict[str, Any]) -> None:
    with pytest.raises(sf.ConfigError, match="cannot work"):
        sf.RetryPolicy(**given)


def test_the_wait_grows_to_its_limit_however_many_tries_there_are() -> None:
    policy = sf.RetryPolicy(attempts=5000, backoff=0.001, max_wait=0.01)
    assert policy.wait(1) <= 0.001
    assert policy.wait(5000) >= policy.max_wait / 2
    assert sf.RetryPolicy(attempts=5000, backoff=0).wait(5000) == 0
