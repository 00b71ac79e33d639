"""Figures: a measure over events, or a formula of such, as metrics and histograms have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from synerise_frames.sandbox.engine.events import Event, Scope, read_event, source
from synerise_frames.sandbox.engine.fields import Action
from synerise_frames.sandbox.engine.formulas import (
    Formula,
    Input,
    as_input,
    as_result,
    read_formula,
)
from synerise_frames.sandbox.engine.measures import Measure, read_measure
from synerise_frames.sandbox.engine.names import Names
from synerise_frames.sandbox.engine.part import Part
from synerise_frames.sandbox.engine.query import Select, Sql
from synerise_frames.sandbox.engine.request import Request


@dataclass(frozen=True)
class Leaf:
    """A measure over events."""

    event: Event
    measure: Measure

    def select(self, scope: Scope) -> Select:
        """Give the query for the measure, over all events in scope."""
        where = (*scope.conditions(), *self.event.where)
        return Select((Sql(self.measure.sql),), source(self.event.action), where)


@dataclass(frozen=True)
class Figure:
    """What is measured: leaves, and the formula that makes one value of several."""

    leaves: tuple[Leaf, ...]
    formula: Formula | None = None

    def result(self, values: Sequence[Any], request: Request) -> Any:
        """Give the figure as JSON has it, from the values of its leaves."""
        if self.formula is None:
            return request.json(values[0])
        return as_result(self.formula.evaluate([as_input(value) for value in values]))


FIGURE_FIELDS = ("event", "measure", "formula")


def read_leaf(part: Part, names: Names) -> Leaf:
    """Read an event and its measure."""
    part.fields("event", "measure", required=["event", "measure"])
    event = read_event(part["event"], names)
    return Leaf(event, read_measure(part["measure"], event.action))


def own_leaf(part: Part, names: Names) -> Leaf:
    """Read the event and the measure of a part that has other fields too."""
    only = {name: part.value[name] for name in ("event", "measure") if name in part.value}
    return read_leaf(Part(only, part.path), names)


def read_figure(part: Part, names: Names) -> Figure:
    """Read ``event`` and ``measure``, or a ``formula`` of several."""
    if not part.has("formula"):
        return Figure((own_leaf(part, names),))
    for name in ("event", "measure"):
        if part.has(name):
            raise part[name].error("Where there is a formula, it belongs into its inputs.")
    leaves: list[Leaf] = []

    def read_input(inner: Part) -> Input:
        leaves.append(read_leaf(inner, names))
        return Input(len(leaves) - 1, "number")

    formula = read_formula(part["formula"], read_input)
    if formula.kind != "number":
        raise part["formula"].error("Must give a number.")
    return Figure(tuple(leaves), formula)


def actions_of(figures: Iterable[Figure]) -> list[Action]:
    """Give the actions that figures read."""
    return [leaf.event.action for figure in figures for leaf in figure.leaves]


def metric(request: Request) -> dict[str, Any]:
    """Calculate a metric."""
    figure = read_figure(request.part, request.names)
    scope = request.scope(actions_of([figure]))
    values = [request.rows(leaf.select(scope))[0][0] for leaf in figure.leaves]
    return {"result": figure.result(values, request), "metricData": {"title": request.title}}
