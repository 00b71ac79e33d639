"""Numbers on axes, places of labels, fonts: the small parts."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synerise_frames.plotting.drawings import fonts
from synerise_frames.plotting.drawings.canvas import Compact
from synerise_frames.plotting.drawings.colors import SERIES, ink
from synerise_frames.plotting.drawings.spread import spread
from synerise_frames.plotting.text import shorten, window


@pytest.mark.parametrize(
    ("ticks", "texts"),
    [
        ([0, 250, 500, 1000], ["0", "250", "500", "1,000"]),
        ([0, 2500, 5000, 10000], ["0", "2.5k", "5k", "10k"]),
        ([0, 5e5, 1e6, 1.5e6], ["0", "0.5M", "1M", "1.5M"]),
        ([-2e4, 0, 2e4], ["−20k", "0", "20k"]),
        ([0, 0.25, 0.5], ["0", "0.25", "0.5"]),
        ([10_000_000, 10_000_001], ["10,000,000", "10,000,001"]),
        ([7], ["7"]),
        ([], []),
    ],
)
def test_ticks_share_a_unit_and_stay_distinct(ticks, texts) -> None:
    assert Compact().format_ticks(ticks) == texts


places = st.lists(st.floats(-5, 15, allow_nan=False), min_size=1, max_size=12)


@given(wanted=places, gap=st.floats(0.01, 3))
def test_labels_keep_their_distance_and_order(wanted, gap) -> None:
    placed = spread(wanted, gap, 0.0, 10.0)
    assert all(-1e-9 <= p <= 10 + 1e-9 for p in placed)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    ranked = [placed[i] for i in order]
    room = min(gap, 10 / (len(wanted) - 1)) if len(wanted) > 1 else 0
    assert all(b - a >= room - 1e-6 for a, b in pairwise(ranked))


@given(wanted=st.lists(st.integers(0, 9).map(lambda i: i * 1.0), min_size=1, unique=True))
def test_labels_that_fit_do_not_move(wanted) -> None:
    assert spread(wanted, 1.0, 0.0, 10.0) == pytest.approx(wanted)


def test_a_character_that_no_font_has_becomes_a_square(monkeypatch) -> None:
    monkeypatch.setattr(fonts, "_known", lambda families: frozenset(map(ord, "שלום")))
    assert fonts.drawable("a東שלום") == "a□שלום"
    assert fonts.drawable("plain é") == "plain é"


def test_ink_reads_on_the_colour() -> None:
    assert ink("white") == ink("#F0E442") == "black"
    assert ink("black") == ink("#00324F") == ink(SERIES[0]) == "white"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"type": "relative", "value": 1, "unit": "DAYS", "offset": 0}, "last 1 day"),
        (
            {"type": "relative", "value": 3, "unit": "WEEKS", "offset": 2},
            "last 3 weeks, ending 2 earlier",
        ),
        (
            {
                "type": "absolute",
                "start": "2017-03-12T00:00:00-05:00",
                "end": "2017-03-13T00:00:00-04:00",
            },
            "12 Mar 2017",
        ),
        (
            {"type": "absolute", "start": "2017-03-12T08:00:00", "end": "2017-03-12T09:30:00"},
            "12 Mar 2017 08:00 – 12 Mar 2017 09:30",
        ),
        ({"type": "absolute", "start": "soon", "end": "later"}, ""),
        (None, ""),
    ],
)
def test_windows_in_words(value, text) -> None:
    assert window(value) == text


@given(st.text(max_size=60), st.integers(2, 40))
def test_short_names_are_one_printable_line(name, width) -> None:
    short = shorten(name, width)
    assert short.isprintable()
    assert 0 < len(short) <= max(width, len("(empty)"))
