"""Where earlier answers are found: a journal, other runs of the workspace, a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.kept.answered import Answered
from synerise_frames.bulk.kept.known import Group, Known
from synerise_frames.http.cache.dated import Wanted
from synerise_frames.wire.api import Api
from synerise_frames.wire.memory import Fresh


@dataclass(frozen=True)
class Found:
    """Kept answers, and what rows made of them say of where they come from."""

    answered: Answered
    source: str
    only_good: bool = False

    def find(self, keys: Sequence[bytes], analysis: int) -> list[Cell | None]:
        """Give the cells of an analysis."""
        cells = self.answered.find(keys, analysis, self.source)
        if self.only_good:
            return [cell if cell and cell.status == "ok" else None for cell in cells]
        return cells


@dataclass(frozen=True)
class Earlier:
    """Rows of a result, by position of the analysis and key of the profile."""

    cells: Mapping[tuple[int, bytes], Cell]

    def find(self, keys: Sequence[bytes], analysis: int) -> list[Cell | None]:
        """Give the cells of an analysis."""
        return [self.cells.get((analysis, key)) for key in keys]


def open_known(api: Api) -> Known | None:
    """Give what is known of all runs of this workspace; ``None`` where nothing is kept."""
    memory = api.memory
    if memory is None or memory.freshness.policy.profile_values <= 0:
        return None
    lifetime = memory.freshness.policy.profile_values
    return Known(memory.cache.shelf, memory.cache, api.tenant, lifetime)


def known_answers(known: Known, api: Api, groups: Sequence[Group], fresh: Fresh) -> Answered:
    """Load what is fresh enough; offline everything is."""
    if api.memory is not None and api.memory.offline:
        return known.load(groups, None)
    lifetime = api.memory.freshness.policy.profile_values if api.memory else 0.0
    return known.load(groups, Wanted(lifetime, fresh.max_age, fresh.refresh))
