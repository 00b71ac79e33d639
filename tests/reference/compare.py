"""What the registry says of an operation, held against the facts of the reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from synerise_frames.wire.operation import Operation

#: Counted as creating a profile although the reference does not say so: a token for a
#: UUID that nobody has seen may well leave an anonymous profile behind.
CAUTIOUS = {"auth.login_anonymous"}


def compare(registry: Iterable[Operation], facts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Give every difference as a sentence; none if they say the same."""
    ours = list(registry)
    theirs = {(fact["tag"], fact["summary"]): fact for fact in facts}
    found = [
        f"{op.key}: the reference has no {op.tag!r} / {op.summary!r}"
        for op in ours
        if (op.tag, op.summary) not in theirs
    ]
    for (tag, summary), fact in theirs.items():
        rows = [op for op in ours if (op.tag, op.summary) == (tag, summary)]
        if len(rows) != 1:
            found.append(f"{tag!r} / {summary!r} is in the registry {len(rows)} times")
        found += [difference for op in rows for difference in differences(op, fact)]
    return found


def differences(op: Operation, fact: Mapping[str, Any]) -> list[str]:
    """Give the differences of one operation, field by field."""
    ours, theirs = stated(op), printed(fact)
    return [
        f"{op.key}: {name} is {ours[name]!r}, in the reference {theirs[name]!r}"
        for name in ours
        if ours[name] != theirs[name]
    ]


def stated(op: Operation) -> dict[str, Any]:
    """Give what a registry row says, in the form of the facts."""
    return {
        # Only evidence "reference" claims that a path is printed.
        "printed route": f"{op.method} {op.path}" if op.evidence == "reference" else None,
        # Their order is that of the path, which the reference does not keep to.
        "path parameters": sorted(op.path_parameters),
        "query": list(op.query),
        "required_query": list(op.required_query),
        "body": list(op.body),
        "required": list(op.required),
        "enums": {name: list(values) for name, values in op.enums},
        "permissions": list(op.permissions),
        "consumers": sorted(op.consumers),
        "limits": asdict(op.limits) if op.limits else None,
        "shape": op.shape,
        "printed": list(op.printed),
        "creates": op.creates and op.key not in CAUTIOUS,
    }


def printed(fact: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts under the names of the registry's fields."""
    fields = [*fact["path_parameters"], *fact["query"], *fact["body"]]
    return {
        "printed route": f"{fact['method']} {fact['path']}" if fact["path"] else None,
        "path parameters": sorted(_names(fact["path_parameters"])),
        "query": _names(fact["query"]),
        "required_query": _names(fact["query"], required=True),
        "body": _names(fact["body"]),
        "required": _names(fact["body"], required=True),
        # The only namespace there is stands in every path.
        "enums": {
            f["name"]: f["values"] for f in fields if "values" in f and f["name"] != "namespace"
        },
        "permissions": fact["permissions"],
        "consumers": sorted(fact["consumers"]),
        "limits": fact["limits"],
        "shape": fact["answer"],
        "printed": fact["printed"],
        "creates": fact["creates_account"],
    }


def _names(fields: Iterable[Mapping[str, Any]], *, required: bool = False) -> list[str]:
    return [field["name"] for field in fields if field["required"] or not required]
