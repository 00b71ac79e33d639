"""The page of the API's operations, with the evidence of each path, from the registry."""

from __future__ import annotations

import re
from collections import Counter
from html import escape

from generators.files import Folder, table
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.operations import OPERATIONS

_MEANING = {
    "reference": "printed in the API reference: rely on it",
    "public": "seen in public client code or documentation of the vendor: rely on it",
    "inferred": "the same pattern is printed for a sibling operation",
    "guess": "reasonable, unsupported",
}

_HEAD = """\
---
html_theme.sidebar_secondary.remove: true
---

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

{families}
"""


def page() -> str:
    """Give the page as Markdown: a table a family."""
    rows = list(OPERATIONS.values())
    found = Counter(row.evidence for row in rows)
    counts = table(
        ("evidence", "operations", "meaning"),
        [(name, str(found[name]), meaning) for name, meaning in _MEANING.items()],
    )
    tags = sorted({row.tag for row in rows})
    families = " · ".join(f"[{tag}](#{_anchor(tag)})" for tag in tags)
    parts = [_HEAD.format(total=len(rows), counts=counts, families=families)]
    for tag in tags:
        family = [row for row in rows if row.tag == tag]
        parts.append(f"({_anchor(tag)})=\n## {tag}\n\n{_table(family)}\n")
    return "\n".join(parts)


def _anchor(tag: str) -> str:
    return "operations-" + "-".join(re.findall(r"\w+", tag.lower()))


def _code(text: str) -> str:
    """Give code that may break after slashes and underscores only, as HTML."""
    broken = re.sub(r"([/_])", r"\1<wbr>", escape(text))
    return f'<code class="docutils literal sf-breaks">{broken}</code>'


def _table(family: list[Operation]) -> str:
    header = ("key", "what it does, and where", "evidence", "permission, and who")
    return table(
        header,
        [
            (
                f"`{row.key}`",
                f"{row.summary}<br>{_code(f'{row.method} {row.path}')}",
                row.evidence,
                "<br>".join([*map(_code, row.permissions), _who(row)]),
            )
            for row in family
        ],
    )


def _who(row: Operation) -> str:
    return ", ".join(row.consumers) or "takes no token"


def write(folder: Folder) -> None:
    """Write the page."""
    folder.write("operations.md", page())
