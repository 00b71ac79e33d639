"""All calculations behind one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.definitions import Definitions
from synerise_frames.sandbox.engine import (
    figures,
    funnels,
    reports,
    sankeys,
    segments,
    series,
    values,
)
from synerise_frames.sandbox.engine.errors import DialectError, suggestion
from synerise_frames.sandbox.engine.overrides import NO_OVERRIDES, Overrides
from synerise_frames.sandbox.engine.request import Request
from synerise_frames.sandbox.profiles import IDENTIFIERS, Profile
from synerise_frames.sandbox.store import Store

Analysis = Mapping[str, Any]

#: The fields of every kind's analysis, besides those that all have; the first ones are required.
_FIELDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "trend": (("event", "measure"), ("groupBy",)),
    "histogram": (("metrics",), ()),
    "funnel": (("steps",), ("groupBy",)),
    "report": (("event", "metrics", "groupBy"), ("limit",)),
    "metric": ((), figures.FIGURE_FIELDS),
    "sankey": (("start", "steps"), ("exclude",)),
    "segmentation": (("segments",), ("overlap",)),
    "aggregate": (values.AGGREGATE_FIELDS, ()),
    "expression": (("formula",), ()),
}


class Engine:
    """Calculates analyses of the sandbox's dialect over one store.

    Every method gives the JSON-ready answer in its canonical form, and raises
    :class:`DialectError` for an analysis or overrides that the dialect does not have.
    Safe to use from many threads.

    Parameters
    ----------
    store : Store
        Events and profiles.
    definitions : Definitions
        Where expressions look up the aggregates that they name.
    """

    def __init__(self, store: Store, definitions: Definitions) -> None:
        self.store = store
        self.definitions = definitions

    def _request(self, kind: str, analysis: Analysis, overrides: Overrides) -> Request:
        required, optional = _FIELDS[kind]
        return Request(self.store, analysis, overrides, (*required, *optional), required=required)

    def trend(self, analysis: Analysis, overrides: Overrides = NO_OVERRIDES) -> dict[str, Any]:
        """Calculate a trend."""
        return series.trend(self._request("trend", analysis, overrides))

    def histogram(self, analysis: Analysis, overrides: Overrides = NO_OVERRIDES) -> dict[str, Any]:
        """Calculate a histogram."""
        return series.histogram(self._request("histogram", analysis, overrides))

    def funnel(self, analysis: Analysis, overrides: Overrides = NO_OVERRIDES) -> dict[str, Any]:
        """Calculate a funnel."""
        return funnels.funnel(self._request("funnel", analysis, overrides))

    def report(
        self,
        analysis: Analysis,
        overrides: Overrides = NO_OVERRIDES,
        *,
        allow_null: bool = True,
    ) -> dict[str, Any]:
        """Calculate a report; without `allow_null`, without groups of missing values."""
        request = self._request("report", analysis, overrides)
        return reports.report(request, allow_null=allow_null)

    def report_csv(
        self,
        analysis: Analysis,
        overrides: Overrides = NO_OVERRIDES,
        *,
        allow_null: bool = True,
    ) -> str:
        """Calculate a report as CSV."""
        request = self._request("report", analysis, overrides)
        return reports.report_csv(request, allow_null=allow_null)

    def metric(self, analysis: Analysis, overrides: Overrides = NO_OVERRIDES) -> dict[str, Any]:
        """Calculate a metric."""
        return figures.metric(self._request("metric", analysis, overrides))

    def sankey(self, analysis: Analysis, overrides: Overrides = NO_OVERRIDES) -> dict[str, Any]:
        """Calculate a sankey."""
        return sankeys.sankey(self._request("sankey", analysis, overrides))

    def segmentation(
        self, analysis: Analysis, overrides: Overrides = NO_OVERRIDES
    ) -> dict[str, Any]:
        """Count the profiles of every segment."""
        return segments.segmentation(self._request("segmentation", analysis, overrides))

    def segment_profiles(
        self, analysis: Analysis, overrides: Overrides = NO_OVERRIDES
    ) -> list[list[dict[str, Any]]]:
        """Give the profiles of every segment: identifiers and attributes."""
        return segments.segment_profiles(self._request("segmentation", analysis, overrides))

    def memberships(
        self, analysis: Analysis, profile: Profile, overrides: Overrides = NO_OVERRIDES
    ) -> list[bool]:
        """Say for every segment whether the profile is in it."""
        request = self._request("segmentation", analysis, overrides)
        return segments.memberships(request, profile.id)

    def find_profile(self, identifier_type: str, value: str) -> Profile | None:
        """Give the profile with that ``id``, ``uuid``, ``email`` or ``custom_identify``."""
        if identifier_type not in IDENTIFIERS:
            hint = suggestion(identifier_type, IDENTIFIERS)
            raise DialectError("identifierType", f"No such identifier. {hint}", identifier_type)
        return self.store.profiles.find(identifier_type, value)

    def aggregate(
        self, analysis: Analysis, profile: Profile, overrides: Overrides = NO_OVERRIDES
    ) -> Any:
        """Calculate an aggregate for one profile."""
        return values.aggregate(self._request("aggregate", analysis, overrides), profile)

    def aggregate_history(
        self, analysis: Analysis, profile: Profile, overrides: Overrides = NO_OVERRIDES
    ) -> dict[str, Any]:
        """Calculate a numeric aggregate for one profile, bucket by bucket."""
        return series.history(self._request("aggregate", analysis, overrides), profile.id)

    def expression(
        self, analysis: Analysis, profile: Profile, overrides: Overrides = NO_OVERRIDES
    ) -> Any:
        """Calculate an expression for one profile."""
        request = self._request("expression", analysis, overrides)
        return values.expression(request, self.definitions, overrides, profile)
