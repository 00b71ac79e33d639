"""Measures: what is counted, added up or picked from events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from synerise_frames.sandbox.engine.events import read_field
from synerise_frames.sandbox.engine.fields import Action, Field
from synerise_frames.sandbox.engine.part import Part

# How a measure becomes SQL, from the SQL of its field.
_SQL: Mapping[str, str] = MappingProxyType(
    {
        "COUNT": "count(*)",
        "DISTINCT_PROFILES": "count(distinct e.profile_id)",
        "DISTINCT": "count(distinct {})",
        "SUM": "coalesce(sum({}), 0)",
        "AVG": "avg({})",
        "MIN": "min({})",
        "MAX": "max({})",
    }
)
_WITHOUT_FIELD = ("COUNT", "DISTINCT_PROFILES")
_OF_NUMBERS = ("SUM", "AVG")
#: Measures that give one number for any set of events.
NUMERIC = tuple(_SQL)
#: Measures that pick from the events of one profile.
PICKING = ("FIRST", "LAST", "LAST_MULTI", "TOP")
_MOST_PICKED = 1000


@dataclass(frozen=True)
class Measure:
    """A measure over events; `by` ranks and `size` limits what a picking one picks."""

    type: str
    field: Field | None = None
    by: Measure | None = None
    size: int | None = None

    @property
    def sql(self) -> str:
        """The measure over rows of a table ``e``."""
        return _SQL[self.type].format(self.field.sql if self.field else "")

    @property
    def empty(self) -> Any:
        """The measure over no events at all."""
        if self.type == "SUM":
            return Decimal(0) if self.field and self.field.kind == "decimal" else 0
        return 0 if self.type in ("COUNT", "DISTINCT", "DISTINCT_PROFILES") else None

    @property
    def is_number(self) -> bool:
        """Whether it gives a number (or null), as a formula needs."""
        of_field = self.field is None or self.field.is_number
        return self.type != "LAST_MULTI" and (
            of_field or self.type in ("COUNT", "DISTINCT", "DISTINCT_PROFILES")
        )


def read_measure(part: Part, action: Action, *, picking: bool = False) -> Measure:
    """Read ``{"type": …, "field": …}``; with `picking`, also FIRST, LAST, LAST_MULTI and TOP."""
    part.fields("type", "field", "by", "size", required=["type"])
    kind = part["type"].one_of((*NUMERIC, *PICKING), "measure")
    if kind in PICKING and not picking:
        raise part["type"].error(f"A {kind} is only for one profile, and not by bucket.")
    field = _field(part, kind, action)
    if kind in PICKING:
        return _picking(part, kind, field, action)
    for name in ("by", "size"):
        if part.has(name):
            raise part[name].error(f"A {kind} has none.")
    if kind in _OF_NUMBERS and not (field and field.is_number):
        raise part["field"].error(f"A {kind} needs a field with numbers.")
    if not picking and field and kind in ("MIN", "MAX") and not field.is_number:
        raise part["field"].error(f"A {kind} of other than numbers is only for one profile.")
    return Measure(kind, field)


def _field(part: Part, kind: str, action: Action) -> Field | None:
    if kind not in _WITHOUT_FIELD:
        return read_field(part["field"], action)
    if part.has("field"):
        raise part["field"].error(f"A {kind} has no field.")
    return None


def _picking(part: Part, kind: str, field: Field | None, action: Action) -> Measure:
    by, size = None, None
    if kind == "TOP":
        by = read_measure(part["by"], action) if part.has("by") else Measure("COUNT")
    elif part.has("by"):
        raise part["by"].error(f"A {kind} has none.")
    if kind == "LAST_MULTI":
        size = part["size"].whole(at_least=1, at_most=_MOST_PICKED)
    elif part.has("size"):
        raise part["size"].error(f"A {kind} has none.")
    return Measure(kind, field, by, size)


def to_json(value: Any, zone: ZoneInfo) -> Any:
    """Give a value of the store as JSON has it: amounts as numbers, times as local ISO text."""
    convert = _JSON.get(type(value))
    return convert(value, zone) if convert else value


def _time(value: datetime, zone: ZoneInfo) -> str:
    return value.replace(tzinfo=UTC).astimezone(zone).isoformat()


_JSON: Mapping[type, Callable[[Any, ZoneInfo], Any]] = MappingProxyType(
    {Decimal: lambda value, _: float(value), datetime: _time}
)
