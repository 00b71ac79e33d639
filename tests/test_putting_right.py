"""A server that disagrees with our guesses is put right: by its document, by a probe, by hand."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import synerise_frames as sf
from synerise_frames.sandbox.launch import RunningSandbox, launch
from synerise_frames.wire.operations import OPERATIONS

DATES = sf.between("2017-03-01", "2017-03-08")

#: Where this server has what the reference does not print: other versions, other verbs.
MOVED = {
    key: f"{op.method} {op.path.replace('/v3/', '/v5/').replace('/v4/', '/v5/')}".replace(
        "recalculate-with-override", "calculate/override"
    )
    for key, op in OPERATIONS.items()
    if not op.verified and op.effect == "calculate"
}
MOVED["trends.create"] = "POST /analytics/{namespace}/trends/new"


@pytest.fixture(scope="module")
def other() -> Iterator[RunningSandbox]:
    with launch(paths=MOVED) as server:
        yield server


@pytest.fixture
def shell(
    other: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run commands as a user of that server, with a configuration folder of their own."""
    monkeypatch.setenv("SYNERISE_HOST", other.url)
    monkeypatch.setenv("SYNERISE_API_KEY", other.api_key)
    monkeypatch.setenv("SYNERISE_TZ", other.timezone)
    monkeypatch.setenv("SYNERISE_CONFIG_DIR", str(tmp_path / "conf"))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "synerise_frames", *arguments],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return run


def document(folder: Path) -> Path:
    """Write the server's own OpenAPI document."""
    paths: dict[str, dict[str, object]] = {}
    for key, op in OPERATIONS.items():
        method, path = MOVED.get(key, f"{op.method} {op.path}").split()
        paths.setdefault(path, {})[method.lower()] = {
            "tags": [f"Analytics: {op.tag.removeprefix('Analytics: ')}"],
            "summary": op.summary,
        }
    file = folder / "analytics.json"
    info = {"title": "Analytics Suite", "version": "1"}
    file.write_text(json.dumps({"openapi": "3.1.0", "info": info, "paths": paths}))
    return file


def trend_of(other: RunningSandbox) -> str:
    return other.definitions["trend"][0]


def test_without_help_the_error_says_how_to_help(
    other: RunningSandbox, shell: Callable[..., object]
) -> None:
    with sf.connect(cache=False) as ws:
        with (
            pytest.warns(sf.UnverifiedPathWarning),
            pytest.raises(sf.PathNotVerified, match="openapi import"),
        ):
            ws.trends.calculate(trend_of(other), dates=DATES)
        with pytest.raises(sf.PathNotVerified, match="nothing was sent"):
            ws.trends.create(ws.trends.get(trend_of(other)))


def test_after_an_import_everything_works_without_a_warning(
    other: RunningSandbox,
    shell: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    ws: sf.Workspace,
) -> None:
    done = shell("openapi", "import", str(document(tmp_path)))
    assert done.returncode == 0, done.stderr
    assert "92 of 92 operations" in done.stdout
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with sf.connect(cache=False) as right:
            trend = trend_of(other)
            frame = right.trends.calculate(trend, dates=DATES)
            expected = ws.trends.calculate(trend, dates=DATES)
            assert frame["value"].tolist() == expected["value"].tolist()
            assert len(frame)
            made = right.trends.create(right.trends.get(trend))
            right.trends.delete(made)
            told = right.operations().set_index("key")
            assert (told["evidence"] == "openapi").all()
    assert shell("openapi", "forget").returncode == 0
    with sf.connect(cache=False) as again:
        assert (again.operations()["evidence"] != "openapi").all()


def test_the_document_may_be_given_with_each_connection(
    other: RunningSandbox, shell: Callable[..., object], tmp_path: Path
) -> None:
    with sf.connect(cache=False, openapi=document(tmp_path)) as right:
        assert len(right.trends.calculate(trend_of(other), dates=DATES))


def test_a_probe_finds_the_paths_without_the_document(
    other: RunningSandbox, shell: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = shell(
        *("doctor", "--probe", "--rate", "500", "--profile", "1"),
        *("--id", f"trends={trend_of(other)}"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "remembered" in done.stdout
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with sf.connect(cache=False) as right:
            told = right.operations().set_index("key")
            probed = {key for key in MOVED if OPERATIONS[key].reads}
            assert set(told.index[told["evidence"] == "probe"]) == probed
            assert len(right.trends.calculate(trend_of(other), dates=DATES))
            funnel = right.funnels.list()["id"].iloc[0]
            assert len(right.funnels.calculate(funnel))


def test_the_servers_own_document_starts_a_server(tmp_path: Path) -> None:
    file = document(tmp_path)
    with launch(openapi=file) as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        with sf.connect(
            host=server.url, api_key=server.api_key, tz=server.timezone, openapi=file, cache=False
        ) as right:
            assert len(right.trends.calculate(trend_of(server), dates=DATES))


def test_shapes_are_written_without_values(
    other: RunningSandbox,
    shell: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    done = shell("doctor", "--shapes", str(tmp_path / "shapes.json"), "--rate", "500")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "shapes.json").read_text()
    shapes = json.loads(text)["operations"]
    assert "metrics.list" in shapes
    assert "data" in json.dumps(shapes["metrics.list"])
    with sf.connect(cache=False) as ws:
        catalog = ws.metrics.list()
    for secret in [*catalog["name"], *catalog["id"], other.api_key, other.url]:
        assert str(secret) not in text


@pytest.mark.parametrize("offline", ["1", "0"])
def test_the_doctor_asks_and_says_that_nobody_else_does(
    other: RunningSandbox,
    shell: Callable[..., subprocess.CompletedProcess[str]],
    monkeypatch: pytest.MonkeyPatch,
    offline: str,
) -> None:
    monkeypatch.setenv("SYNERISE_OFFLINE", offline)
    done = shell("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("SYNERISE_OFFLINE" in done.stdout) == (offline == "1")
