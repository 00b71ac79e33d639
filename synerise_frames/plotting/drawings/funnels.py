"""Steps from the top down: how many came, what share of the first and of the step before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.typing import ColorType

from synerise_frames.errors import ConfigError
from synerise_frames.plotting.drawings import (
    bars,
    canvas,
    colors,
    limits,
    named_colors,
    repeated,
    row_texts,
)
from synerise_frames.plotting.drawings.canvas import Floats, Size
from synerise_frames.plotting.drawings.named_colors import Color
from synerise_frames.plotting.text import SECONDS, amount, duration, percent

_DEFAULT = "Funnel"


@dataclass(frozen=True, eq=False)
class _Group:
    """One group's way through the steps; NaN where it has no such step."""

    name: str
    value: Floats
    of_first: Floats
    of_previous: Floats
    seconds: Floats  #: from the step before; NaN where not known, or its unit is not


def draw(
    df: pd.DataFrame,
    ax: Axes | None = None,
    *,
    top: int = 6,
    time_unit: str | None = None,
    color: Color = None,
    title: str | None = None,
    figsize: Size | None = None,
) -> Axes:
    """Draw a bar a step, groups side by side."""
    canvas.need(df, "group", "step", "name", "value", "share_of_first", "share_of_previous")
    steps, groups = _read(df, _seconds(df, time_unit))
    shown = _largest(groups, top)
    rows = len(steps) * (1.9 if len(shown) == 1 else 0.75 * len(shown) + 0.5)
    ax = canvas.axes(ax, figsize, (8.0, max(2.8, 1.1 + 0.42 * rows)))
    if not any(np.isfinite(g.value).any() for g in groups):
        return canvas.no_data(ax, df, _DEFAULT, title=title)
    notes = []
    names = [g.name for g in shown]
    if len(groups) > 1:
        canvas.make_room(ax, steps, names)
    steps = canvas.names_within(ax, steps)
    if len(groups) == 1:
        _one(ax, groups[0], colors.MAIN if color is None else named_colors.of(names, color)[0])
    else:
        inks = named_colors.of(names, color)
        canvas.legend(ax, [Patch(color=ink) for ink in inks], names)
        _several(ax, shown, inks)
    if len(shown) < len(groups):
        notes.append(f"the largest {len(shown)} of {len(groups)} groups")
    ax.set_yticks(np.arange(len(steps)), steps)
    row_texts.mark(ax)
    canvas.thin(ax, grid=None)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])
    canvas.head(ax, df, _DEFAULT, notes, title=title)
    return ax


def _seconds(df: pd.DataFrame, unit: str | None) -> Floats:
    """Give the times between steps in seconds: they come without a unit, the caller knows it.

    Raises
    ------
    ConfigError
        If there is no such unit, or the frame has no times.
    """
    if unit is None:
        return np.full(len(df), np.nan)
    if unit not in SECONDS:
        raise ConfigError(f"{unit!r} is no unit of time.", hint=f"Use one of {', '.join(SECONDS)}.")
    canvas.need(df, "time_from_previous")
    seconds: Floats = canvas.numbers(df["time_from_previous"]) * SECONDS[unit]
    return seconds


def _read(df: pd.DataFrame, seconds: Floats) -> tuple[list[str], list[_Group]]:
    steps = sorted(df["step"].dropna().unique())
    place = {step: i for i, step in enumerate(steps)}
    groups = []
    # A row without a step stands nowhere.
    df = df.assign(_seconds=seconds).dropna(subset=["step"])
    repeated.warn(df, ["group", "step"], "only the last of them is drawn")
    names = df.groupby("step")["name"].first()
    for group, part in df.groupby("group", dropna=False, sort=False):
        at = [place[s] for s in part["step"]]
        columns = []
        for column in ("value", "share_of_first", "share_of_previous", "_seconds"):
            values = np.full(len(steps), np.nan)
            values[at] = canvas.numbers(part[column])
            columns.append(values)
        groups.append(_Group(canvas.label(group), *columns))
    return [canvas.label(names.get(step), 28) for step in steps], groups


def _largest(groups: list[_Group], top: int) -> list[_Group]:
    """Give the groups that most came to, in the order of the frame."""
    came = [float(np.max(np.nan_to_num(g.value), initial=0.0)) for g in groups]
    ranked = sorted(range(len(groups)), key=lambda i: -came[i])
    return [groups[i] for i in sorted(ranked[:top])]


def _one(ax: Axes, group: _Group, ink: ColorType) -> None:
    """Draw one group: numbers behind the bars, losses between them."""
    n = len(group.value)
    lengths = np.nan_to_num(group.value)
    texts = [f"{amount(v)}\n{percent(s)} of the first" for v, s in _pairs(group)]
    first = float(lengths.max())
    # What started, behind every step: the eye sees what is gone.
    ax.barh(np.arange(n), first, height=0.56, color=colors.GREY, alpha=0.16, linewidth=0)
    ax.barh(np.arange(n), lengths, height=0.56, color=ink, linewidth=0)
    for i, text in enumerate(texts):
        _behind(ax, first, i, text)
        if i:
            ax.annotate(
                _change(group, i),
                (0, i - 0.5),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize="small",
                alpha=canvas.MUTED,
                gid="drop",
            )
    limits.widen(ax, *bars.room(ax, np.full(n, first), texts))
    ax.set_ylim(n - 0.6, -0.4)


def _several(ax: Axes, groups: list[_Group], inks: Sequence[ColorType]) -> None:
    """Draw groups side by side, a colour each."""
    n, height = len(groups[0].value), 0.8 / len(groups)
    texts = [_counts(group, i) for group in groups for i in range(n)]
    size = bars.text_size(ax, texts)
    for position, (group, ink) in enumerate(zip(groups, inks, strict=True)):
        at = np.arange(n) - 0.4 + height * (position + 0.5)
        lengths = np.nan_to_num(group.value)
        ax.barh(at, lengths, height=height * 0.9, color=ink, linewidth=0)
        for i in range(n):
            _behind(ax, lengths[i], at[i], texts[position * n + i], size)
    longest = np.concatenate([np.nan_to_num(g.value) for g in groups])
    limits.widen(ax, *bars.room(ax, longest, texts))
    ax.set_ylim(n - 0.5, -0.5)


def _counts(group: _Group, step: int) -> str:
    """Say how many came to a step, of those who came to the first one and to the previous."""
    parts = [amount(group.value[step])]
    if not step:
        return parts[0]
    first, previous = percent(group.of_first[step]), percent(group.of_previous[step])
    parts.append(f"{first} of first")
    # To the second step the first one is the previous.
    if step > 1 or previous != first:
        parts.append(f"{previous} of previous")
    if np.isfinite(group.seconds[step]):
        parts.append(f"after {duration(group.seconds[step])}")
    return " · ".join(parts)


def _behind(ax: Axes, x: float, y: float, text: str, size: str | float = "medium") -> None:
    ax.annotate(
        text,
        (x, y),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=size,
        linespacing=1.35,
        gid="value",
    )


def _pairs(group: _Group) -> list[tuple[float, float]]:
    return list(zip(group.value, group.of_first, strict=True))


def _change(group: _Group, step: int) -> str:
    """Say what happened on the way to a step."""
    share, change = group.of_previous[step], group.value[step] - group.value[step - 1]
    parts = [f"{percent(share)} of the previous"] if np.isfinite(share) else []
    if change > 0:
        parts.append(f"{amount(change)} more")
    elif np.isfinite(change):
        lost = f" ({percent(1 - share)})" if np.isfinite(share) else ""
        parts.append(f"{amount(0 - change)} dropped off{lost}")
    if np.isfinite(group.seconds[step]):
        parts.append(f"after {duration(group.seconds[step])}")
    return "▼  " + row_texts.PART.join(parts) if parts else ""
