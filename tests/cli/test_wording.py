"""Every message of the library that a command may show, as the command shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import synerise_frames
from synerise_frames.cli.wording import WORDS, for_shell
from synerise_frames.wire.consent import how_to_put_right
from synerise_frames.wire.operations import operation

LIBRARY = Path(synerise_frames.__file__).parent

# Arguments, calls, objects of Python.
PYTHON = re.compile(r"\b(?:sf|ws|df|pd|plt)\.|\b[a-z_]+=|\.[a-z_]+\(|\b[Pp]ass\b|connect\(|\w\[\"")

# What no command can come to, and why.
OUT_OF_REACH = {
    "bulk/cluster/": "commands have no executor",
    "bulk/ids.py": "a command gives a list or a file",
    "bulk/options.py": "click looks at numbers first",
    "bulk/output.py": "an -o with a known ending is a file",
    "bulk/profiles.py": "reprs",
    "bulk/result.py": "reprs, and raise_if_failed()",
    "caching.py": "reprs, and a cache= of a wrong type",
    "comparing/": "no command compares",
    "connecting/": "commands log in with a key, and pass what they have read",
    "doctor/report.py": "what to write in Python, said to be so",
    "export/dataset.py": "commands write no data set but by a recipe",
    "export/declared.py": "commands write no data set but by a recipe",
    "export/losses.py": "commands write no data set but by a recipe",
    "export/reading.py": "no command reads one but a sync its own",
    "frames/csv_reports.py": "commands choose the reader",
    "frames/load.py": "commands choose the reader",
    "http/client.py": "a command closes at its end",
    "http/tokens.py": "a user's login, and a closed workspace",
    "kinds/checks.py": "commands give one profile and no frames",
    "kinds/management.py": "no command deletes",
    "kinds/segmentations.py": "no command lists people",
    "kinds/showing.py": "reprs",
    "kinds/trends.py": "no command lists by a query",
    "periods.py": "--last takes no before",
    "plotting/": "no command draws but the tour",
    "readable.py": "reprs",
    "sandbox/__main__.py": "a program of its own",
    "sandbox/options.py": "click gives no objects",
    "schema/page.py": "a page",
    "schema/recognise.py": "commands calculate what they show",
    "tour.py": "shows what to type in Python",
    "widgets/": "notebooks",
    "wire/api.py": "a header",
    "wire/bodies.py": "commands give windows, intervals and variables that were read",
    "wire/codec.py": "bodies are made of JSON",
    "wire/consent.py": "no command writes, or calls what is for users only",
    "wire/freshness.py": "no command sets a policy",
    "wire/login.py": "a user's login",
    "wire/memory.py": "click looks at numbers, and an OfflineMiss is told by the command",
    "wire/operations.py": "commands name operations that are there",
    "wire/params.py": "no command calls by parameters",
    "wire/paths.py": "commands take paths from an OpenAPI file",
    "workspace/workspace.py": "reprs",
}


def messages() -> Iterator[tuple[str, str]]:
    """Give each text of more than a word in the library, with its module."""
    for file in sorted(LIBRARY.rglob("*.py")):
        module = file.relative_to(LIBRARY).as_posix()
        if module.startswith("cli/"):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        within = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for inner in ast.walk(node)
            if inner is not node
        }
        docs = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if id(node) in within or id(node) in docs:
                continue
            text = words_of(node)
            is_alias = " | " in text
            if " " in text.strip() and not is_alias:
                yield module, text


def words_of(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(words_of(value) for value in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


# One is put together from parts.
MESSAGES = [*messages(), ("wire/consent.py", how_to_put_right(operation("trends.calculate")))]


def test_no_message_with_python_in_it_reaches_a_shell() -> None:
    assert len(MESSAGES) > 1_000
    left = [
        (module, text, for_shell(text))
        for module, text in MESSAGES
        if PYTHON.search(for_shell(text)) and not module.startswith(tuple(OUT_OF_REACH))
    ]
    assert left == []


def test_what_is_out_of_reach_would_be_left() -> None:
    left = {module for module, text in MESSAGES if PYTHON.search(for_shell(text))}
    idle = [place for place in OUT_OF_REACH if not any(one.startswith(place) for one in left)]
    assert idle == []


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in WORDS])
def test_no_line_of_the_table_outlives_its_message(pattern: str) -> None:
    assert any(re.search(pattern, text, re.MULTILINE) for _, text in MESSAGES)


def test_what_is_left_out_leaves_whole_sentences() -> None:
    (warned,) = [
        text
        for _, text in MESSAGES
        if text.startswith("Offline, refresh=True") and "however old" in text
    ]
    assert for_shell(warned) == (
        "Offline, --refresh has nobody to ask: what is kept is given, however old it is. "
        "Leave out --offline to ask again."
    )
    broken = [
        for_shell(text) for _, text in MESSAGES if re.search(r"[a-z] Leave out", for_shell(text))
    ]
    assert broken == []
