"""What reading a document gave: routes, and an account of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from synerise_frames.wire.openapi.matching import Match
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.paths import Route

_COLUMNS = ["key", "tag", "summary", "status", "method", "path", "before", "note"]
_STATUSES = ("same", "changed", "close", "missing", "ambiguous", "unusable")
_MOST = 8


@dataclass(frozen=True)
class Import:
    """What an OpenAPI document says about the operations of the registry.

    Attributes
    ----------
    name : str
        Name of the file.
    title, version : str
        How the document calls itself.
    matches : tuple of Match
        One an operation of the registry, in its order.
    extra : int
        How many operations of the document are none of ours.
    extra_tags : mapping
        Their tags, the most frequent first.
    not_followed : mapping
        `$ref`s that lead nowhere, with the reason.
    """

    name: str
    title: str
    version: str
    matches: tuple[Match, ...]
    extra: int
    extra_tags: Mapping[str, int]
    not_followed: Mapping[str, str]

    @property
    def routes(self) -> Mapping[str, Route]:
        """Operation key to route, for all that can be used."""
        return MappingProxyType({m.operation.key: m.route for m in self.matches if m.route})

    def counts(self) -> dict[str, int]:
        """Give how many operations have each status."""
        counted = Counter[str](item.status for item in self.matches)
        return {status: counted[status] for status in _STATUSES}

    def frame(self) -> pd.DataFrame:
        """Give one row an operation of the registry.

        Returns
        -------
        DataFrame
            key, tag, summary, status, method, path, before, note (``string``). ``before`` is
            the library's own route; method and path are missing if nothing can be used.
        """
        rows = [
            (
                item.operation.key,
                item.operation.tag,
                item.operation.summary,
                item.status,
                item.route.method if item.route else None,
                item.route.path if item.route else None,
                f"{item.operation.method} {item.operation.path}",
                item.note or None,
            )
            for item in self.matches
        ]
        return pd.DataFrame(rows, columns=_COLUMNS, dtype="string")

    def differences(self) -> pd.DataFrame:
        """Give what else the document says differently than the registry.

        Returns
        -------
        DataFrame
            key, what, ours, theirs (``string``). ``what`` is one of: body, required and query
            (the document has names that the registry has not), answer (other keys than
            printed) and shape (another kind of JSON value).
        """
        rows = [row for item in self.matches if item.route for row in _differences(item)]
        return pd.DataFrame(rows, columns=["key", "what", "ours", "theirs"], dtype="string")

    def __str__(self) -> str:
        counts = self.counts()
        called = " ".join(filter(None, [self.title, self.version]))
        lines = [
            f"{self.name}{f' ({called})' if called else ''}: "
            f"{len(self.routes)} of {len(self.matches)} operations can be used",
            "  " + ", ".join(f"{count} {status}" for status, count in counts.items() if count),
        ]
        lines += self._lines("close", "  close: {0} = {1}; {2}")
        for status in ("unusable", "ambiguous", "missing"):
            lines += self._lines(status, f"  {status}: {{0}}; {{2}}")
        if self.extra:
            tags = [f"{tag} {count}" for tag, count in self.extra_tags.items()]
            more = [f"{len(tags) - _MOST} more tags"] if len(tags) > _MOST else []
            told = ", ".join([*tags[:_MOST], *more])
            lines.append(f"  {self.extra} other operations" + (f": {told}" if told else ""))
        if self.not_followed:
            first = next(iter(self.not_followed.items()))
            lines.append(
                f"  {len(self.not_followed)} $ref not followed, such as {first[0]}: {first[1]}"
            )
        return "\n".join(lines)

    def _lines(self, status: str, form: str) -> list[str]:
        items = [item for item in self.matches if item.status == status]
        lines = [
            form.format(item.operation.key, item.route, item.note).rstrip("; ")
            for item in items[:_MOST]
        ]
        more = len(items) - _MOST
        return [*lines, f"  … and {more} more {status}"] if more > 0 else lines


def _differences(item: Match) -> list[tuple[str, str, str, str]]:
    op, found = item.operation, item.found
    if found is None:
        return []
    rows = [_more(op, "query", op.query, found.query)]
    if found.body:
        rows.append(_more(op, "body", op.body, found.body.keys))
        rows.append(_more(op, "required", op.required, sorted(found.body.required)))
    answer = found.answer
    if answer and op.printed and answer.keys and set(op.printed) != set(answer.keys):
        rows.append((op.key, "answer", ", ".join(op.printed), ", ".join(answer.keys)))
    kind = {"string": "text"}.get(answer.kind, answer.kind) if answer else ""
    if kind and op.shape not in ("nothing", kind):
        rows.append((op.key, "shape", op.shape, kind))
    return [row for row in rows if row]


def _more(
    op: Operation, what: str, ours: tuple[str, ...], theirs: tuple[str, ...] | list[str]
) -> tuple[str, str, str, str] | None:
    if set(theirs) <= set(ours):
        return None
    return op.key, what, ", ".join(ours), ", ".join(theirs)
