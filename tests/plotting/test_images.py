"""Pictures against stored ones, with a tolerance for other fonts.

``REDRAW_BASELINES=1 pytest tests/plotting/test_images.py`` draws the stored ones anew;
look at each before it is committed.
"""

import os
import shutil
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text

BASELINE = Path(__file__).parent / "baseline"
#: Root mean square of the differences, of 255. Below what a missing bar makes.
TOLERANCE = 9.0


def series(timeline, **options):
    wave = 50 + 40 * np.sin(np.arange(20) / 3)
    values = {"Visits": wave.tolist(), "Baskets": (wave / 2 + 5).tolist()}
    values["Baskets"][8] = None
    return timeline(values, partial=1, **options)


def funnel(make):
    return make(
        "funnel",
        {
            "group": [None] * 3,
            "step": [1, 2, 3],
            "name": ["visit", "cart", "buy"],
            "value": [1000, 450, 200],
            "share_of_first": [1.0, 0.45, 0.2],
            "share_of_previous": [None, 0.45, 200 / 450],
            "time_from_previous": [None, 90.0, 5400.0],
        },
    )


def report(make):
    rows = [(d, h, float(10 + 3 * d * h)) for d in range(1, 6) for h in range(4)]
    data = {"row": range(20), "metric": ["m"] * 20, "value": [r[2] for r in rows]}
    dims = {"day": [str(r[0]) for r in rows], "hour": [str(r[1]) for r in rows]}
    return make("report", {k: list(v) for k, v in data.items()}, dims)


def sankey(make):
    edges = [(1, "mail", "visit", 70), (1, "mail", "away", 30), (2, "visit", "buy", 40)]
    edges += [(2, "visit", "away", 30), (1, "push", "visit", 25)]
    names = ("step", "source", "target", "value")
    return make("sankey", {n: [e[i] for e in edges] for i, n in enumerate(names)})


def segments(make):
    data = {"segment": ["Often", "Rare", "Never"], "value": [60, 30, 10], "share": [0.6, 0.3, 0.1]}
    return make("segmentation", data)


CASES = {
    "lines": lambda make, timeline: series(timeline).synerise.plot(),
    "areas": lambda make, timeline: series(timeline).synerise.plot(area=True),
    "bars": lambda make, timeline: series(timeline, kind="histogram").synerise.plot(),
    "stacked_bars": lambda make, timeline: series(timeline, kind="histogram").synerise.plot(
        stacked=True
    ),
    "funnel": lambda make, timeline: funnel(make).synerise.plot(time_unit="s"),
    "heat_map": lambda make, timeline: report(make).synerise.plot(),
    "sankey": lambda make, timeline: sankey(make).synerise.plot(),
    "segments": lambda make, timeline: segments(make).synerise.plot(),
}


def save(ax, path: Path) -> None:
    """Save the picture in a fixed place and without letters: other tests read what is written."""
    ax.figure.draw_without_rendering()
    ax.figure.set_layout_engine("none")
    ax.set_position((0.12, 0.12, 0.66, 0.7))
    ax.figure.draw_without_rendering()
    for text in ax.findobj(Text):
        text.set_visible(False)
    ax.figure.savefig(path, dpi=50, metadata={"Software": None})


def difference(name: str, drawn: Path, folder: Path) -> float:
    """Give the difference from the stored picture; it is copied, for the report of a failure."""
    stored = folder / f"{name}-stored.png"
    shutil.copy(BASELINE / f"{name}.png", stored)
    found = compare_images(str(stored), str(drawn), 0, in_decorator=True)
    return 0.0 if found is None else float(found["rms"])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("ground", ["light", "dark"])
def test_picture_is_as_stored(make, timeline, tmp_path: Path, name: str, ground: str) -> None:
    case = f"{name}_{ground}"
    style = "dark_background" if ground == "dark" else "default"
    drawn = tmp_path / f"{case}.png"
    with plt.style.context([] if ground == "light" else style):
        save(CASES[name](make, timeline), drawn)
    if os.environ.get("REDRAW_BASELINES"):
        shutil.copy(drawn, BASELINE / drawn.name)
    assert difference(case, drawn, tmp_path) < TOLERANCE


def _without_line(ax) -> None:
    ax.lines[0].remove()


def _without_bar(ax) -> None:
    ax.containers[-1][0].remove()


def _without_patch(ax) -> None:
    ax.patches[0].remove()


def _without_area(ax) -> None:
    ax.collections[0].remove()


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("lines", _without_line),
        ("areas", _without_area),
        ("bars", _without_bar),
        ("stacked_bars", _without_bar),
        ("funnel", _without_bar),
        ("heat_map", _without_area),
        ("sankey", _without_patch),
        ("segments", _without_bar),
    ],
)
def test_a_picture_that_lacks_a_part_is_noticed(make, timeline, tmp_path, name, spoil) -> None:
    ax = CASES[name](make, timeline)
    spoil(ax)
    drawn = tmp_path / "spoilt.png"
    save(ax, drawn)
    assert difference(f"{name}_light", drawn, tmp_path) > TOLERANCE


@pytest.mark.parametrize("name", CASES)
def test_letters_hinted_otherwise_are_within_the_tolerance(make, timeline, tmp_path, name) -> None:
    with plt.rc_context({"text.hinting": "none"}):
        drawn = tmp_path / "other.png"
        save(CASES[name](make, timeline), drawn)
    assert difference(f"{name}_light", drawn, tmp_path) < TOLERANCE
