"""README and docs tell only what is true: every code block of them runs or is checked."""

from __future__ import annotations

import contextlib
import doctest
import importlib.util
import io
import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import synerise_frames as sf
from synerise_frames import config
from synerise_frames.cli.app import app
from synerise_frames.syncing.recipe import read_recipe

ROOT = Path(__file__).parents[1]
# Generated pages show what a program says; their generators are tested in test_docs.py.
MADE = {"_build", "generated"}
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted(
        page
        for page in (ROOT / "docs").rglob("*.md")
        if not MADE & set(page.relative_to(ROOT / "docs").parts)
    ),
]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
SETTINGS = {*config._VARIABLES.values(), "SYNERISE_CONFIG_DIR"}


@dataclass(frozen=True)
class Block:
    """One fenced block; `output` is the ``text`` block right behind it, if there is one."""

    page: Path
    line: int
    language: str
    code: str
    output: str | None = None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    end = 0
    for match in re.finditer(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL):
        between, end = text[end : match.start()], match.end()
        line = text[: match.start()].count("\n") + 1
        block = Block(page, line, match[2].strip(), match[3])
        if block.language == "text" and found and not between.strip():
            before = found.pop()
            block = Block(page, before.line, before.language, before.code, output=match[3])
        found.append(block)
    return found


def blocks_of(language: str) -> list[Any]:
    return [
        pytest.param(block, id=str(block))
        for page in PAGES
        for block in blocks(page)
        if block.language == language
    ]


def pages_with(language: str) -> list[Any]:
    return [
        pytest.param(page, id=str(page.relative_to(ROOT)))
        for page in PAGES
        if any(block.language == language for block in blocks(page))
    ]


def same(want: str, got: str) -> bool:
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(want.replace("…", "..."), got, options)


def check_output(block: Block, got: str) -> None:
    if block.output is not None:
        assert same(block.output, got), f"{block} shows\n{block.output}\nbut it is\n{got}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_of_a_language_that_is_tested(page: Path) -> None:
    for block in blocks(page):
        assert block.language in {"python", "sh", "toml", "json"}, (
            f"{block}: no test knows what to do with {block.language!r}; output of a block is "
            "text, right behind it"
        )


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let blocks run where there is nothing, and close what they leave open."""
    from matplotlib import pyplot as plt

    plt.switch_backend("agg")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    plt.close("all")


@pytest.mark.parametrize("page", pages_with("python"))
def test_python_runs_as_written(page: Path, empty_folder: Path) -> None:
    """A page's blocks run one after the other, as a reader would type them."""
    names: dict[str, Any] = {"__name__": "__main__"}
    try:
        for block in blocks(page):
            if block.language == "python":
                # Lines before it, so that a traceback shows the page's own line.
                code = compile("\n" * block.line + block.code, str(page), "exec")
                said = io.StringIO()
                with contextlib.redirect_stdout(said):
                    exec(code, names)
                check_output(block, said.getvalue())
    finally:
        for value in names.values():
            if isinstance(value, sf.Workspace):
                value.close()


@pytest.mark.parametrize("block", blocks_of("sh"))
def test_commands_are_there(block: Block) -> None:
    for line in block.code.replace("\\\n", " ").splitlines():
        command = shlex.split(line, comments=True)
        if command:
            assert command[0] in COMMANDS, f"{block}: no test knows how to run {line!r}"
            COMMANDS[command[0]](command)
    if block.output is not None:
        (line,) = block.code.splitlines()
        result = CliRunner().invoke(app, shlex.split(line, comments=True)[1:])
        assert result.exit_code == 0, result.output
        check_output(block, result.output)


def asked_of_make(command: list[str]) -> None:
    # The whole suite is `make test`, so make is only asked what it would do.
    done = subprocess.run(["make", "-n", *command[1:]], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, command


def parsed(command: list[str]) -> None:
    """Parse a command line to its end as click would; raises for what does not exist."""
    arguments = command[1:]
    found: click.Command = app
    while isinstance(found, click.Group):
        context = click.Context(found)
        _, inner, arguments = found.resolve_command(context, arguments)
        assert inner is not None
        found = inner
    found.make_context(found.name, arguments)


def installable(command: list[str]) -> None:
    assert command[1] == "install", command
    for target in command[2:]:
        extras = re.fullmatch(r"(?:synerise-frames|\.)(?:\[([\w,]+)\])?|-e", target)
        assert extras, f"what is {target!r}?"
        assert set(filter(None, (extras[1] or "").split(","))) <= set(EXTRAS), target


def a_setting(command: list[str]) -> None:
    for one in command[1:]:
        name, equals, _ = one.partition("=")
        assert equals, one
        assert name in SETTINGS, one


def a_module(command: list[str]) -> None:
    if command[1] == "-m":
        assert importlib.util.find_spec(command[2]), command
    else:
        assert (ROOT / command[1]).is_file(), command


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "make": asked_of_make,
    "synerise-frames": parsed,
    "pip": installable,
    "export": a_setting,
    "python": a_module,
}


@pytest.mark.parametrize("block", blocks_of("toml"))
def test_settings_are_read(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "root" in tomllib.loads(block.code):
        recipe = tmp_path / "recipe.toml"
        recipe.write_text(block.code, encoding="utf-8")
        assert read_recipe(recipe).datasets
        return
    monkeypatch.setenv("SYNERISE_CONFIG_DIR", str(tmp_path))
    monkeypatch.delenv("SYNERISE_CACHE_DIR", raising=False)
    (tmp_path / "config.toml").write_text(block.code, encoding="utf-8")
    shown = sf.show_config().set_index("setting")["source"]
    filed = {name for name, source in shown.items() if source.startswith("file")}
    assert filed == set(tomllib.loads(block.code))


@pytest.mark.parametrize("block", blocks_of("json"))
def test_json_is_json(block: Block) -> None:
    code = block.code
    # A single field is shown without the object around it.
    assert json.loads(f"{{{code}}}" if code.startswith('"') else code)


def test_links_lead_somewhere() -> None:
    """Links to generated pages are checked by the build itself."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not MADE & set(Path(target).parts):
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_outputs_are_compared(tmp_path: Path) -> None:
    """The tests above fail for what is not true."""
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(6 * 7)\n```\n\n```text\n42\n```\n")
    (block,) = blocks(page)
    assert (block.code, block.output, block.line) == ("print(6 * 7)\n", "42\n", 1)
    assert same(block.output, "42\n")
    assert not same(block.output, "43\n")
