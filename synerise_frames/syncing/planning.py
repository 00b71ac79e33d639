"""Which windows of a data set are to be pulled: those not there, not over, or still corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from synerise_frames.errors import DatasetError
from synerise_frames.export.commit import held
from synerise_frames.export.manifest import DataFile, Manifest
from synerise_frames.export.opening import open_store
from synerise_frames.syncing.calendar import (
    LABELS,
    CalendarWindow,
    day_end,
    midnight,
    next_start,
    shifted,
    windows,
)
from synerise_frames.syncing.memory import Note, covering, read_notes
from synerise_frames.syncing.recipe import DatasetSpec, time_column

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
    #: Files of the manifest that are not there.
    gone: Sequence[DataFile] = ()

    @property
    def ids(self) -> dict[str, str]:
        """Which id a name was the last time."""
        return {name: id_ for note in self.notes for name, id_ in note.ids.items()}

    def parts(self, first: datetime | None, after: datetime) -> list[Mapping[str, str]]:
        """Give the folders that are there of a time; of all before `after` without a start."""
        key = next(k for k in self.spec.partition if k.partition(":")[0] == self._time)
        name, form = key.replace(":", "_"), LABELS[key.partition(":")[2]]
        start = first.strftime(form) if first else ""
        end = after.strftime(form)
        found = (file.partition for file in self.manifest.files) if self.manifest else ()
        return [part for part in found if start <= part.get(name, "") < end]

    @property
    def _time(self) -> str:
        return time_column(self.spec.kind)


def open_dataset(spec: DatasetSpec, root: str) -> Dataset:
    """Look at what is there.

    Raises
    ------
    DatasetError
        If its manifest is broken, or it holds another kind.
    """
    place = f"{root.rstrip('/')}/{spec.name}"
    store = open_store(place)
    there = held(store)
    manifest = there.manifest
    if manifest is None:
        return Dataset(spec, place, None, [])
    _check_folders(spec, manifest)
    names = {*store.names(), *there.staged}
    gone = [file for file in manifest.files if file.path not in names]
    return Dataset(spec, place, manifest, read_notes(manifest.windows, place), gone)


def _check_folders(spec: DatasetSpec, manifest: Manifest) -> None:
    if spec.partition != manifest.partition_by:
        was = f"partitioned by {list(manifest.partition_by)}" if manifest.partition_by else "whole"
        raise DatasetError(
            f"{spec.place()}: {manifest.root} is {was}, the recipe asks for "
            f"{list(spec.partition) or 'none of that'}.",
            code="folders",
            hint="Nothing was changed. Undo the change of window, partition or keep, or give the "
            "data set another name.",
        )


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
    _check_since(dataset, spec.since, zone)
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


def _check_since(dataset: Dataset, since: date, zone: tzinfo) -> None:
    """Refuse a start that cuts a folder of which more is there: the rest would be lost."""
    spec = dataset.spec
    begins = midnight(since, zone).astimezone(UTC)
    earlier = [note for note in dataset.notes if note.asked == spec.asked and note.start < begins]
    # The day before begins a unit that ends elsewhere, unless one begins here.
    if earlier and next_start(since - timedelta(days=1), spec.window) != since:
        raise DatasetError(
            f"{spec.place('from')}: from = {since} is within a {spec.window} of which more is "
            "there already.",
            code="from",
            hint=f"Nothing was changed. Let from be the first day of a {spec.window}; what is "
            "there before it stays.",
        )


def _reason(dataset: Dataset, window: CalendarWindow, now: datetime, until: datetime) -> str:
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    note = covering(dataset.notes, start, end, dataset.spec.asked)
    if note is None:
        return "new"
    gone = [file.partition for file in dataset.gone]
    if gone and any(part in gone for part in dataset.parts(window.start, window.end)):
        return "missing"
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
    if dataset.gone:
        return [Task(window, "missing")]
    if spec.every is None:
        return [Task(window, "open")]
    if window and last.start != window.start.astimezone(UTC):
        # A copy a day, unless they are to be further apart.
        next_copy = shifted(last.start.astimezone(zone), spec.every).astimezone(UTC)
        return [Task(window, "new")] if next_copy <= window.start.astimezone(UTC) else []
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
