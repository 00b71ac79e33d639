"""The page of the command line, from the help of each command."""

from __future__ import annotations

from collections.abc import Iterator

import click

from generators.files import Folder
from synerise_frames.cli.app import app
from synerise_frames.cli.exit_codes import EXIT_CODES

_HEAD = """\
# Command line

`synerise-frames` does on a shell what needs no frame. Settings come from the environment and
`config.toml` as for `sf.connect()`: see [Connecting](../connecting.md).

"""


def commands() -> Iterator[tuple[str, str]]:
    """Give the name of each command, with those of its groups, and its help."""
    yield from _below(app, click.Context(app, info_name="synerise-frames"))


def _below(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    context.max_content_width = 80
    context.terminal_width = 80
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _below(inner, click.Context(inner, info_name=name, parent=context))


def page() -> str:
    """Give the page as Markdown."""
    sections = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in commands()]
    rows = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    return "\n".join([f"{_HEAD}| exit code | meaning |\n|---|---|\n{rows}", *sections])


def write(folder: Folder) -> None:
    """Write the page."""
    folder.write("command-line.md", page())
