"""Streams as shells leave them: full, closed, without a reader, of an old encoding."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import synerise_frames as sf
from tests.cli.recipe import RECIPE

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has such devices")

RECIPES = f"""{RECIPE}
[[dataset]]
name = "łódź"
kind = "metric"
analysis = "Revenue"
from = "2018-01-01"
"""


def shell(line: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = f"{shlex.quote(sys.executable)} -m synerise_frames"
    return subprocess.run(
        ["bash", "-c", line.replace("synerise-frames", command)],
        capture_output=True, text=True, timeout=180, check=False, env={**os.environ, **more},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("synerise-frames SYNC --log json 2>/dev/full; echo code=$?", 1),
        ("{ { synerise-frames SYNC 2>&1; echo code=$? >&3; } | true; } 3>&1", 1),
        # Who closes the log asks for none.
        ("synerise-frames SYNC 2>&-; echo code=$?", 0),
    ],
)
def test_a_log_that_cannot_be_written_stops_no_work(
    line: str, code: int, account: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "recipe.toml").write_text(RECIPES)
    done = shell(line.replace("SYNC", "sync recipe.toml --demo --now 2018-01-05"))
    assert f"code={code}" in done.stdout
    assert not done.stderr
    windows = sf.read_dataset(tmp_path / "data" / "revenue")["window_start"]
    assert windows.dt.strftime("%Y-%m").tolist() == ["2017-11", "2017-12", "2018-01"]
    assert len(sf.read_dataset(tmp_path / "data" / "łódź")) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("synerise-frames pull metric Revenue >&-", "Cannot write to stdout: it is closed"),
        ("synerise-frames pull metric Revenue >/dev/full", "No space left"),
        ("synerise-frames pull metric Revenue -o /dev/full --format csv", "No space left"),
    ],
)
def test_data_that_nobody_takes_is_a_failure_and_no_wrong_usage(
    line: str, words: str, account: dict[str, str]
) -> None:
    done = shell(line)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_profiles_are_asked_without_a_stream_to_tell(
    account: dict[str, str], tmp_path: Path
) -> None:
    done = shell("printf '1\\n2\\n' | synerise-frames profiles --ids - --aggregate Baskets 2>&-")
    assert done.returncode == 0
    assert pd.read_csv(io.StringIO(done.stdout))["value"].tolist() == [51, 20]


def test_names_that_an_encoding_lacks_are_escaped(account: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(RECIPES)
    line = "synerise-frames sync recipe.toml --dry-run | iconv -f latin1 -t utf8"
    done = shell(f"set -o pipefail; {line}", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0, done.stderr
    assert r"\u0142ód\u017a" in done.stdout
    done = shell("synerise-frames sandbox --help >/dev/null", PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
