"""Values of one profile: aggregates and expressions."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from synerise_frames.sandbox.definitions import Definitions
from synerise_frames.sandbox.engine.events import Event, read_event, source
from synerise_frames.sandbox.engine.fields import ATTRIBUTE_FIELDS
from synerise_frames.sandbox.engine.formulas import (
    Input,
    Value,
    as_input,
    as_result,
    read_formula,
)
from synerise_frames.sandbox.engine.measures import NUMERIC, Measure, read_measure
from synerise_frames.sandbox.engine.overrides import Overrides
from synerise_frames.sandbox.engine.part import Part
from synerise_frames.sandbox.engine.query import Select, Sql, wrapped
from synerise_frames.sandbox.engine.request import Request
from synerise_frames.sandbox.profiles import Profile

AGGREGATE_FIELDS = ("event", "measure")

_PROFILE = Sql("e.profile_id")

#: What picks a field's value at the first or the last event; ``seq`` is their order.
_PICKED = MappingProxyType({"FIRST": "min_by", "LAST": "max_by", "LAST_MULTI": "max_by"})


class Aggregate:
    """An aggregate that was read, ready to be calculated for any profile."""

    def __init__(self, request: Request) -> None:
        self._request = request
        part = request.part
        self._event: Event = read_event(part["event"], request.names)
        self.measure: Measure = read_measure(part["measure"], self._event.action, picking=True)
        # Without a window there is nothing to leave out: all data is before the clock.
        self._window = request.given_window()
        self._filter = request.filter()
        self._select = self._read()

    def value(self, profile: Profile) -> Any:
        """Give the value as stored: amounts exact, times naive UTC; several as a list."""
        row = self._request.row(self._select, profile.id)
        if row:
            return row[0]
        # A profile without such events has no row.
        return [] if self.measure.type == "LAST_MULTI" else self.measure.empty

    def _read(self) -> Select:
        """Give the query for the values of all profiles that have any such events."""
        where = list(self._event.where)
        if self._window:
            where.append(Sql("e.ts >= ? and e.ts < ?", self._window.parameters()))
        passing = self._filter.ids()
        if passing:
            where.append(Sql("e.profile_id in (") + passing + Sql(")"))
        rows, measure = source(self._event.action), self.measure
        if measure.type in NUMERIC:
            return Select((_PROFILE, Sql(measure.sql)), rows, tuple(where), (_PROFILE.text,))
        field = measure.field
        if field is None:
            raise TypeError(f"A {measure.type} without a field was not refused.")
        where.append(Sql(f"{field.sql} is not null"))
        if measure.type == "TOP":
            by = measure.by or Measure("COUNT")
            columns = (_PROFILE, Sql(f"{field.sql} as item"), Sql(f"{by.sql} as rank"))
            items = Select(columns, rows, tuple(where), (_PROFILE.text, "item"))
            top = Sql("first(item order by rank desc, item)")
            return Select((Sql("profile_id"), top), wrapped(items.sql()), (), ("profile_id",))
        picked = Sql(f"{_PICKED[measure.type]}({field.sql}, e.seq")
        if measure.type == "LAST_MULTI":
            picked += Sql(f", {measure.size:d}")
        return Select((_PROFILE, picked + Sql(")")), rows, tuple(where), (_PROFILE.text,))

    def json(self, value: Any) -> Any:
        """Give a value as an answer has it."""
        if isinstance(value, list):
            return [self._request.json(item) for item in value]
        return self._request.json(value)


def aggregate(request: Request, profile: Profile) -> Any:
    """Calculate an aggregate for one profile."""
    read = Aggregate(request)
    return read.json(read.value(profile))


def expression(
    request: Request, definitions: Definitions, overrides: Overrides, profile: Profile
) -> Any:
    """Calculate an expression for one profile."""
    # Its aggregates have filters of their own; one of the expression is only checked.
    request.filter()
    inputs = _Inputs(request, definitions, overrides)
    formula = read_formula(request.part["formula"], inputs.read)
    return as_result(formula.evaluate(inputs.values(profile)))


class _Inputs:
    """What the formula of an expression starts from: aggregates and attributes."""

    def __init__(self, request: Request, definitions: Definitions, overrides: Overrides) -> None:
        self._request = request
        self._definitions = definitions
        self._overrides = overrides
        self._sources: list[Aggregate | str] = []

    def read(self, part: Part) -> Input:
        """Read ``{"aggregate": id}`` or ``{"attribute": name}``."""
        part.fields("constant", "op", "args", "aggregate", "attribute")
        kind = "text"
        if part.has("attribute"):
            part.fields("attribute")
            self._sources.append(part["attribute"].choice(ATTRIBUTE_FIELDS, "attribute").name)
        else:
            part.fields("aggregate", required=["aggregate"])
            found = self._aggregate(part["aggregate"])
            if found.measure.type == "LAST_MULTI":
                raise part["aggregate"].error("A list is no input of a formula.")
            kind = "number" if found.measure.is_number else "text"
            self._sources.append(found)
        return Input(len(self._sources) - 1, kind)

    def _aggregate(self, part: Part) -> Aggregate:
        id_ = part.text()
        definition = self._definitions.get("aggregate", id_)
        if definition is None:
            raise part.error("There is no aggregate with this id; the list of aggregates has all.")
        return Aggregate(
            Request(
                self._request.store,
                definition.analysis,
                self._overrides,
                AGGREGATE_FIELDS,
                required=AGGREGATE_FIELDS,
                names=self._request.names,
            )
        )

    def values(self, profile: Profile) -> list[Value]:
        """Give the inputs of one profile; times as the local text that answers have."""
        return [
            profile.attributes.get(source)
            if isinstance(source, str)
            else as_input(_plain(source, profile))
            for source in self._sources
        ]


def _plain(read: Aggregate, profile: Profile) -> Any:
    value = read.value(profile)
    return value if read.measure.is_number else read.json(value)
