"""README and docs tell only what is true: their code runs, their commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from synerise_frames.cli.app import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(language: str) -> list[object]:
    found = []
    for page in PAGES:
        text = page.read_text()
        for match in re.finditer(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            line = text[: match.start()].count("\n") + 1
            found.append(pytest.param(match[1], id=f"{page.name}:{line}"))
    return found


@pytest.mark.parametrize("code", blocks("python"))
def test_python_runs_as_written(code: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", blocks("sh"))
def test_commands_exist(code: str) -> None:
    for line in code.splitlines():
        command = line.split("#")[0].split()
        if command[:1] == ["make"]:
            # The whole suite is `make test`, so it is only asked what it would do.
            done = subprocess.run(
                ["make", "-n", *command[1:]], cwd=ROOT, capture_output=True, check=False
            )
            assert done.returncode == 0, line
        elif command:
            assert command[0] == "synerise-frames", f"no test knows how to run: {line}"
            parse(command[1:])


def parse(arguments: list[str]) -> None:
    """Parse a command line to its end as click would; raises for what does not exist."""
    command: click.Command = app
    while isinstance(command, click.Group):
        context = click.Context(command)
        _, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command = found
    command.make_context(command.name, arguments)


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
