"""One definition: a named analysis of the workspace, as the API describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from synerise_frames.sandbox.ids import stable_id

__all__ = ["BUSINESS_PROFILE_ID", "KINDS", "Definition"]

KINDS = (
    "trend",
    "histogram",
    "funnel",
    "report",
    "metric",
    "sankey",
    "segmentation",
    "aggregate",
    "expression",
)

#: The number of the demo workspace.
BUSINESS_PROFILE_ID = 8451

# Any fixed moment does: the starter set is older than the workspace's clock.
_BEGINNING = datetime(2017, 12, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Definition:
    """One definition: an analysis in the sandbox's own dialect, and what is printed around it.

    ``kind`` is one of :data:`KINDS`; ``author`` and ``modifier`` are numbers of callers.
    ``is_visible_for_client_profile``, ``aggregate_type`` and ``preview_default_object_id`` belong
    to aggregates (the first one to expressions and segmentations too), ``analytic_version`` to
    expressions and ``allow_null`` to reports.
    """

    kind: str
    id: str
    name: str
    description: str | None
    analysis: Mapping[str, Any]
    created_at: datetime = _BEGINNING
    updated_at: datetime = _BEGINNING
    author: int = 1
    modifier: int = 1
    directory_id: str | None = None
    is_visible_for_client_profile: bool = False
    aggregate_type: str = "AGGREGATE"
    preview_default_object_id: int | None = None
    allow_null: bool = True
    is_predefined: bool = False
    is_deleted: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What it is found by: kind and id."""
        return self.kind, self.id

    @property
    def is_dynamic(self) -> bool:
        """Whether the analysis has dynamic keys."""
        return _has_variable(self.analysis)

    @property
    def analytic_version(self) -> str:
        """A version that changes whenever the definition was updated."""
        return stable_id("version", f"{self.id}:{self.updated_at.isoformat()}")

    def envelope(self) -> dict[str, Any]:
        """Give the answer of "Get … details": the fields that the reference prints."""
        before, after = self._extras()
        return {**before, "analysis": dict(self.analysis), **after, **self._common()}

    def summary(self) -> dict[str, Any]:
        """Give the row of a list: the details without the analysis."""
        before, after = self._extras()
        return {**before, **after, **self._common()}

    def _extras(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give what is printed for this kind only, before and after the analysis."""
        if self.kind == "aggregate":
            return {"oldId": None}, {
                "isVisibleForClientProfile": self.is_visible_for_client_profile,
                "aggregateType": self.aggregate_type,
                "previewDefaultObjectId": self.preview_default_object_id,
            }
        if self.kind == "expression":
            return {}, {"analyticVersion": self.analytic_version}
        if self.kind == "report":
            return {}, {"allowNull": self.allow_null}
        return {}, {}

    def _common(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "businessProfileId": BUSINESS_PROFILE_ID,
            "name": self.name,
            "description": self.description,
            "author": self.author,
            "modifier": self.modifier,
            "updatedAt": _stamp(self.updated_at),
            "createdAt": _stamp(self.created_at),
            "isPredefinedAnalytic": self.is_predefined,
            "isDynamicAnalytic": self.is_dynamic,
            "isDeleted": self.is_deleted,
            "namespace": "profiles",
            "directoryId": self.directory_id,
        }


def _stamp(moment: datetime) -> str:
    """Write a moment; milliseconds always, so that the text sorts as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _has_variable(part: Any) -> bool:
    if isinstance(part, Mapping):
        return "variable" in part or any(_has_variable(value) for value in part.values())
    return isinstance(part, list) and any(_has_variable(value) for value in part)
