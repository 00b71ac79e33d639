"""Frames to draw, and what must hold around every drawing."""

from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.text import Text

import synerise_frames  # noqa: F401 - registers the accessor
from synerise_frames.plotting.drawings import named_colors
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading

TZ = "America/New_York"
Make = Callable[..., pd.DataFrame]


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """No drawing changes the style, and no figure stays open."""
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before
    plt.close("all")


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch) -> None:
    """Names have no colours yet."""
    monkeypatch.setattr(named_colors, "_KNOWN", {})


@pytest.fixture
def make() -> Make:
    """Build a frame of a kind from its columns."""

    def build_frame(
        kind: str, columns: dict[str, Any], dims: dict[str, Any] | None = None, **attrs: Any
    ) -> pd.DataFrame:
        frame = build(Reading(kind), columns, tz=TZ, dimensions=dims)
        frame.attrs |= attrs
        return frame

    return build_frame


@pytest.fixture
def timeline(make: Make) -> Make:
    """Build a trend (or its like) of daily buckets from values by series."""

    def build_frame(
        series: dict[Any, list[Any]],
        *,
        kind: str = "trend",
        start: str = "2017-03-09",
        days: int = 1,
        partial: int = 0,
        **attrs: Any,
    ) -> pd.DataFrame:
        length = max(map(len, series.values()))
        edges = pd.date_range(start, periods=length + 1, freq=pd.DateOffset(days=days), tz=TZ)
        stamps = [t.isoformat() for t in edges]
        rows = [
            (str(i), name, stamps[k], stamps[k + 1], value, k >= length - partial)
            for i, (name, values) in enumerate(series.items())
            for k, value in enumerate(values)
        ]
        names = ["series_id", "series", "bucket_start", "bucket_end", "value", "is_partial"]
        columns = {n: [row[i] for row in rows] for i, n in enumerate(names)}
        return make(kind, columns, **attrs)

    return build_frame


@pytest.fixture
def texts() -> Callable[..., list[str]]:
    """Give what is written in the axes, all of it or what a drawing marked so."""

    def read(ax: Axes, gid: str | None = None) -> list[str]:
        found = [t for t in ax.findobj(Text) if isinstance(t, Text)]
        return [t.get_text() for t in found if t.get_text() and gid in {None, t.get_gid()}]

    return read


@pytest.fixture
def overlaps() -> Callable[..., list[tuple[str, str]]]:
    """Draw the figure; give the pairs of marked texts that touch each other."""

    def find(ax: Axes, gid: str) -> list[tuple[str, str]]:
        ax.figure.canvas.draw()
        found = [t for t in ax.findobj(Text) if isinstance(t, Text) and t.get_gid() == gid]
        boxes = [(t.get_text(), Text.get_window_extent(t)) for t in found]
        return [
            (a, b)
            for i, (a, one) in enumerate(boxes)
            for b, other in boxes[i + 1 :]
            if one.overlaps(other) and min(one.y1, other.y1) - max(one.y0, other.y0) > 1
        ]

    return find
