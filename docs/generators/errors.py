"""The table of errors, from the classes and what their docstrings say."""

from __future__ import annotations

import inspect
from pathlib import Path

from generators.files import table, write_if_changed
from synerise_frames import errors


def classes() -> list[type[errors.SyneriseError]]:
    """Give the errors that are raised, in the order in which they are written down."""
    found = [value for value in vars(errors).values() if inspect.isclass(value)]
    return [
        one
        for one in found
        if issubclass(one, errors.SyneriseError) and one is not errors.SyneriseError
    ]


def rows() -> list[tuple[str, ...]]:
    """Give a row an error: its name, code, whether to try again, when, and what to do."""
    return [_row(one) for one in classes()]


def _row(one: type[errors.SyneriseError]) -> tuple[str, ...]:
    when, _, rest = (inspect.getdoc(one) or "").partition("\n\n")
    advice = " ".join(rest.partition("\n\n")[0].split())
    also = [base.__name__ for base in one.__bases__ if base.__module__ == "builtins"]
    name = f"`{one.__name__}`" + "".join(f" (a `{base}`)" for base in also)
    again = "yes" if one.default_retryable else ""
    return name, f"`{one.default_code}`", again, when, advice.replace("``", "`")


def page() -> str:
    """Give the table as Markdown, to be included by the page of errors."""
    header = ("error", "code", "may pass", "when", "what to do")
    return table(header, rows()) + "\n"


def write(folder: Path) -> None:
    """Write the table; it is no page of its own."""
    write_if_changed(folder / "errors.txt", page())
