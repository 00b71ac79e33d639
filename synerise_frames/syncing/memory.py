"""What a data set remembers of its windows: notes in its manifest, written with the rows.

Rows and note are one change of the data set, so whatever kills a sync, a window that is noted
is there, and one that is not noted is pulled again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from synerise_frames.errors import DatasetError
from synerise_frames.export.notes import SYNCED


@dataclass(frozen=True)
class Note:
    """Windows side by side that were pulled: from `start` to `end` (excluded), in UTC.

    `as_of` is what the workspace's clock said, `final` whether they were over by more than the
    look-back, `asked` the digest of the question, `ids` which analysis a name was, `signer` a
    hash that only the same credentials give, `columns` those of a report, which follow from its
    definition, `definitions` digests of what the analyses calculate, by name.
    """

    start: datetime
    end: datetime
    as_of: datetime
    final: bool
    asked: str
    fetched_at: str
    ids: Mapping[str, str] = field(default_factory=dict)
    signer: str = ""
    columns: tuple[str, ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give the note as a manifest keeps it."""
        return {
            "type": SYNCED,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            "final": self.final,
            "asked": self.asked,
            "fetched_at": self.fetched_at,
            "ids": dict(self.ids),
            "signer": self.signer,
            "columns": list(self.columns),
            "definitions": dict(self.definitions),
        }


def read_notes(windows: Iterable[Mapping[str, Any]], root: str) -> list[Note]:
    """Read the notes of a manifest; what somebody else noted is left out.

    Raises
    ------
    DatasetError
        If they were changed by hand.
    """
    try:
        return [_note(one) for one in windows if one.get("type") == SYNCED]
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(
            f"The notes of {root} cannot be read: {type(error).__name__} {error}.",
            hint="Its manifest was changed by hand: remove the folder and sync again.",
        ) from None


def _note(one: Mapping[str, Any]) -> Note:
    return Note(
        _moment(one["start"]),
        _moment(one["end"]),
        _moment(one["as_of"]),
        one["final"],
        one["asked"],
        one["fetched_at"],
        one["ids"],
        one.get("signer", ""),
        tuple(one.get("columns", ())),
        dict(one.get("definitions", {})),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def with_note(notes: Sequence[Note], new: Note) -> list[Note]:
    """Add a note: it takes the place of what was noted of its window.

    Notes of another question are dropped: their rows are still there, and pulled again. Final
    windows side by side become one note, so that a manifest stays small over the years.
    """
    kept: list[Note] = []
    for note in notes:
        if note.asked == new.asked:
            kept += _without(note, new)
    merged: list[Note] = []
    for note in sorted([*kept, new], key=lambda one: one.start):
        before = merged[-1] if merged else None
        if before and _go_on(before, note):
            merged[-1] = replace(
                before,
                end=note.end,
                as_of=max(before.as_of, note.as_of),
                fetched_at=max(before.fetched_at, note.fetched_at),
                ids=note.ids,
                signer=note.signer,
            )
        else:
            merged.append(note)
    return merged


def _go_on(before: Note, note: Note) -> bool:
    same = before.columns == note.columns and before.definitions == note.definitions
    return before.final and note.final and same and before.end == note.start


def _without(note: Note, new: Note) -> list[Note]:
    """Give what is left of a note outside of the window of another."""
    if new.end <= note.start or note.end <= new.start:
        return [note]
    # Of an open window nothing is left: a part of it was never asked for.
    pieces = [(note.start, new.start), (new.end, note.end)] if note.final else []
    return [replace(note, start=a, end=b) for a, b in pieces if a < b]


def covering(notes: Iterable[Note], start: datetime, end: datetime, asked: str) -> Note | None:
    """Give the note of a window, if it was pulled."""
    for note in notes:
        if note.asked == asked and note.start <= start and end <= note.end:
            return note
    return None
