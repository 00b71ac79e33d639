"""The two commands, as a shell sees them."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import requests

import synerise_frames as sf
from synerise_frames import cli

KINDS = (
    *("trend", "histogram", "funnel", "report", "metric", "sankey", "segmentation"),
    *("aggregate", "expression"),
)


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "synerise_frames", *arguments],
        capture_output=True, text=True, timeout=180, check=False, **options,  # type: ignore[call-overload]
    )  # fmt: skip


def test_demo_fills_its_folder(tmp_path: Path) -> None:
    done = run("demo", "--output", str(tmp_path / "out"), env={**os.environ, "MPLBACKEND": "Agg"})
    assert done.returncode == 0, done.stderr
    made = {path.name for path in (tmp_path / "out").iterdir()}
    assert made == {f"{k}.{e}" for k in KINDS for e in ("png", "parquet")} | {
        "profile_values.parquet",
        "ledger.png",
    }
    values = pd.read_parquet(tmp_path / "out" / "profile_values.parquet")
    assert len(values) == 600
    assert values["profile"].nunique() == 200
    assert values["result"].notna().all()
    assert "ws.catalog()" in done.stdout
    assert "Traceback" not in done.stderr


def test_demo_says_what_is_wrong_with_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("demo", "--output", str(tmp_path / "file" / "out"))
    assert done.returncode == 2
    assert "--output" in done.stderr
    assert "Traceback" not in done.stderr


def test_sandbox_serves_until_it_is_stopped() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "synerise_frames", "sandbox", "--port", "0"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(6)]
        told = dict(
            line.strip().removeprefix("export ").split("=", 1) for line in lines if "export" in line
        )
        health = requests.get(told["SYNERISE_HOST"] + "/sandbox/health", timeout=180)
        assert health.json()["timezone"] == told["SYNERISE_TZ"] == "America/New_York"
        code = "import synerise_frames as sf; print(sf.connect().metrics.list()['name'].to_json())"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **told}, capture_output=True, text=True, timeout=180, check=True,
        )  # fmt: skip
        assert "Revenue" in json.loads(done.stdout).values()
        process.send_signal(signal.SIGINT)
        assert process.wait(120) in (0, 130)


@pytest.mark.parametrize(
    "arguments",
    [[], ["demo"], ["sandbox"], ["operations"], ["openapi"], ["openapi", "import"],
     ["openapi", "forget"], ["doctor"], ["cache"], ["cache", "info"], ["cache", "clear"]],
)  # fmt: skip
def test_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*arguments, "--help"]) == 0
    assert capsys.readouterr().out


def test_operations_are_a_header_and_92_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["operations"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 93
    assert lines[0].split() == ["key", "evidence", "method", "path", "summary"]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_operations_for_programs(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["operations", "--format", form]) == 0
    text = io.StringIO(capsys.readouterr().out)
    table = pd.read_csv(text) if form == "csv" else pd.read_json(text)
    assert len(table) == 92
    counts = table["evidence"].value_counts()
    assert counts["reference"] == 36
    assert counts["public"] == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["operatons"], "No such command 'operatons'"),
        (["doctor"], "SYNERISE_API_KEY"),
        (["openapi", "import", "nothing.yaml"], "nothing.yaml is not there"),
        (["operations", "--host", "http://example.com"], "https://"),
    ],
)
def test_wrong_usage_says_what_to_do_and_exits_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert not told.out


def test_a_reader_that_leaves_early_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "synerise_frames", "operations"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_the_cache_can_be_looked_after(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ws: sf.Workspace
) -> None:
    with sf.demo(cache=tmp_path) as own:
        own.metrics.list()
    folder = ["--folder", str(tmp_path)]
    assert cli.main(["cache", "info", *folder]) == 0
    assert "files   1" in capsys.readouterr().out
    assert cli.main(["cache", "prune", *folder]) == 0
    assert cli.main(["cache", "clear", *folder]) == 0
    assert "1 files removed" in capsys.readouterr().out
