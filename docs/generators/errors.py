"""The table of errors, from the classes and what their docstrings say."""

from __future__ import annotations

import inspect

from generators.files import Folder, table
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
    """Give a row an error: its name and code, when it is raised, and what to do."""
    return [_row(one) for one in classes()]


def _row(one: type[errors.SyneriseError]) -> tuple[str, ...]:
    when, _, rest = (inspect.getdoc(one) or "").partition("\n\n")
    advice = " ".join(rest.partition("\n\n")[0].split())
    also = [base.__name__ for base in one.__bases__ if base.__module__ == "builtins"]
    name = f"`{one.__name__}`<br>`{one.default_code}`"
    again = " The same call may succeed later." if one.default_retryable else ""
    built_in = "".join(f" Also a `{base}`." for base in also)
    return name, f"{when}{again}{built_in}", advice.replace("``", "`")


def page() -> str:
    """Give the table as Markdown, to be included by the page of errors."""
    header = ("error and code", "when", "what to do")
    return table(header, rows()) + "\n"


def write(folder: Folder) -> None:
    """Write the table; it is no page of its own."""
    folder.write("errors.txt", page())
