"""Faults as a value, and the limit of requests a second, both without a server."""

from __future__ import annotations

import math
import random
import time
from typing import Any

import pytest

from synerise_frames.cli import main
from synerise_frames.errors import ConfigError
from synerise_frames.sandbox import Faults
from synerise_frames.sandbox.launch import launch
from synerise_frames.sandbox.weather import Bucket


@pytest.mark.parametrize(
    "faults",
    [
        Faults(),
        Faults(latency=0.02, per_second=500),
        Faults(rate_limited=1 / 3, retry_after=0, failing=1e-9, cut=0.01, seed=-4),
        Faults(slow=0.1, slow_seconds=2.5, html=1 - 0.1),
    ],
    ids=str,
)
def test_text_and_back(faults: Faults) -> None:
    assert Faults.parse(str(faults)) == faults


def test_text_by_people() -> None:
    read = Faults.parse(" rate_limited = 0.05 ,cut=.01,, seed=3", latency=0.5, per_second=None)
    assert read == Faults(rate_limited=0.05, cut=0.01, seed=3, latency=0.5)
    assert Faults.parse("latency=1", latency=2.0).latency == 2


def test_only_what_can_be_noticed_counts() -> None:
    assert not Faults()
    assert not Faults(seed=3, retry_after=1, slow_seconds=9)
    for one in ("latency", "rate_limited", "failing", "cut", "slow", "html", "per_second"):
        assert Faults(**{one: 0.5})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"latency": -0.1}, "latency=-0.1"),
        ({"latency": math.inf}, "latency=inf"),
        ({"retry_after": math.nan}, "retry_after=nan"),
        ({"slow_seconds": "1"}, "slow_seconds='1'"),
        ({"cut": 1.01}, "cut=1.01"),
        ({"late_days": 36_501}, "late_days=36501"),
        ({"html": True}, "html=True"),
        ({"per_second": 0}, "per_second"),
        ({"per_second": -5}, "per_second=-5"),
        ({"seed": 1.5}, "seed=1.5"),
        ({"seed": True}, "seed=True"),
        ({"cut": 0.6, "failing": 0.5}, "more than 1"),
    ],
)
def test_values_that_are_none(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        Faults(**given)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        ("rate_limit=0.05", "'rate_limit'", "Did you mean 'rate_limited'?"),
        ("weather=1", "'weather'", "There are cut, failing, html, late"),
        ("cut=0.1,cut=0.2", "cut is given twice", "one"),
        ("cut", "cut has no number", "cut=0.05"),
        ("cut=often", "cut='often'", "a number"),
        ("seed=0.5", "seed='0.5'", "a whole number"),
        ("cut=nan", "cut=nan", "share"),
    ],
)
def test_texts_that_are_none(
    text: str, told: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        Faults.parse(text)
    assert hint in caught.value.hint
    # The command line says the same, before anything is started.
    assert main(["sandbox", "--port", "0", "--faults", text]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert hint in error


@pytest.mark.parametrize(
    "options",
    [["--rate-limit", "many"], ["--rate-limit", "0/s"], ["--latency", "-1"], ["--latency", "x"]],
    ids=" ".join,
)
def test_options_that_are_none(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "--port", "0", *options]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_faults_of_another_type() -> None:
    with pytest.raises(ConfigError, match="is none") as caught:
        launch(faults="cut=1")  # type: ignore[arg-type]
    assert "Faults(" in caught.value.hint


def test_a_call_log_that_cannot_be_written(tmp_path: Any) -> None:
    with pytest.raises(ConfigError, match=r"calls\.jsonl cannot be written"):
        launch(call_log=tmp_path / "no-such-folder" / "calls.jsonl")


@pytest.mark.parametrize("rate", [0.5, 30.0, 500.0])
def test_limit_lets_its_rate_through_and_no_more(rate: float) -> None:
    bucket, moments, chance = Bucket(rate), [], random.Random(1)
    now = time.monotonic()
    end = now + 500 / rate
    while now < end:
        if not bucket.take(now):
            moments.append(now)
        now += chance.expovariate(50 * rate)
    burst = max(1, rate / 50)
    for first in range(0, len(moments), 7):
        for last in range(first, len(moments), 11):
            let_through = last - first + 1
            assert let_through <= burst + (moments[last] - moments[first]) * rate + 1e-6
    # Fifty times the rate came, so hardly any of it was left unused.
    assert len(moments) > 0.95 * 500


def test_limit_says_when_there_is_room_again() -> None:
    bucket, now = Bucket(8), 1000.0
    waits = [wait for wait in (bucket.take(now) for _ in range(20)) if wait]
    assert waits == [1 / 8] * 19
    assert bucket.take(now + 1 / 8 - 1e-6) > 0
    assert bucket.take(now + 1 / 8) == 0
