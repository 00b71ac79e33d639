"""Reports: measures by one or more dimensions, as rows or as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from synerise_frames.sandbox.engine.events import read_dimension, source
from synerise_frames.sandbox.engine.fields import Action, Field
from synerise_frames.sandbox.engine.measures import Measure, read_measure
from synerise_frames.sandbox.engine.query import Select, Sql
from synerise_frames.sandbox.engine.request import Request

_MOST_ROWS = 1_000_000


def report(request: Request, *, allow_null: bool = True) -> dict[str, Any]:
    """Calculate a report; without `allow_null`, rows with a missing dimension are left out."""
    names, rows = table(request, allow_null=allow_null)
    return {"data": [dict(zip(names, row, strict=True)) for row in rows]}


def report_csv(request: Request, *, allow_null: bool = True) -> str:
    """Calculate a report as CSV; what is missing is an empty field."""
    names, rows = table(request, allow_null=allow_null)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()


def table(request: Request, *, allow_null: bool) -> tuple[list[str], list[list[Any]]]:
    """Give the names of the columns, dimensions first, and the rows.

    They come by the first metric from the largest on, then by the dimensions; missing ones last.
    """
    event = request.event()
    dimensions = _dimensions(request, event.action)
    metrics = _metrics(request, event.action, {field.name for field in dimensions})
    limit = None
    if request.part.has("limit"):
        limit = request.part["limit"].whole(at_least=1, at_most=_MOST_ROWS)
    number = len(dimensions)
    where = (*request.scope([event.action]).conditions(), *event.where)
    if not allow_null:
        where += tuple(Sql(f"{field.sql} is not null") for field in dimensions)
    places = [str(i + 1) for i in range(number)]
    select = Select(
        (
            *(Sql(field.sql) for field in dimensions),
            *(Sql(measure.sql) for measure in metrics.values()),
        ),
        source(event.action, with_profile=any(field.of_profile for field in dimensions)),
        where,
        group=tuple(places),
        order=(f"{number + 1} desc nulls last", *(f"{place} asc nulls last" for place in places)),
        limit=limit,
    )
    names = [*(field.name for field in dimensions), *metrics]
    return names, [
        [
            *(_spelled(request.json(value)) for value in row[:number]),
            *(request.json(value) for value in row[number:]),
        ]
        for row in request.rows(select)
    ]


def _spelled(value: Any) -> str | None:
    """Give a dimension's value as text, so that nobody takes an hour for a metric."""
    return None if value is None else str(value)


def _dimensions(request: Request, action: Action) -> list[Field]:
    fields: list[Field] = []
    for item in request.part["groupBy"].items():
        field = read_dimension(item, action)
        if field in fields:
            raise item.error("Is there twice.")
        fields.append(field)
    return fields


def _metrics(request: Request, action: Action, taken: set[str]) -> dict[str, Measure]:
    metrics: dict[str, Measure] = {}
    for item in request.part["metrics"].items(at_least=1):
        item.fields("title", "measure", required=["title", "measure"])
        title = item["title"].text()
        if title in taken or title in metrics:
            raise item["title"].error("Another column has this title.")
        metrics[title] = read_measure(item["measure"], action)
    return metrics
