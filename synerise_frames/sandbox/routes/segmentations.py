"""Segmentations: sizes of segments, their profiles, and what a profile belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.calls import Call, texts
from synerise_frames.sandbox.definition import Definition
from synerise_frames.sandbox.engine import Engine, Profile
from synerise_frames.sandbox.problems import invalid
from synerise_frames.sandbox.routes.base import Handler, card, profile_of
from synerise_frames.sandbox.routes.calculations import preview, saved
from synerise_frames.sandbox.workspace import LocalWorkspace


def _profiles(workspace: LocalWorkspace, call: Call) -> list[list[dict[str, Any]]]:
    return workspace.engine.segment_profiles(call.analysis())


def _check(workspace: LocalWorkspace, call: Call) -> list[dict[str, Any]]:
    given = call.body["segmentationIds"]
    limit = call.operation.limits.items if call.operation.limits else None
    if limit is not None and len(given) > limit:
        raise invalid(
            "segmentationIds",
            f"must hold at most {limit} ids",
            code="LIMIT_EXCEEDED",
            rejected=len(given),
        )
    asked = texts(given, "segmentationIds")
    profile = profile_of(workspace, call)
    answers = {one: _is_member(workspace, profile, one) for one in asked}
    # An id that the workspace does not know is left out: neither inside nor outside.
    return [
        {"segmentationId": one, "result": result}
        for one, result in answers.items()
        if result is not None
    ]


def _first_match(workspace: LocalWorkspace, call: Call) -> str | None:
    candidates = [
        _candidate(one, f"segmentations[{i}]") for i, one in enumerate(call.body["segmentations"])
    ]
    profile = profile_of(workspace, call)
    for candidate_id, segmentation_ids in candidates:
        if any(_is_member(workspace, profile, one) for one in segmentation_ids):
            return candidate_id
    return None


def _candidate(given: Any, field: str) -> tuple[str, list[str]]:
    """Read one object to check.

    The reference says that it has an ``id`` and refers to one or more segmentations, but
    not in which field: ``segmentationIds`` is our guess.
    """
    if not isinstance(given, Mapping):
        raise invalid(field, "must be an object", code="INVALID_TYPE", rejected=given)
    candidate_id = given.get("id")
    if not isinstance(candidate_id, str):
        raise invalid(f"{field}.id", "must be a string", code="INVALID_TYPE", rejected=candidate_id)
    inner = f"{field}.segmentationIds"
    ids = given.get("segmentationIds")
    if not isinstance(ids, list):
        raise invalid(inner, "must be an array", code="INVALID_TYPE", rejected=ids)
    return candidate_id, texts(ids, inner)


def _is_member(workspace: LocalWorkspace, profile: Profile, segmentation_id: str) -> bool | None:
    """Say whether a profile is in any segment; ``None`` for an unknown segmentation."""
    definition = workspace.definitions.get("segmentation", segmentation_id)
    return None if definition is None else _in_any(workspace, definition, profile)


def _in_any(workspace: LocalWorkspace, definition: Definition, profile: Profile) -> bool:
    return any(workspace.engine.memberships(definition.analysis, profile))


HANDLERS: Mapping[str, Handler] = {
    "segmentations.calculate": saved("segmentation", Engine.segmentation),
    "segmentations.preview": preview(Engine.segmentation),
    "segmentations.profiles": _profiles,
    "segmentations.check": _check,
    "segmentations.first_match": _first_match,
    "segmentations.card": card("segmentation", _in_any),
}
