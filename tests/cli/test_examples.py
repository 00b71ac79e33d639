"""Every example of every help text does what it says, asked of the embedded workspace."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from synerise_frames import cli
from synerise_frames.cli.app import app

# What the examples name, and nobody has.
PLACES = {"trends=ID": "trends=$A_TREND", "/srv/bi/": "", "/var/log/": "", "15 * * * *": ""}
# Nobody has to be spared here.
PLACES["synerise-frames doctor"] = "synerise-frames doctor --rate 500"
RECIPE = """
root = "data"

[[dataset]]
name = "revenue"
kind = "segmentation"
analysis = "Buying rhythm"
"""


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


def examples() -> Iterator[str]:
    for _, command in commands(app):
        lines = [line.strip() for line in (command.epilog or "").splitlines()]
        yield from (line for line in lines if "synerise-frames " in line and line[0] in "se1")


def test_there_are_examples_where_there_is_something_to_say() -> None:
    without = {
        " ".join(path)
        for path, command in commands(app)
        if not isinstance(command, click.Group) and "xample" not in (command.epilog or "")
    }
    assert without == {
        "demo", "sandbox", "openapi forget", "cache info", "cache prune", "cache clear"
    }  # fmt: skip


@pytest.mark.parametrize("example", [*examples()])
def test_an_example_of_a_help_text_works(
    example: str, account: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ids.csv").write_text("profile\n1\n2\n3\n")
    (tmp_path / "recipe.toml").write_text(RECIPE)
    (tmp_path / "analytics.yaml").write_text(OPENAPI)
    for placeholder, real in PLACES.items():
        example = example.replace(placeholder, real)
    if "--resume" in example:
        first = "profiles --ids ids.csv --aggregate Spend -q -o features"
        assert cli.main(first.split()) == 0
    example = example.replace("$A_TREND", account["A_TREND"])
    if set(example) & set("|>$"):
        done = subprocess.run(
            ["bash", "-c", example], capture_output=True, text=True, timeout=180, check=False
        )
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    else:
        assert cli.main(shlex.split(example)[1:]) == 0, capsys.readouterr().err


OPENAPI = """
openapi: 3.0.0
info: {title: Analytics, version: "1"}
paths:
  /analytics/{namespace}/metrics:
    get:
      tags: [Metrics]
      summary: List metrics
      responses: {"200": {description: ok}}
"""
