"""Definitions: paginated lists, details, and the lists of metrics for other uses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.calls import Call
from synerise_frames.sandbox.definition import KINDS, Definition
from synerise_frames.sandbox.problems import invalid
from synerise_frames.sandbox.routes.base import Handler, definition_of
from synerise_frames.sandbox.workspace import LocalWorkspace

_DEFAULT_LIMIT = 50

#: The reference states no maximum; this one keeps clients honest about pages.
_MOST = 1000


def _list(kind: str) -> Handler:
    def handler(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
        page = _whole(call, "page", 1)
        limit = _whole(call, "limit", _DEFAULT_LIMIT, most=_MOST)
        field, descending = _order(call)
        aggregate_type = call.query.get("aggregateType")
        rows = [
            definition.summary()
            for definition in workspace.definitions.of(kind)
            if _wanted(call.query, definition)
            and aggregate_type in (None, definition.aggregate_type)
        ]
        # Ties and missing values get a fixed place, so that pages never overlap.
        rows.sort(key=lambda row: (str(row.get("name")), row["id"]))
        rows.sort(key=lambda row: _sort_key(row.get(field)), reverse=descending)
        start = (page - 1) * limit
        meta = {
            "page": page,
            "limit": limit,
            "totalCount": len(rows),
            "totalPages": math.ceil(len(rows) / limit),
        }
        return {"data": rows[start : start + limit], "meta": meta}

    return handler


def _wanted(query: Mapping[str, str], definition: Definition) -> bool:
    """Say whether a definition passes the filters of a list."""
    if query.get("search", "").casefold() not in definition.name.casefold():
        return False
    if query.get("ids") and definition.id not in {i.strip() for i in query["ids"].split(",")}:
        return False
    return query.get("directoryId") in (None, "", definition.directory_id)


def _whole(call: Call, name: str, default: int, most: int | None = None) -> int:
    given = call.query.get(name)
    if given is None:
        return default
    # int() would also read "１", " 1 " and "1_0"; ten digits are more pages than there are.
    if not (given.isascii() and given.isdigit() and len(given) <= 10):
        raise invalid(name, "must be a whole number from 1 on", code="INVALID_TYPE", rejected=given)
    number = int(given)
    if number < 1:
        raise invalid(name, "must be greater than or equal to 1", rejected=given)
    if most is not None and number > most:
        raise invalid(
            name, f"must be less than or equal to {most}", code="LIMIT_EXCEEDED", rejected=given
        )
    return number


def _order(call: Call) -> tuple[str, bool]:
    field, _, direction = call.query.get("sortBy", "updatedAt:desc").partition(":")
    return field, direction == "desc"


def _sort_key(value: Any) -> tuple[bool, Any]:
    return (value is not None, value)


def _get(kind: str) -> Handler:
    def handler(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
        return definition_of(workspace, call, kind).envelope()

    return handler


def _metrics(workspace: LocalWorkspace, _: Call) -> list[dict[str, str]]:
    # The reference prints an array of objects; id and name are the least it can hold.
    return [{"id": metric.id, "name": metric.name} for metric in workspace.definitions.of("metric")]


def _metric_ids(workspace: LocalWorkspace, _: Call) -> list[str]:
    return [metric.id for metric in workspace.definitions.of("metric")]


HANDLERS: Mapping[str, Handler] = {
    # The reference has no list of trends, so there is none here either.
    **{f"{kind}s.list": _list(kind) for kind in KINDS if kind != "trend"},
    **{f"{kind}s.get": _get(kind) for kind in KINDS},
    "metrics.histogram_metrics": _metrics,
    "metrics.recommendation_metrics": _metrics,
    "metrics.recommendation_metric_ids": _metric_ids,
}
