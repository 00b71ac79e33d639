"""What is asked of each profile: analyses, and the calls that answer them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.kinds.checks import checked_ids
from synerise_frames.wire.api import Api
from synerise_frames.wire.bodies import identifier_type
from synerise_frames.wire.operations import operation
from synerise_frames.wire.templates import Template

#: Ids, one id, or a list of analyses as ``.list()`` gives it.
AnalysisIds: TypeAlias = "Iterable[str] | str | pd.DataFrame"

#: Kinds that have a value for a profile, in the order of a plan, and the group of each.
FAMILIES = {
    "aggregate": "aggregates",
    "expression": "expressions",
    "segmentation": "segmentations",
}


@dataclass(frozen=True)
class Analysis:
    """One analysis of a plan."""

    kind: str
    id: str

    @property
    def operation(self) -> str:
        """Key of the operation that answers it."""
        verb = "check" if self.kind == "segmentation" else "calculate"
        return f"{FAMILIES[self.kind]}.{verb}"


@dataclass(frozen=True)
class Unit:
    """One call for each profile, and the positions of the analyses that it answers."""

    template: Template
    positions: tuple[int, ...]


def analyses(
    aggregates: AnalysisIds,
    expressions: AnalysisIds,
    segmentations: AnalysisIds,
) -> tuple[Analysis, ...]:
    """Check ids, and put them in order, each once.

    Raises
    ------
    ConfigError
        If an id is none, or there is nothing to ask for.
    """
    given = {"aggregate": aggregates, "expression": expressions, "segmentation": segmentations}
    found = []
    for kind, ids in given.items():
        found += [Analysis(kind, one) for one in checked_ids(ids, kind)]
    if not found:
        raise ConfigError(
            "There is nothing to ask for.",
            hint="Name analyses: .plan(aggregates=[ws.aggregates.find(name)]).",
        )
    return tuple(dict.fromkeys(found))


def units(api: Api, asked: Sequence[Analysis], by: str) -> tuple[Unit, ...]:
    """Give the calls of one profile: one an analysis, but many segmentations share one.

    Raises
    ------
    ConfigError
        If `by` is no way to identify profiles.
    """
    identifier = identifier_type(by)
    return tuple(
        Unit(_template(api, [asked[i] for i in positions], identifier), positions)
        for positions in _batches(asked)
    )


def _batches(asked: Sequence[Analysis]) -> Iterator[tuple[int, ...]]:
    limits = operation("segmentations.check").limits
    size = (limits and limits.items) or 1
    checked = [i for i, one in enumerate(asked) if one.kind == "segmentation"]
    yield from ((i,) for i, one in enumerate(asked) if one.kind != "segmentation")
    yield from (tuple(checked[i : i + size]) for i in range(0, len(checked), size))


def _template(api: Api, together: Sequence[Analysis], identifier: str) -> Template:
    first = together[0]
    path = {"identifierType": identifier}
    if first.kind == "segmentation":
        body = {"segmentationIds": [one.id for one in together]}
        return api.template(first.operation, path=path, body=body)
    path[f"{first.kind}Id"] = first.id
    return api.template(first.operation, path=path, body={})
