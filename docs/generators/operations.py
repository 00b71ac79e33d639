"""The page of the API's operations, with the evidence of each path, from the registry."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path

from generators.files import table, write_if_changed
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.operations import OPERATIONS

_MEANING = {
    "reference": "printed in the API reference: rely on it",
    "public": "seen in public client code or documentation of the vendor: rely on it",
    "inferred": "the same pattern is printed for a sibling operation",
    "guess": "reasonable, unsupported",
}

_HEAD = """\
# Operations and their evidence

The API reference has {total} operations and does not print all their paths. The library says
for each how its path is known. What to do where one is wrong: [Paths](../paths.md).
`ws.operations()` and `synerise-frames operations` show the same with the paths in effect for
your host.

{counts}

Reads and calculations through an inferred or guessed path warn once
(`UnverifiedPathWarning`). Writes through one send nothing unless you pass
`allow_unverified=True`. *Permission* is what an API key needs; *who* is whose token an
operation takes. Any of them can be called by its key:
`ws.call("metrics.list", search="Buyers")`.
"""


def page() -> str:
    """Give the page as Markdown: a table a family."""
    rows = list(OPERATIONS.values())
    found = Counter(row.evidence for row in rows)
    counts = table(
        ("evidence", "operations", "meaning"),
        [(name, str(found[name]), meaning) for name, meaning in _MEANING.items()],
    )
    parts = [_HEAD.format(total=len(rows), counts=counts)]
    for tag, family in groupby(sorted(rows, key=_by_tag), key=lambda row: row.tag):
        parts.append(f"## {tag}\n\n{_table(list(family))}\n")
    return "\n".join(parts)


def _by_tag(row: Operation) -> str:
    return row.tag


def _table(family: list[Operation]) -> str:
    header = ("key", "what it does", "method and path", "evidence", "permission", "who")
    return table(
        header,
        [
            (
                f"`{row.key}`",
                row.summary,
                f"`{row.method} {row.path}`",
                row.evidence,
                ", ".join(f"`{name}`" for name in row.permissions),
                ", ".join(row.consumers),
            )
            for row in family
        ],
    )


def write(folder: Path) -> None:
    """Write the page."""
    write_if_changed(folder / "operations.md", page())
