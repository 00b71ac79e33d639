"""A workspace whose clock can be moved, and recipes for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.sandbox import Faults
from synerise_frames.sandbox.launch import RunningSandbox, launch

MakeRecipe = Callable[..., Path]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    log = tmp_path_factory.mktemp("calls") / "calls.jsonl"
    faults = Faults(late=0.05, late_days=2)
    with launch(now="2017-03-01", faults=faults, call_log=log) as running:
        running.log = log  # type: ignore[attr-defined]
        yield running


@pytest.fixture(scope="session")
def ws(sandbox: RunningSandbox) -> Iterator[sf.Workspace]:
    """A workspace over it that follows its clock, as that of sf.demo() does."""
    with at_clock_of(sandbox) as workspace:
        workspace.trends.remember(*sandbox.definitions["trend"])
        yield workspace


def at_clock_of(sandbox: RunningSandbox) -> sf.Workspace:
    ws = sf.connect(
        api_key=sandbox.api_key,
        host=sandbox.url,
        tz=sandbox.timezone,
        cache=False,
        retry=RetryPolicy(attempts=1),
        offline=False,
    )
    return sf.Workspace(dataclasses.replace(ws.context, now=lambda: sandbox.now), ws.cache)


@pytest.fixture
def make(tmp_path: Path) -> MakeRecipe:
    def make(*datasets: dict[str, Any], name: str = "recipe.toml", root: str = "data") -> Path:
        lines = [f'root = "{root}"', ""]
        for dataset in datasets:
            lines += ["[[dataset]]", *(f"{key} = {_toml(v)}" for key, v in dataset.items()), ""]
        path = tmp_path / name
        path.write_text("\n".join(lines))
        return path

    return make


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


@pytest.fixture
def calls(sandbox: RunningSandbox) -> Callable[[], int]:
    """Count the requests that the server has had."""
    return lambda: len(sandbox.log.read_text().splitlines())  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _clock_put_back(sandbox: RunningSandbox) -> None:
    sandbox.set_now("2017-03-01")
