"""Windows, filters and variables as they are written on a shell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from synerise_frames.cli.options import Decorator
from synerise_frames.errors import ConfigError
from synerise_frames.periods import Interval, Window, between, last
from synerise_frames.workspace import Workspace


def window_options(command: Decorator) -> Decorator:
    """Add ``--last``, ``--from``, ``--to``, ``--interval``, ``--filter`` and ``--var``."""
    options = (
        click.option("--last", metavar="TIME", help="Window that ends now: 30d, 12h, 4w, 6M, 1y."),
        click.option(
            "--from", "start", metavar="TIME", help="Its start: 2017-03-01 or 2017-03-01T12:00."
        ),
        click.option("--to", "end", metavar="TIME", help="Its end, excluded; default: now."),
        click.option("--interval", metavar="WIDTH", help="Width of a bucket: 1h, 1D, 7D, 1M."),
        click.option(
            "filter_",
            "--filter",
            metavar="JSON|@FILE",
            help="Limits the profiles; taken from an existing definition.",
        ),
        click.option(
            "variables",
            "--var",
            multiple=True,
            metavar="NAME=VALUE",
            help="Value of a dynamic key; repeatable.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def window_of(
    last_: str | None, start: str | None, end: str | None, workspace: Workspace
) -> Window | None:
    """Give the window that is meant; ``None`` for the analysis's own.

    Raises
    ------
    ConfigError
        If it is none.
    """
    if last_ is not None:
        length = _length(last_)
        return last(length.value, length.unit)
    if start is None:
        return None
    return between(start, workspace.context.now() if end is None else end)


def check_window(last_: str | None, start: str | None, end: str | None) -> None:
    """Refuse what is no window, before anything is asked.

    Raises
    ------
    ConfigError
        If the options exclude each other, or are no times.
    """
    if last_ is not None and (start is not None or end is not None):
        raise ConfigError(
            "--last and --from or --to exclude each other.", hint="Say the window in one way."
        )
    if end is not None and start is None:
        raise ConfigError("--to needs --from.", hint="Say both, or --last 30d.")
    if last_ is not None:
        _length(last_)
    if start is not None:
        between(start, "9999-12-31" if end is None else end)


def _length(text: str) -> Interval:
    try:
        return Interval.parse(text)
    except ConfigError:
        raise ConfigError(
            f"Cannot read the length of time {text!r}.",
            hint="Write --last 30d: a number and s, min, h, d, w, M (months) or y.",
        ) from None


def filter_of(text: str | None) -> dict[str, Any] | None:
    """Read a filter: JSON, or the name of a file with it after an @.

    Raises
    ------
    ConfigError
        If it is no JSON object, or the file cannot be read.
    """
    if text is None:
        return None
    try:
        content = Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text
        found = json.loads(content)
    except OSError as error:
        raise ConfigError(
            f"Cannot read {text[1:]}: {error.strerror}.", hint="Check the path after --filter @."
        ) from None
    except ValueError as error:
        raise ConfigError(
            f"The filter is no JSON: {error}.", hint="Quote it: --filter '{\"…\": …}'."
        ) from None
    if not isinstance(found, dict):
        raise ConfigError("The filter is no JSON object.", hint="Take one from a definition.")
    return found


def variables_of(given: Sequence[str]) -> dict[str, str] | None:
    """Read values of dynamic keys.

    Raises
    ------
    ConfigError
        If one has no name, or comes twice.
    """
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not (equals and name):
            # Its value may tell something about a person, so it is not shown.
            raise ConfigError("A --var has no name.", hint="Write --var NAME=VALUE.")
        if name in found:
            raise ConfigError(
                f"--var {name} is given twice.",
                hint="A dynamic key has one value; ask once for each, or change the filter.",
            )
        found[name] = value
    return found or None
