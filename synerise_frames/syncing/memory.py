"""What a data set remembers of its windows: notes in its manifest, written with the rows.

Rows and note are one change of the data set, so whatever kills a sync, a window that is noted
is there, and one that is not noted is pulled again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

_TYPE = "synced"


@dataclass(frozen=True)
class Note:
    """Windows side by side that were pulled: from `start` to `end` (excluded), in UTC.

    `as_of` is what the workspace's clock said, `final` whether they were over by more than the
    look-back, `asked` the digest of the question, `ids` which analysis a name was.
    """

    start: datetime
    end: datetime
    as_of: datetime
    final: bool
    asked: str
    fetched_at: str
    ids: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give the note as a manifest keeps it."""
        return {
            "type": _TYPE,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            "final": self.final,
            "asked": self.asked,
            "fetched_at": self.fetched_at,
            "ids": dict(self.ids),
        }


def read_notes(windows: Iterable[Mapping[str, Any]]) -> list[Note]:
    """Read the notes of a manifest; what somebody else noted is left out."""
    return [
        Note(
            _moment(one["start"]),
            _moment(one["end"]),
            _moment(one["as_of"]),
            one["final"],
            one["asked"],
            one["fetched_at"],
            one["ids"],
        )
        for one in windows
        if one.get("type") == _TYPE
    ]


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
        if before and before.final and note.final and before.end == note.start:
            merged[-1] = replace(
                before,
                end=note.end,
                as_of=max(before.as_of, note.as_of),
                fetched_at=max(before.fetched_at, note.fetched_at),
                ids=note.ids,
            )
        else:
            merged.append(note)
    return merged


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
