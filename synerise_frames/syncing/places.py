"""Where in a TOML text a key is: ``tomllib`` tells the values, not the lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    r"""Give the line of a key or table, counted from 1; of what it is in if it is not found.

    Parameters
    ----------
    text : str
        The whole file.
    path : sequence of str or int
        Keys from the top; in a list of tables, a number: ``("dataset", 0, "kind")``.

    Examples
    --------
    >>> line_of('root = "data"\n\n[[dataset]]\nkind = "trend"', ("dataset", 0, "kind"))
    4
    """
    wanted = tuple(path)
    found: dict[Path, int] = {}
    for place, number in _places(text):
        for length in range(1, len(place) + 1):
            found.setdefault(place[:length], number)
    while wanted:
        if wanted in found:
            return found[wanted]
        wanted = wanted[:-1]
    return None


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """Give each key and table header with its line."""
    table: Path = ()
    counts: dict[Path, int] = {}
    within = ""  # the quotes of a text that goes on over several lines
    for number, line in enumerate(text.splitlines(), 1):
        if within:
            within = _open_quotes(line, within)
            continue
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header:
            table = _table(_names(header[2]), header[1] == "[[", counts)
            yield table, number
        elif key:
            yield (*table, *_names(key[1])), number
            within = _open_quotes(line[key.end() :], "")


def _table(names: tuple[str, ...], is_item: bool, counts: dict[Path, int]) -> Path:
    """Give the path of a header, with the number of each list's last table in it."""
    path: Path = ()
    for name in names:
        path = (*path, name)
        is_last = len([part for part in path if isinstance(part, str)]) == len(names)
        if is_last and is_item:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _open_quotes(text: str, within: str) -> str:
    """Give the triple quotes that are open at the end of a line."""
    for quotes in re.findall(r'"""|\'\'\'', text):
        if not within:
            within = quotes
        elif within == quotes:
            within = ""
    return within
