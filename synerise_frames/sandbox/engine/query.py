"""SQL in pieces that carry their parameters, so that no value is ever written into the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with the values of its question marks."""

    text: str
    parameters: tuple[Any, ...] = ()

    def __add__(self, other: Sql) -> Sql:
        return Sql(self.text + other.text, self.parameters + other.parameters)


def joined(between: str, pieces: Iterable[Sql]) -> Sql:
    """Put pieces together with a text between them."""
    parts = list(pieces)
    text = between.join(part.text for part in parts)
    return Sql(text, tuple(value for part in parts for value in part.parameters))


def wrapped(piece: Sql, alias: str = "") -> Sql:
    """Put a piece into brackets."""
    return Sql("(") + piece + Sql(f") {alias}" if alias else ")")


@dataclass(frozen=True)
class Select:
    """One statement; the parts that are left out are left out."""

    columns: tuple[Sql, ...]
    source: Sql
    where: tuple[Sql, ...] = ()
    group: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    limit: int | None = None

    def sql(self) -> Sql:
        """Give the statement."""
        parts = [Sql("select ") + joined(", ", self.columns), Sql("from ") + self.source]
        if self.where:
            parts.append(Sql("where ") + joined(" and ", self.where))
        if self.group:
            parts.append(Sql("group by " + ", ".join(self.group)))
        if self.order:
            parts.append(Sql("order by " + ", ".join(self.order)))
        if self.limit is not None:
            parts.append(Sql("limit ?", (self.limit,)))
        return joined(" ", parts)
