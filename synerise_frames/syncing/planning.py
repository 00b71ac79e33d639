"""Which windows of a data set are to be pulled: those not there, not over, or still corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from synerise_frames.errors import DatasetError
from synerise_frames.export.commit import load
from synerise_frames.export.manifest import Manifest
from synerise_frames.export.opening import open_store
from synerise_frames.syncing.calendar import CalendarWindow, day_end, midnight, shifted, windows
from synerise_frames.syncing.memory import Note, covering, read_notes
from synerise_frames.syncing.recipe import DatasetSpec

# Two machines that take turns never agree to the second, nor does a job that is run each day.
_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Task:
    """One window of a data set that is to be pulled, and why."""

    window: CalendarWindow | None
    reason: str


@dataclass(frozen=True)
class Dataset:
    """A data set as it is when the sync comes to it."""

    spec: DatasetSpec
    root: str
    manifest: Manifest | None
    notes: Sequence[Note]

    @property
    def ids(self) -> dict[str, str]:
        """Which id a name was the last time."""
        return {name: id_ for note in self.notes for name, id_ in note.ids.items()}


def open_dataset(spec: DatasetSpec, root: str) -> Dataset:
    """Look at what is there.

    Raises
    ------
    DatasetError
        If its manifest is broken, or it holds another kind.
    """
    place = f"{root.rstrip('/')}/{spec.name}"
    manifest = load(open_store(place))
    notes = read_notes(manifest.windows) if manifest else []
    return Dataset(spec, place, manifest, notes)


def tasks(dataset: Dataset, now: datetime, zone: tzinfo, again: date | None = None) -> list[Task]:
    """Give what is to be pulled, the oldest first; from a day on, what is there too.

    Raises
    ------
    DatasetError
        If the clock went back: what is there was pulled later.
    """
    _check_clock(dataset, now)
    spec = dataset.spec
    if spec.since is None:
        return _single(dataset, now, zone) or (
            [Task(_copy(spec, now, zone), "again")] if again else []
        )
    settled = shifted(now.astimezone(zone), spec.look_back, -1)
    # Compared in UTC: in one zone, Python compares what the clock on the wall shows.
    until = settled.astimezone(UTC)
    other = bool(dataset.notes) and all(note.asked != spec.asked for note in dataset.notes)
    from_then = midnight(again, zone).astimezone(UTC) if again else None
    found = []
    for window in windows(spec.since, now.astimezone(UTC), spec.window, zone):
        reason = _reason(dataset, window, now.astimezone(UTC), until)
        if not reason and from_then and window.end.astimezone(UTC) > from_then:
            reason = "again"
        if reason:
            found.append(Task(window, "changed" if other and reason == "new" else reason))
    return found


def _reason(dataset: Dataset, window: CalendarWindow, now: datetime, until: datetime) -> str:
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    note = covering(dataset.notes, start, end, dataset.spec.asked)
    if note is None:
        return "new"
    if now < end:
        return "open"
    if until < end:
        return "look-back"
    return "" if note.final else "closing"


def _single(dataset: Dataset, now: datetime, zone: tzinfo) -> list[Task]:
    """Give the one task of a data set that is as it is now, if it is due."""
    spec, last = dataset.spec, dataset.notes[-1] if dataset.notes else None
    window = _copy(spec, now, zone)
    if last is None:
        return [Task(window, "new")]
    if last.asked != spec.asked:
        return [Task(window, "changed")]
    if spec.every is None:
        return [Task(window, "open")]
    if window and last.start != window.start.astimezone(UTC):
        return [Task(window, "new")]
    due = shifted(last.as_of.astimezone(zone), spec.every).astimezone(UTC)
    return [Task(window, "due")] if due - now <= _TOLERANCE else []


def _copy(spec: DatasetSpec, now: datetime, zone: tzinfo) -> CalendarWindow | None:
    """Give the day of a data set that keeps a copy a day."""
    if not spec.partition:
        return None
    day = now.astimezone(zone).date()
    return CalendarWindow(midnight(day, zone), day_end(now, zone), "day")


def _check_clock(dataset: Dataset, now: datetime) -> None:
    latest = max((note.as_of for note in dataset.notes), default=now)
    if latest - now > _TOLERANCE:
        raise DatasetError(
            f"The clock went back: {dataset.spec.name} was synced as of {latest.isoformat()}, "
            f"now it is {now.astimezone(UTC).isoformat()}.",
            code="clock",
            hint="Nothing was changed. Put the clock right; if the data set was written by a "
            "clock that was ahead, remove its folder and sync again.",
        )
