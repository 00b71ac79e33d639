"""The two commands, as a shell sees them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import requests

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
        "profile_values.parquet"
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
    assert done.returncode == 1
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
        health = requests.get(told["SYNERISE_HOST"] + "/sandbox/health", timeout=10)
        assert health.json()["timezone"] == told["SYNERISE_TZ"] == "America/New_York"
        code = "import synerise_frames as sf; print(sf.connect().metrics.list()['name'].to_json())"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **told}, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert "Revenue" in json.loads(done.stdout).values()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) in (0, 130)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["demo", "--help"]])
def test_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 0
    assert capsys.readouterr().out
