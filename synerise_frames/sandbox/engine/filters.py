"""Filters: which profiles pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from synerise_frames.sandbox.engine.conditions import read_test
from synerise_frames.sandbox.engine.events import Event, Scope, read_event, source
from synerise_frames.sandbox.engine.fields import ATTRIBUTE_FIELDS
from synerise_frames.sandbox.engine.measures import Measure, read_measure
from synerise_frames.sandbox.engine.names import Names
from synerise_frames.sandbox.engine.part import Part
from synerise_frames.sandbox.engine.query import Select, Sql, joined, wrapped
from synerise_frames.sandbox.engine.windows import Calendar, Window, read_window

# Deeper filters are not written by people.
_DEEPEST = 5


@dataclass(frozen=True)
class AttributeCondition:
    """A condition on an attribute of the profile."""

    test: Sql

    def sql(self) -> Sql:
        """Give the condition on a row ``p`` of profiles."""
        return self.test


@dataclass(frozen=True)
class AggregateCondition:
    """A condition on a measure over the profile's events."""

    event: Event
    measure: Measure
    window: Window | None
    test: Sql

    def sql(self) -> Sql:
        """Give the condition on a row ``p`` of profiles."""
        same = Sql("e.profile_id = p.id")
        where = (same, *Scope(self.window).conditions(), *self.event.where)
        select = Select((Sql(self.measure.sql),), source(self.event.action), where)
        return wrapped(select.sql()) + self.test


@dataclass(frozen=True)
class Filter:
    """Conditions of which all or any must hold. No condition at all holds for everyone."""

    conditions: tuple[Condition, ...] = ()
    match: str = "ALL"

    def sql(self) -> Sql:
        """Give the condition on a row ``p`` of profiles."""
        if not self.conditions:
            return Sql("true")
        word = " and " if self.match == "ALL" else " or "
        return wrapped(joined(word, (condition.sql() for condition in self.conditions)))

    def ids(self) -> Sql | None:
        """Give the query for the ids of the profiles that pass; ``None`` if all do."""
        if not self.conditions:
            return None
        return Select((Sql("p.id"),), Sql("profiles p"), (self.sql(),)).sql()


Condition: TypeAlias = AttributeCondition | AggregateCondition | Filter


def read_filter(
    part: Part,
    names: Names,
    workspace: Calendar,
    window: Window | None = None,
    *,
    depth: int = 0,
) -> Filter:
    """Read ``{"match": "ALL", "conditions": […]}``; ``{}`` is no filter.

    Conditions on measures are over `window`, where they have no ``dateFilter`` of their own.
    """
    if not part.fields("match", "conditions").value:
        return Filter()
    if depth > _DEEPEST:
        raise part.error(f"Filters go {_DEEPEST} levels deep.")
    match = "ALL"
    if part.has("match"):
        match = part["match"].one_of(("ALL", "ANY"), "way to match")
    conditions: list[Condition] = []
    for item in part["conditions"].items(at_least=1):
        if item.has("conditions"):
            conditions.append(read_filter(item, names, workspace, window, depth=depth + 1))
        elif item.has("aggregate"):
            conditions.append(_aggregate(item, names, workspace, window))
        else:
            conditions.append(_attribute(item, names))
    return Filter(tuple(conditions), match)


def _attribute(part: Part, names: Names) -> AttributeCondition:
    # All three are named: whoever has none of them learns what there is.
    allowed = ("attribute", "aggregate", "conditions", "op", "value")
    part.fields(*allowed, required=["attribute", "op"])
    field = part["attribute"].choice(ATTRIBUTE_FIELDS, "attribute")
    return AttributeCondition(Sql(field.sql) + read_test(part, field.kind, names))


def _aggregate(
    part: Part, names: Names, workspace: Calendar, window: Window | None
) -> AggregateCondition:
    part.fields("aggregate", "op", "value", required=["op"])
    inner = part["aggregate"].fields(
        "event", "measure", "dateFilter", required=["event", "measure"]
    )
    event = read_event(inner["event"], names)
    measure = read_measure(inner["measure"], event.action)
    if inner.has("dateFilter"):
        window = read_window(inner["dateFilter"], workspace) or window
    return AggregateCondition(event, measure, window, read_test(part, "decimal", names))
