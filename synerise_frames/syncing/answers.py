"""Whether an answer may go into a data set: what is wrong with it would stay there."""

from __future__ import annotations

import pandas as pd

from synerise_frames.errors import DatasetError
from synerise_frames.syncing.calendar import CalendarWindow
from synerise_frames.syncing.planning import Dataset, Task

_AGAIN = ("again", "changed")


def check_live(frame: pd.DataFrame, dataset: Dataset) -> None:
    """Refuse an answer that is not of now: its window would count as pulled.

    Raises
    ------
    DatasetError
        If it was kept.
    """
    source = frame.attrs.get("source")
    if source not in (None, "live"):
        raise DatasetError(
            f"{dataset.spec.place()}: the answer is {source}, not live.",
            code="stale",
            hint="Nothing was changed. Sync again when the server answers.",
        )


def check_columns(dataset: Dataset, task: Task, columns: tuple[str, ...]) -> None:
    """Refuse a report by other dimensions than before: its definition was changed.

    Raises
    ------
    DatasetError
        If it has others, and not all windows are pulled again.
    """
    window = task.window
    if not columns or window is None or task.reason in _AGAIN:
        return
    for note in dataset.notes:
        within = window.start <= note.start and note.end <= window.end
        if not note.columns or within or note.columns == columns:
            continue
        came, went = {*columns} - {*note.columns}, {*note.columns} - {*columns}
        told = [f"{', '.join(sorted(came))} came"] * bool(came)
        told += [f"{', '.join(sorted(went))} went"] * bool(went)
        raise DatasetError(
            f"{dataset.spec.place()}: its columns are others than before: {'; '.join(told)}.",
            code="definition",
            hint=f"Nothing was changed. Its definition was edited: --again {dataset.spec.since} "
            "pulls all windows as it is now; or give it another name in the recipe.",
        )


def check_inside(frame: pd.DataFrame, window: CalendarWindow, dataset: Dataset) -> None:
    """Refuse rows of other windows: they would take the place of what is there of those.

    Raises
    ------
    DatasetError
        If there are such.
    """
    start = frame["bucket_start"]
    outside = int((~((start >= window.start) & (start < window.end))).sum())
    if outside:
        raise DatasetError(
            f"{dataset.spec.place()}: {outside:,} of {len(frame):,} rows are not of the window "
            f"{window.label}, from {start.min()} to {start.max()}.",
            code="window",
            hint="Nothing was changed. The server cuts time otherwise: take a shorter interval, "
            "or a longer window.",
        )
