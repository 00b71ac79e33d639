"""Bulk runs from a shell: what is asked, where the ledger goes, and the run itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synerise_frames.bulk.options import IN_FOLDER
from synerise_frames.cli.analyses import resolved_all
from synerise_frames.cli.forms import form_of
from synerise_frames.cli.output import Target, target_of
from synerise_frames.cli.writing import STDOUT, is_special
from synerise_frames.connecting import resume
from synerise_frames.errors import ConfigError
from synerise_frames.wire.memory import Fresh
from synerise_frames.workspace import Workspace

if TYPE_CHECKING:
    from synerise_frames.bulk.result import Result


@dataclass(frozen=True)
class Asked:
    """What is asked of each profile, by ids or names; false if it is nothing."""

    aggregates: tuple[str, ...]
    expressions: tuple[str, ...]
    segmentations: tuple[str, ...]
    fresh: Fresh

    def __bool__(self) -> bool:
        return bool(self.aggregates or self.expressions or self.segmentations)


@dataclass(frozen=True)
class Place:
    """Where a ledger and its journal go: into one folder, or a file with the journal beside it.

    There is no journal where data goes to stdout, a device or a pipe.
    """

    folder: Path | None = None
    target: Target | None = None
    journal: Path | None = None


def place_of(output: str, form: str | None, *, wide: bool) -> Place:
    """Say where a ledger goes: a name without a known ending is a folder's.

    Raises
    ------
    ConfigError
        If options exclude each other, or the place cannot be.
    """
    path = Path(output)
    if output in STDOUT or is_special(path):
        return Place(target=target_of(output, form))
    if path.is_dir() or (form is None and form_of(path) is None and not path.is_file()):
        if wide or form not in (None, "parquet"):
            raise ConfigError(
                f"In the folder {output} there is a ledger as Parquet.",
                hint=f"For another form name a file: -o {path.name or 'values'}.csv",
            )
        return Place(folder=path, journal=path / IN_FOLDER)
    return Place(target=target_of(output, form), journal=path.with_name(f".{path.name}.journal"))


@dataclass(frozen=True)
class Running:
    """How a run is run."""

    workers: int
    deadline: float | None
    progress: bool

    def begun(
        self,
        workspace: Workspace,
        ids: list[Any],
        by: str,
        asked: Asked,
        place: Place,
    ) -> Result:
        """Run what is asked, or go on with it."""
        plan = workspace.profiles(ids, by).plan(
            aggregates=resolved_all(workspace, "aggregate", asked.aggregates),
            expressions=resolved_all(workspace, "expression", asked.expressions),
            segmentations=resolved_all(workspace, "segmentation", asked.segmentations),
            max_age=asked.fresh.max_age,
            refresh=asked.fresh.refresh,
        )
        return plan.run(
            workers=self.workers,
            journal=place.journal,
            out=place.folder,
            progress=self.progress,
            deadline=self.deadline,
        )

    def resumed(self, workspace: Workspace, place: Place) -> Result:
        """Go on with the run whose journal is there."""
        if place.journal is None or not place.journal.exists():
            raise ConfigError(
                "There is nothing to go on with.",
                hint="Name the folder or file of the run with -o; a file that is complete needs "
                "no --resume.",
            )
        return resume(
            place.journal,
            workspace,
            workers=self.workers,
            progress=self.progress,
            deadline=self.deadline,
        )
