"""Which windows are pulled: calendars, memory, and clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from synerise_frames.syncing.calendar import day_end, windows
from synerise_frames.syncing.memory import Note, covering, with_note

WARSAW = ZoneInfo("Europe/Warsaw")


def day(number: int) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number - 1)


def note(start: int, end: int, *, final: bool = True, asked: str = "q") -> Note:
    return Note(day(start), day(end), day(end), final, asked, "2024-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("unit", "labels"),
    [
        ("day", ["2024-03-30", "2024-03-31", "2024-04-01"]),
        ("week", ["2024-W13", "2024-W14"]),
        ("month", ["2024-03", "2024-04"]),
    ],
)
def test_windows_follow_the_calendar_and_touch(unit: str, labels: list[str]) -> None:
    now = datetime(2024, 4, 1, 12, tzinfo=WARSAW)
    found = [*windows(date(2024, 3, 30), now, unit, WARSAW)]
    assert [one.label for one in found] == labels
    for before, after in pairwise(found):
        assert before.end == after.start
    assert found[0].start.isoformat() == "2024-03-30T00:00:00+01:00"


def test_days_of_a_change_of_the_clock_have_23_and_25_hours() -> None:
    for last, hours in ((date(2024, 3, 31), 23), (date(2024, 10, 27), 25)):
        now = datetime(last.year, last.month, last.day, 12, tzinfo=WARSAW)
        one = [*windows(last, now, "day", WARSAW)][-1]
        assert one.end.astimezone(UTC) - one.start.astimezone(UTC) == timedelta(hours=hours)


def test_a_window_that_has_just_begun_is_there() -> None:
    now = datetime(2024, 4, 1, tzinfo=WARSAW)
    assert [w.label for w in windows(date(2024, 3, 31), now, "day", WARSAW)] == [
        "2024-03-31",
        "2024-04-01",
    ]
    assert not [*windows(date(2024, 4, 2), now, "day", WARSAW)]
    assert day_end(now, WARSAW) == datetime(2024, 4, 2, tzinfo=WARSAW)


def test_final_windows_side_by_side_become_one_note() -> None:
    notes: list[Note] = []
    for number in (1, 2, 4, 3):
        notes = with_note(notes, note(number, number + 1))
    assert [(one.start, one.end) for one in notes] == [(day(1), day(5))]
    notes = with_note(notes, note(5, 6, final=False))
    assert len(notes) == 2
    assert covering(notes, day(2), day(3), "q") == notes[0]
    assert covering(notes, day(4), day(6), "q") is None
    assert covering(notes, day(2), day(3), "other") is None


def test_a_window_pulled_again_takes_its_own_place() -> None:
    notes = with_note([note(1, 9)], note(4, 5, final=False))
    assert [(one.start.day, one.end.day, one.final) for one in notes] == [
        (1, 4, True),
        (4, 5, False),
        (5, 9, True),
    ]
    assert [one.final for one in with_note(notes, note(4, 5))] == [True]


def test_what_answered_another_question_is_forgotten() -> None:
    assert with_note([note(1, 9)], note(4, 5, asked="other")) == [note(4, 5, asked="other")]
