"""Where data goes: a file, or stdout, which takes data and nothing else."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pandas as pd

from synerise_frames.cli.forms import FORMS, encoded, form_of, infinite
from synerise_frames.cli.options import Decorator
from synerise_frames.cli.streams import is_plain, is_terminal, tell
from synerise_frames.cli.writing import STDOUT, cannot_write, put
from synerise_frames.errors import ConfigError

# A screen or two; who wants all of it takes a file, a pipe or --format.
_HEAD, _TAIL = 50, 10

# Whose rows are about persons: nobody else on the machine reads a new file of them.
_PERSONS = frozenset({"profile", "profile_id", "client_id"})


@dataclass(frozen=True)
class Target:
    """Where data goes and in which form.

    ``file`` is ``None`` for stdout. ``is_screen`` is set where a person reads it at once.
    """

    file: Path | None
    form: str
    is_screen: bool = False

    def write(self, frame: pd.DataFrame, shown: pd.DataFrame | None = None) -> None:
        """Write a frame; on a screen `shown`, where given: the columns that fit one.

        Raises
        ------
        DatasetError
            If the file cannot be written; an older one of its name is still there then.
        """
        if self.form == "jsonl" and (count := infinite(frame)):
            numbers = "number is" if count == 1 else "numbers are"
            tell(f"{count:,} {numbers} infinite: null in JSON, which has none; CSV says inf.")
        if self.file is not None:
            put(self.file, encoded(frame, self.form), private=_is_of_persons(frame))
            return
        width = None
        if self.is_screen and self.form == "table":
            frame = frame if shown is None else shown
            width = shutil.get_terminal_size().columns
            hidden = len(frame) - _HEAD - _TAIL
            if hidden > 0:
                self._write_ends(frame, width, hidden)
                return
        _to_stdout(encoded(frame, self.form, width), bold_head=width is not None)

    def _write_ends(self, frame: pd.DataFrame, width: int, hidden: int) -> None:
        ends = pd.concat([frame.head(_HEAD), frame.tail(_TAIL)])
        lines = encoded(ends, "table", width).splitlines(keepends=True)
        middle = "…\n".encode()
        _to_stdout(b"".join([*lines[: _HEAD + 1], middle, *lines[_HEAD + 1 :]]), bold_head=True)
        tell(f"{hidden:,} rows in the middle are not shown; -o FILE or --format csv has all.")


def output_options(command: Decorator) -> Decorator:
    """Add ``--output`` and ``--format``."""
    form = click.option(
        "--format",
        "form",
        type=click.Choice(FORMS),
        help="Default: as FILE ends (.parquet, .csv, .jsonl); on stdout a table in a terminal, "
        "CSV in a pipe.",
    )
    output = click.option(
        "-o",
        "--output",
        default="-",
        metavar="FILE|-",
        type=click.Path(allow_dash=True),
        help="File to write; - is stdout, the default.",
    )
    return output(form(command))


def target_of(output: str, form: str | None) -> Target:
    """Say where data goes, before anything is asked for.

    Raises
    ------
    ConfigError
        If the form is not clear, the folder is not there, or a terminal would get Parquet.
    """
    if output in STDOUT:
        is_screen = is_terminal(sys.stdout)
        chosen = form or ("table" if is_screen else "csv")
        if chosen == "parquet" and is_screen:
            raise ConfigError(
                "Parquet is not for a terminal.",
                hint="Write a file with -o FILE.parquet, or pipe it into another program.",
            )
        return Target(None, chosen, is_screen)
    file = Path(output)
    if file.is_dir():
        # Path("") is this folder, too.
        raise ConfigError(f"{output or file} is a folder.", hint="Name a file in it.")
    by_name = form or form_of(file)
    if by_name is None:
        raise ConfigError(
            f"In which form {file.name} shall be written is not clear.",
            hint="End its name with .parquet, .csv or .jsonl, or say --format.",
        )
    if not file.absolute().parent.is_dir():
        raise ConfigError(
            f"There is no folder for {output}.", hint="Make it, or give another file to -o."
        )
    return Target(file, by_name)


def _to_stdout(content: bytes, *, bold_head: bool = False) -> None:
    if sys.stdout is None:
        raise cannot_write("to stdout")
    if bold_head and not is_plain(sys.stdout):
        head, line_end, rest = content.partition(b"\n")
        content = b"\x1b[1m" + head + b"\x1b[0m" + line_end + rest
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _is_of_persons(frame: pd.DataFrame) -> bool:
    return not _PERSONS.isdisjoint(frame.columns)
