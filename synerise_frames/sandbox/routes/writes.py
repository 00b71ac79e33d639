"""Creating, updating and deleting definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.calls import Call
from synerise_frames.sandbox.definition import KINDS
from synerise_frames.sandbox.engine.check import check_analysis
from synerise_frames.sandbox.problems import invalid
from synerise_frames.sandbox.routes.base import EMPTY, Handler, Text, definition_of
from synerise_frames.sandbox.workspace import LocalWorkspace

# Kinds whose creation answers an object, as printed, and not a bare id.
_ANSWER_OBJECT = ("expression",)

# Number of the most distant profile: the reference says int64.
_LARGEST = 2**63 - 1


def _create(kind: str) -> Handler:
    def handler(workspace: LocalWorkspace, call: Call) -> str | dict[str, str]:
        fields = {"description": None, **_fields(workspace, kind, call)}
        made = workspace.definitions.create(kind, call.caller.number, **fields)
        return {"id": made.id} if kind in _ANSWER_OBJECT else made.id

    return handler


def _update(kind: str) -> Handler:
    def handler(workspace: LocalWorkspace, call: Call) -> Text | dict[str, Any]:
        known = definition_of(workspace, call, kind)
        fields = _fields(workspace, kind, call)
        new = workspace.definitions.update(kind, known.id, call.caller.number, **fields)
        # Printed for metrics only.
        return new.envelope() if kind == "metric" else EMPTY

    return handler


def _delete(kind: str) -> Handler:
    def handler(workspace: LocalWorkspace, call: Call) -> Text:
        workspace.definitions.delete([(kind, call.path[f"{kind}Id"])])
        return EMPTY

    return handler


def _fields(workspace: LocalWorkspace, kind: str, call: Call) -> dict[str, Any]:
    """Give what a body says about a definition; what it leaves out stays as it was."""
    analysis = call.analysis()
    check_analysis(workspace.engine, kind, analysis)
    fields: dict[str, Any] = {"analysis": analysis, "name": analysis["title"]}
    if analysis.get("description") is not None:
        fields["description"] = analysis["description"]
    if "isVisibleForClientProfile" in call.body:
        fields["is_visible_for_client_profile"] = call.body["isVisibleForClientProfile"]
    if "previewDefaultObjectId" in call.body:
        fields["preview_default_object_id"] = _object_id(call.body["previewDefaultObjectId"])
    if "allowNull" in call.operation.body:
        fields["allow_null"] = call.allow_null
    return fields


def _object_id(given: int) -> int:
    if abs(given) > _LARGEST:
        raise invalid("previewDefaultObjectId", "must fit in 64 bits", rejected=given)
    return given


HANDLERS: Mapping[str, Handler] = {
    **{f"{kind}s.create": _create(kind) for kind in KINDS},
    **{f"{kind}s.update": _update(kind) for kind in KINDS},
    **{f"{kind}s.delete": _delete(kind) for kind in KINDS},
}
