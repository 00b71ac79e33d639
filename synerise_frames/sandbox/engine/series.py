"""Series over time: trends, histograms, and the history of an aggregate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from synerise_frames.sandbox.engine.events import Scope, read_dimension, source
from synerise_frames.sandbox.engine.fields import Field
from synerise_frames.sandbox.engine.figures import (
    FIGURE_FIELDS,
    Figure,
    Leaf,
    actions_of,
    own_leaf,
    read_figure,
)
from synerise_frames.sandbox.engine.query import Select, Sql
from synerise_frames.sandbox.engine.request import Request
from synerise_frames.sandbox.engine.windows import Step, as_stored
from synerise_frames.sandbox.ids import stable_id

# An answer with more values than that fits nobody's screen or memory.
_MOST_VALUES = 1_000_000

# The vendor says that a histogram's month has 30 days.
_DAYS_OF_A_MONTH = 30


def trend(request: Request) -> dict[str, Any]:
    """Calculate a trend: one series, or one a value of ``groupBy``."""
    leaf = own_leaf(request.part, request.names)
    group = None
    if request.part.has("groupBy"):
        group = read_dimension(request.part["groupBy"], leaf.event.action)
    window = request.window([leaf.event.action])
    starts = request.starts(window, request.step())
    scope = Scope(window, request.filter().ids())
    names: list[Any] = [None] if group is None else _names(request, leaf, scope, group)
    if len(names) * len(starts) > _MOST_VALUES:
        message = f"Would give more than {_MOST_VALUES:,} values: choose a coarser field or window."
        raise request.part["groupBy"].error(message)
    found = bucketed(request, leaf, scope, starts, group)
    legends = [_legend(request, name, group) for name in names]
    series = [found.get(name, {}) for name in names]
    empty = leaf.measure.empty
    columns = [[request.json(s.get(i, empty)) for i in range(len(starts))] for s in series]
    return {"name": request.title, **_timeline(starts, legends, columns)}


def _names(request: Request, leaf: Leaf, scope: Scope, group: Field) -> list[Any]:
    """Give the values to group by, in order; the missing one last."""
    select = Select(
        (Sql(group.sql),),
        source(leaf.event.action, with_profile=group.of_profile),
        (*scope.conditions(), *leaf.event.where),
        group=("1",),
        order=("1 nulls last",),
        # One more would be refused in any case.
        limit=_MOST_VALUES + 1,
    )
    return [row[0] for row in request.rows(select)]


def histogram(request: Request) -> dict[str, Any]:
    """Calculate a histogram: one series a metric."""
    titles: list[str] = []
    figures: list[Figure] = []
    for item in request.part["metrics"].items(at_least=1):
        item.fields("title", *FIGURE_FIELDS, required=["title"])
        if item["title"].text() in titles:
            raise item["title"].error("Two metrics have this title.")
        titles.append(item["title"].text())
        figures.append(read_figure(item, request.names))
    window = request.window(actions_of(figures))
    starts = request.starts(window, _histogram_step(request.step()))
    scope = Scope(window, request.filter().ids())
    columns = [_figure(request, figure, scope, starts) for figure in figures]
    legends = [_named(request, title, title) for title in titles]
    return _timeline(starts, legends, columns)


def history(request: Request, profile_id: int) -> dict[str, Any]:
    """Calculate an aggregate of one profile, bucket by bucket."""
    leaf = own_leaf(request.part, request.names)
    window = request.window([leaf.event.action])
    starts = request.starts(window, request.step())
    scope = Scope(window, request.filter().ids(), profile_id)
    found = bucketed(request, leaf, scope, starts).get(None, {})
    items = [
        {"date": start.isoformat(), "value": request.json(found.get(i, leaf.measure.empty))}
        for i, start in enumerate(starts)
    ]
    return {"items": items, "metadata": {}}


def _histogram_step(step: Step) -> Step:
    if step.unit == "MONTHS":
        return Step(step.value * _DAYS_OF_A_MONTH, "DAYS")
    return step


def _figure(
    request: Request, figure: Figure, scope: Scope, starts: Sequence[datetime]
) -> list[Any]:
    found = [bucketed(request, leaf, scope, starts).get(None, {}) for leaf in figure.leaves]
    columns = [
        [values.get(i, leaf.measure.empty) for i in range(len(starts))]
        for values, leaf in zip(found, figure.leaves, strict=True)
    ]
    return [figure.result(values, request) for values in zip(*columns, strict=True)]


def bucketed(
    request: Request,
    leaf: Leaf,
    scope: Scope,
    starts: Sequence[datetime],
    group: Field | None = None,
) -> dict[Any, dict[int, Any]]:
    """Measure events by bucket: ``{group: {bucket number: value}}``, empty buckets left out."""
    with_profile = group is not None and group.of_profile
    number = len(starts)
    edges = ([as_stored(start) for start in starts], number)
    table = Sql("(select unnest(?::timestamp[]) as start, unnest(range(?)) as number) b", edges)
    select = Select(
        (Sql(group.sql if group else "null"), Sql("b.number"), Sql(leaf.measure.sql)),
        source(leaf.event.action, with_profile=with_profile)
        + Sql(" asof join ")
        + table
        + Sql(" on e.ts >= b.start"),
        (*scope.conditions(), *leaf.event.where),
        group=("1", "2"),
    )
    found: dict[Any, dict[int, Any]] = {}
    for name, bucket, value in request.rows(select):
        found.setdefault(name, {})[bucket] = value
    return found


def _legend(request: Request, name: Any, group: Field | None) -> dict[str, Any]:
    if group is None:
        return _named(request, request.title, request.title)
    shown = request.json(name)
    return _named(request, f"{group.name}={shown!r}", None if shown is None else str(shown))


def _named(request: Request, key: str, name: str | None) -> dict[str, Any]:
    # By what it shows and not by its position: the same series keeps its id in every window.
    return {"id": stable_id("series", f"{request.title}:{key}"), "name": name}


def _timeline(
    starts: Sequence[datetime], legends: list[dict[str, Any]], columns: Sequence[Sequence[Any]]
) -> dict[str, Any]:
    items = [
        {"date": start.isoformat(), "values": [column[i] for column in columns]}
        for i, start in enumerate(starts)
    ]
    return {"metadata": {}, "legends": legends, "items": items}
