"""Facts of the API reference, derived from its text: names and headings, no prose.

Run as a script to write ``facts.json`` anew: ``python derive.py api-reference.txt``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FACTS = Path(__file__).with_name("facts.json")

# What comes before the first tag: how the whole API is authorized.
_END_OF_PREAMBLE = "Query parameter name: token\n"

_SAMPLE = r'(?:[{\[]\n(?:[ ].*\n)*[}\]]|\[[ ]\]|".*")'
#: The end of an operation: what is sent (a curl command or a body), and what is answered.
_SAMPLES = re.compile(
    rf"""^Responses\n\n
    Request\ samples\n\n
    (?: (?P<curl>curl\ .*\n(?:\ \ .*\n?)*) | Content\ type\n.*\n(?P<body>{_SAMPLE})\n? )
    (?:\nResponse\ samples\n\nContent\ type\n.*\n(?P<answer>{_SAMPLE})\n?)?""",
    re.MULTILINE | re.VERBOSE,
)
_ROUTE = re.compile(r"--request (\w+) *\n *--url '?https?://[^/]+(/[^\s'?]*)")

_SECTIONS = ("path Parameters", "query Parameters", "Request Body schema", "Responses")
_TYPE = re.compile(
    r"(string|integer|number|boolean|any|object|Array of \w+|[A-Z][A-Za-z ]+\(object\))\b.*"
    r"|[A-Z][A-Za-z ]+\(object\) or .*"
)
_VALUES = re.compile(r"(?:Enum|Value): (.*)")

_CONSUMERS = {
    "Synerise User": "user",
    "Workspace (formerly Business Profile)": "workspace",
    "Profile (formerly client)": "profile",
    "Anonymous profile (formerly client)": "anonymous",
}
_LIMITS = {
    "items": r"• (\d+) \w+ per request$",
    "per_second": r"• (\d+) requests per second$",
    "per_profile_per_second": r"• (\d+) requests per second per profile$",
}
#: The body of every error; where it is the only sample, no success answer is printed.
_ERROR = ("timestamp", "status", "error", "message", "path")


def derive(text: str) -> list[dict[str, Any]]:
    """Give the facts of every operation, in the order of the text."""
    facts, tag = [], ""
    for head, samples in _operations(text):
        new_tag, summary = _headings(head)
        tag = new_tag or tag
        facts.append({"tag": tag, "summary": summary, **_facts(head, samples)})
    return facts


def render(facts: list[dict[str, Any]]) -> str:
    """Write facts as JSON, with a line for each field or parameter."""

    def lines(fact: dict[str, Any]) -> Iterator[str]:
        for name, value in fact.items():
            parts = [json.dumps(part) for part in value] if isinstance(value, list) else []
            if value and isinstance(value, list) and isinstance(value[0], dict):
                yield f'  "{name}": [\n    ' + ",\n    ".join(parts) + "\n  ]"
            else:
                yield f'  "{name}": {json.dumps(value)}'

    return "[\n" + ",\n".join("{\n" + ",\n".join(lines(f)) + "\n}" for f in facts) + "\n]\n"


def _operations(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Cut the text into operations: what is before the samples, and the samples."""
    start = text.index(_END_OF_PREAMBLE) + len(_END_OF_PREAMBLE)
    for samples in _SAMPLES.finditer(text, start):
        yield text[start : samples.start()], samples
        start = samples.end()


def _headings(head: str) -> tuple[str | None, str]:
    """Give the tag, where a new one begins here, and the summary."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n\n+", head.strip("\n"))]
    # After a tag and its description the third is a summary. Else it is a list item (indented)
    # or another paragraph of the description, which ends like a sentence.
    third = paragraphs[2]
    if third.startswith(" ") or third.endswith((".", ":")):
        return None, paragraphs[0]
    return paragraphs[0], third


def _facts(head: str, samples: re.Match[str]) -> dict[str, Any]:
    sections = _sections(head)
    route = _ROUTE.search(samples["curl"] or "")
    sent = list(_read(samples["body"])) if samples["body"] else []
    shape, keys = _answer(samples["answer"])
    return {
        "method": route[1] if route else None,
        "path": re.sub(r"%7B(\w+)%7D", r"{\1}", route[2]) if route else None,
        "path_parameters": _fields(sections.get("path Parameters", ())),
        "query": _fields(sections.get("query Parameters", ())),
        "body": _fields(sections.get("Request Body schema", ()), sent),
        "permissions": _permissions(head),
        "consumers": _consumers(head),
        "limits": _limits(head),
        "answer": shape,
        "printed": keys,
        "creates_account": "creates an account" in head,
    }


def _sections(head: str) -> dict[str, list[str]]:
    """Give the lines under each heading of parameters."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in head.splitlines():
        name = next((name for name in _SECTIONS if line.startswith(name)), None)
        if name:
            current = sections.setdefault(name, [])
        else:
            current.append(line)
    return sections


def _fields(lines: list[str] | tuple[()], sample: list[str] | None = None) -> list[dict[str, Any]]:
    """Read parameters or body fields; objects have their name only in the sample."""
    fields: list[dict[str, Any]] = []
    before = ["", *lines]
    for i, line in enumerate(lines):
        values = _VALUES.fullmatch(line)
        if values and fields:
            fields[-1]["values"] = re.findall(r'"([^"]*)"', values[1])
        if not _TYPE.fullmatch(line):
            continue
        required = before[i] == "required"
        name = before[i - 1] if required else before[i]
        named = re.fullmatch(r"\w+", name) and not _TYPE.fullmatch(name)
        fields.append({"name": name if named else None, "required": required})
    if sample is not None:
        _name(fields, sample)
    return fields


def _name(fields: list[dict[str, Any]], sample: list[str]) -> None:
    """Take names from the sample of the body, which lists the same fields in the same order."""
    if len(fields) != len(sample):
        raise ValueError(f"{len(fields)} fields, but the sample has {sample}.")
    for field, name in zip(fields, sample, strict=True):
        if field["name"] not in (None, name):
            raise ValueError(f"Field {field['name']!r} is {name!r} in the sample.")
        field["name"] = name


def _permissions(head: str) -> list[str]:
    found = re.search(r"permissions? required: (.*)", head)
    return found[1].strip().split(", ") if found else []


def _consumers(head: str) -> list[str]:
    found = re.search(r"API consumers? who can use this method: (.*)", head)
    if found:
        return [_CONSUMERS[name] for name in found[1].strip().split(", ")]
    # One operation says it in a sentence.
    return ["anonymous"] if "authenticating as an anonymous" in head else []


def _limits(head: str) -> dict[str, int] | None:
    found = {name: re.search(form, head, re.MULTILINE) for name, form in _LIMITS.items()}
    return {name: int(match[1]) for name, match in found.items() if match} or None


def _answer(sample: str | None) -> tuple[str, list[str]]:
    """Give the shape of the success answer and its keys (of an array: of its first item)."""
    if sample is None:
        return "nothing", []
    value = _read(sample)
    if isinstance(value, str):
        return "text", []
    if isinstance(value, list):
        first = value[0] if value else None
        return "array", list(first) if isinstance(first, dict) else []
    return ("nothing", []) if tuple(value) == _ERROR else ("object", list(value))


def _read(sample: str) -> Any:
    """Read a sample: JSON with bullets, whose inner objects and arrays are empty."""
    return json.loads(sample.replace("•", ""))


if __name__ == "__main__":
    FACTS.write_text(render(derive(Path(sys.argv[1]).read_text("utf-8"))), "utf-8")
