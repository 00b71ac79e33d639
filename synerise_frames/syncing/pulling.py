"""One step: ask for a window, write its rows and the note of it in one change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

import pandas as pd

from synerise_frames.errors import ConfigError, DatasetError
from synerise_frames.export.dataset import write_part
from synerise_frames.export.manifest import Manifest
from synerise_frames.periods import between
from synerise_frames.syncing.answers import check_columns, check_inside, check_live
from synerise_frames.syncing.calendar import CalendarWindow, day_end, shifted
from synerise_frames.syncing.definitions import Definitions, warn_of_edits
from synerise_frames.syncing.finding import Finder
from synerise_frames.syncing.memory import Note, with_note
from synerise_frames.syncing.planning import Dataset, Task
from synerise_frames.syncing.profiles import ledger
from synerise_frames.syncing.recipe import BUCKETED, DATED
from synerise_frames.workspace import Workspace


@dataclass(frozen=True)
class Puller:
    """Who asks, and by which calendar."""

    workspace: Workspace
    zone: tzinfo
    definitions: Definitions

    def pull(self, dataset: Dataset, task: Task) -> tuple[Manifest, int]:
        """Ask for a window and write it; give the manifest, and how many rows it has.

        Raises
        ------
        SyneriseError
            If it cannot be had or written; the data set is as it was.
        """
        now = self.workspace.context.now().astimezone(self.zone)
        finder = Finder(self.workspace, dataset.spec, dataset.ids, same=self._same(dataset))
        if dataset.spec.kind == "profiles":
            frame = ledger(self.workspace, dataset.spec, finder, dataset.notes)
            if task.window:
                # A copy is as of its day, and whole.
                frame = _dated(frame, task.window, task.window.end)
        else:
            frame = self._frame(dataset, task, finder, now)
        is_report = dataset.spec.kind == "report" and len(frame) > 0
        columns = tuple(map(str, frame.columns)) if is_report else ()
        check_columns(dataset, task, columns)
        definitions = self.definitions.of(dataset, task, finder.found)
        warn_of_edits(dataset, task, definitions)
        note = self._note(dataset, task, finder.found, now)
        note = replace(note, columns=columns, definitions=definitions)
        # Without windows the last time is all that counts.
        noted = [note] if dataset.spec.since is None else with_note(dataset.notes, note)
        notes = [note.to_dict() for note in noted]
        try:
            manifest = write_part(
                frame,
                dataset.root,
                dataset.spec.partition,
                covers=_covered(dataset, task.window),
                notes=notes,
            )
        except ConfigError as error:
            place = dataset.spec.place("partition")
            raise DatasetError(f"{place}: {error.message}", hint=error.hint) from None
        return manifest, len(frame)

    def _signer(self) -> str:
        return self.workspace.context.api.tenant.prefix

    def _same(self, dataset: Dataset) -> bool:
        """Say whether the credentials are those of the last time, as far as is known."""
        known = {note.signer for note in dataset.notes if note.signer}
        return not known or self._signer() in known

    def _frame(self, dataset: Dataset, task: Task, finder: Finder, now: datetime) -> pd.DataFrame:
        spec, window = dataset.spec, task.window
        parts = []
        for name in spec.analyses:
            asked = self._asked(dataset, window, now)
            part = finder.calculated(name, asked)
            check_live(part, dataset)
            if window and spec.kind in DATED:
                part = _dated(part, window, now)
            if window and spec.kind in BUCKETED:
                check_inside(part, window, dataset)
                # A window of today has hours that have not come yet.
                part = part[part["bucket_start"] <= now].reset_index(drop=True)
            if len(spec.analyses) > 1:
                part["analysis_id"] = pd.array([finder.found[name]] * len(part), dtype="string")
                part["analysis"] = pd.array([name] * len(part), dtype="string")
            parts.append(part)
        if len(parts) == 1:
            return parts[0]
        if twice := {i for i in finder.found.values() if [*finder.found.values()].count(i) > 1}:
            place = spec.place("analysis")
            raise ConfigError(f"{place}: {twice.pop()} is named twice.", hint="Once is enough.")
        frame = pd.concat(parts, ignore_index=True)
        frame.attrs = {**parts[0].attrs, "sources": [part.attrs for part in parts]}
        return frame

    def _asked(
        self, dataset: Dataset, window: CalendarWindow | None, now: datetime
    ) -> dict[str, Any]:
        """Give the arguments of a calculation."""
        spec = dataset.spec
        given: dict[str, Any] = {"variables": spec.variables, "filter": spec.filter}
        if spec.interval:
            given["interval"] = spec.interval
        if window:
            # The rest of an open window has no events, and would be a line of zeros.
            end = min(window.end, day_end(now, self.zone), key=lambda one: one.astimezone(UTC))
            given["dates"] = between(window.start, end)
        return {name: value for name, value in given.items() if value is not None}

    def _note(self, dataset: Dataset, task: Task, ids: Mapping[str, str], now: datetime) -> Note:
        spec, window, as_of = dataset.spec, task.window, now.astimezone(UTC)
        settled = shifted(now, spec.look_back, -1).astimezone(UTC)
        start, end = (window.start, window.end) if window else (now, now)
        end = end.astimezone(UTC)
        final = window is not None and end <= settled
        fetched = datetime.now(UTC).isoformat(timespec="microseconds")
        begins = start.astimezone(UTC)
        return Note(
            *(begins, end, as_of, final, spec.asked, fetched, dict(ids)), signer=self._signer()
        )


def _dated(frame: pd.DataFrame, window: CalendarWindow, now: datetime) -> pd.DataFrame:
    """Write into each row which window it is of: a dashboard can filter by it."""
    rows, dtype = len(frame), pd.DatetimeTZDtype("us", window.start.tzinfo)
    frame = frame.copy()
    for name, moment in (("window_start", window.start), ("window_end", window.end)):
        stamp = pd.Timestamp(moment).as_unit("us")
        frame[name] = pd.Series([stamp] * rows, index=frame.index, dtype=dtype)
    is_partial = now.astimezone(UTC) < window.end.astimezone(UTC)
    frame["is_partial"] = pd.array([is_partial] * rows, dtype="boolean")
    return frame


def _covered(dataset: Dataset, window: CalendarWindow | None) -> list[Mapping[str, str]]:
    """Give the folders of a window that are there: it may have no rows for them any more."""
    if window is None or dataset.manifest is None:
        return []
    other = all(note.asked != dataset.spec.asked for note in dataset.notes)
    # What answered another question before the first window of this one goes with it.
    return dataset.parts(None if other and dataset.spec.since else window.start, window.end)
