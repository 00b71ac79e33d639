"""Calculations over the whole workspace: saved definitions, and previews of unsaved ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from synerise_frames.sandbox.calls import Call
from synerise_frames.sandbox.engine import Engine, Overrides
from synerise_frames.sandbox.engine.overrides import NO_OVERRIDES
from synerise_frames.sandbox.routes.base import Handler, Text, definition_of
from synerise_frames.sandbox.workspace import LocalWorkspace

_Calculation: TypeAlias = Callable[[Engine, Mapping[str, Any], Overrides], dict[str, Any]]


def saved(kind: str, calculate: _Calculation) -> Handler:
    """Make the handler that calculates a saved definition, with overrides if the body has any."""

    def handler(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
        definition = definition_of(workspace, call, kind)
        return calculate(workspace.engine, definition.analysis, Overrides.from_body(call.body))

    return handler


def preview(calculate: _Calculation) -> Handler:
    """Make the handler that calculates the definition in the body."""

    def handler(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
        return calculate(workspace.engine, call.analysis(), NO_OVERRIDES)

    return handler


def _report(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    definition = definition_of(workspace, call, "report")
    return workspace.engine.report(
        definition.analysis,
        Overrides.from_body(call.body),
        allow_null=definition.allow_null,
    )


def _report_preview(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return workspace.engine.report(call.analysis(), NO_OVERRIDES, allow_null=call.allow_null)


def _report_csv(workspace: LocalWorkspace, call: Call) -> Text:
    content = workspace.engine.report_csv(call.analysis(), NO_OVERRIDES, allow_null=call.allow_null)
    return Text(content, "text/csv")


HANDLERS: Mapping[str, Handler] = {
    "trends.calculate": saved("trend", Engine.trend),
    "trends.preview": preview(Engine.trend),
    "histograms.calculate": saved("histogram", Engine.histogram),
    "histograms.preview": preview(Engine.histogram),
    "funnels.calculate": saved("funnel", Engine.funnel),
    "funnels.preview": preview(Engine.funnel),
    "reports.calculate": _report,
    "reports.calculate_override": _report,
    "reports.preview": _report_preview,
    "reports.preview_csv": _report_csv,
    # The plain form has no body and the dynamic one only variables: the same calculation.
    "metrics.calculate": saved("metric", Engine.metric),
    "metrics.calculate_override": saved("metric", Engine.metric),
    "metrics.calculate_dynamic": saved("metric", Engine.metric),
    "metrics.preview": preview(Engine.metric),
    "sankeys.preview": preview(Engine.sankey),
}
