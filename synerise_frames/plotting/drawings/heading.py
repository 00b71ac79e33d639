"""Title and subtitle of a picture, and the room for all that stands around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import ScaledTranslation

from synerise_frames.plotting.drawings import row_texts
from synerise_frames.plotting.drawings.fonts import cut, drawable, dress, points, width
from synerise_frames.plotting.drawings.ground import MUTED, follow
from synerise_frames.plotting.drawings.labels import label
from synerise_frames.plotting.drawings.room import heading_width, reserve
from synerise_frames.plotting.text import plural, window

#: Points between the axes and the subtitle, and between that and the title.
_ABOVE, _BETWEEN = 8, 2
_SPACING = 1.3


def head(
    ax: Axes,
    df: pd.DataFrame,
    default: str,
    notes: Iterable[str] = (),
    *,
    title: str | None = None,
    lasting: str = "",
) -> None:
    """Write title and subtitle, flush left; make room around the axes, and all texts drawable.

    What is `lasting` is said below the titles of later pictures in the same axes.

    Call it when everything that stands around the axes is there.
    """
    dress(ax)
    _make_room(ax)
    name = label(title or df.attrs.get("analysis_name") or default, 200)
    note = note_of(ax)
    earlier, note.lasting = note.lasting, lasting or note.lasting
    parts = [*notes, _infinite(df), window(df.attrs.get("window")), _freshness(df), earlier]
    size, small = points(rcParams["axes.titlesize"]), points("small") * _SPACING
    beside = heading_width(ax)
    # Where names leave little room, the heading begins above them.
    before = min(max(width(name, size, "bold") - beside, 0.0), reserve(ax).left)
    beside += before
    # Small letters are drawn up to a twentieth wider than they are, to end at pixels.
    lines = _fit([drawable(p) for p in parts if p], 0.95 * beside)
    bare = _ABOVE + _BETWEEN + 1.2 * size
    top = reserve(ax, top=bare + small * len(lines)).top
    # Where all of it would leave no picture, what comes first is most telling.
    lines = lines[: max(0, int((top - bare) / small + 0.01))]
    text = ax.set_title(
        cut(name, beside, size, "bold"),
        loc="left",
        fontweight="bold",
        pad=_ABOVE + _BETWEEN + small * len(lines),
    )
    aside = ScaledTranslation(-before / 72, 0, ax.figure.dpi_scale_trans)
    text.set_transform(text.get_transform() + aside)
    note.set_text("\n".join(lines))
    note.set_position((-before, _ABOVE))
    row_texts.fit(ax)
    finish(ax)


def finish(ax: Axes) -> None:
    """Make all texts drawable, and read on their ground."""
    dress(ax)
    follow(ax)


class _Note(Annotation):
    """The subtitle of axes, which remembers what it has to say of pictures drawn over."""

    lasting: str = ""


def note_of(ax: Axes) -> _Note:
    """Give the subtitle of the axes, an empty one if they have none.

    It goes when the axes are cleared, and so does what it tells of the picture in them.
    """
    for text in ax.texts:
        if isinstance(text, _Note):
            return text
    note = _Note(
        "",
        (0, 1),
        xytext=(0, _ABOVE),
        xycoords="axes fraction",
        textcoords="offset points",
        va="bottom",
        fontsize="small",
        linespacing=_SPACING,
        alpha=MUTED,
        gid="subtitle",
        label="",
        clip_on=False,
    )
    ax.add_artist(note)
    note.set_in_layout(False)  # the title's pad holds its place
    return note


def _make_room(ax: Axes) -> None:
    """Reserve the room that axis labels and legend take beside the axes."""
    reserve(ax)
    for panel in ax.child_axes:
        locator: Any = panel.get_axes_locator()
        panel.apply_aspect(None if locator is None else locator(panel, None))
    pixels, box = ax.figure.dpi / 72, ax.get_window_extent()
    parts: list[Any] = [part for each in (ax, *ax.child_axes) for part in (each.xaxis, each.yaxis)]
    legend = ax.get_legend()
    found = [part.get_tightbbox() for part in (*parts, *([legend] if legend else []))]
    for edges in found:
        if edges is not None:
            reserve(
                ax,
                left=(box.x0 - edges.x0) / pixels,
                right=(edges.x1 - box.x1) / pixels,
                bottom=(box.y0 - edges.y0) / pixels,
            )


def _fit(parts: list[str], room: float) -> list[str]:
    """Set parts side by side while they fit; a part is broken only if it alone is too long."""
    lines: list[str] = []
    for part in parts:
        if lines and width(f"{lines[-1]} · {part}", "small") <= room:
            lines[-1] += f" · {part}"
        else:
            lines += _wrapped(part, room)
    return lines


def _wrapped(part: str, room: float) -> list[str]:
    lines: list[str] = []
    for word in part.split():
        if lines and width(f"{lines[-1]} {word}", "small") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(cut(word, room, "small"))
    return lines


def _infinite(df: pd.DataFrame) -> str:
    """Say what no picture can show."""
    if "value" not in df or not pd.api.types.is_numeric_dtype(df["value"]):
        return ""
    read = df["value"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    count = int(np.isinf(read).sum())
    return f"{plural(count, 'infinite value')} left out" if count else ""


def _freshness(df: pd.DataFrame) -> str:
    source, fetched = df.attrs.get("source"), df.attrs.get("fetched_at")
    return f"{source} copy of {str(fetched)[:16]}" if source in {"stale", "offline"} else ""
