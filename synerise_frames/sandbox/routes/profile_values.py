"""Aggregates and expressions: values of one profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.calls import Call
from synerise_frames.sandbox.definition import Definition
from synerise_frames.sandbox.engine import Overrides, Profile
from synerise_frames.sandbox.engine.overrides import NO_OVERRIDES
from synerise_frames.sandbox.routes.base import (
    Handler,
    card,
    definition_of,
    find_profile,
    profile_of,
)
from synerise_frames.sandbox.workspace import LocalWorkspace


def _value(
    workspace: LocalWorkspace, kind: str, analysis: Mapping[str, Any], profile: Profile
) -> Any:
    if kind == "aggregate":
        return workspace.engine.aggregate(analysis, profile, NO_OVERRIDES)
    return workspace.engine.expression(analysis, profile)


def _calculate(kind: str) -> Handler:
    def handler(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
        definition = definition_of(workspace, call, kind)
        profile = profile_of(workspace, call)
        return {
            "clientId": profile.id,
            f"{kind}Id": definition.id,
            "name": definition.name,
            "result": _value(workspace, kind, definition.analysis, profile),
        }

    return handler


def _card_value(workspace: LocalWorkspace, definition: Definition, profile: Profile) -> Any:
    return _value(workspace, definition.kind, definition.analysis, profile)


def _aggregate_preview(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    analysis = call.analysis("aggregate")
    profile = profile_of(workspace, call)
    return {
        # Nothing was saved, so there is no id and no version.
        "aggregateId": None,
        "aggregateuuid": None,
        "clientId": profile.id,
        "title": analysis.get("title"),
        "result": _value(workspace, "aggregate", analysis, profile),
        "variables": [],
        "dateFilter": analysis.get("dateFilter") or {},
        "analyticVersion": None,
    }


def _expression_preview(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    analysis = call.analysis("expression")
    profile = profile_of(workspace, call)
    return {
        "expressionId": None,
        "clientId": profile.id,
        "title": analysis.get("title"),
        "result": _value(workspace, "expression", analysis, profile),
        "variables": [],
    }


def _history(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    definition = definition_of(workspace, call, "aggregate")
    profile = find_profile(workspace, "id", call.path["clientId"])
    overrides = Overrides.from_body(call.body)
    return workspace.engine.aggregate_history(definition.analysis, profile, overrides)


HANDLERS: Mapping[str, Handler] = {
    "aggregates.calculate": _calculate("aggregate"),
    "aggregates.preview": _aggregate_preview,
    "aggregates.card": card("aggregate", _card_value),
    "aggregates.history": _history,
    "expressions.calculate": _calculate("expression"),
    "expressions.preview": _expression_preview,
    "expressions.card": card("expression", _card_value),
}
