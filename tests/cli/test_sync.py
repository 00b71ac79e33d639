"""What a log of JSON lines is told where a sync cannot begin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synerise_frames import cli
from synerise_frames.export.opening import open_store
from tests.cli.recipe import RECIPE


def log_of(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    (line,) = capsys.readouterr().err.splitlines()
    told: dict[str, str] = json.loads(line)
    assert told.keys() == {"ts", "level", "code", "message", "hint"}
    assert told["level"] == "error"
    return told


def test_errors_are_lines_of_the_log_too(
    account: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE)
    command = ["sync", str(recipe), "--log", "json"]
    with open_store(tmp_path / "data").locked():
        assert cli.main(command) == 3
        assert log_of(capsys)["code"] == "busy"
        assert cli.main(["sync", str(recipe), "--log", "text"]) == 3
        assert capsys.readouterr().err.startswith("synerise-frames: Another sync into")
    recipe.write_text(RECIPE.replace("metric", "metrik"))
    assert cli.main(command) == 2
    told = log_of(capsys)
    assert told["code"] == "config"
    assert "metrik" in told["message"]
    assert "metric" in told["hint"]
