"""Names as they can be drawn: on one line, told apart, and no longer than their room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from synerise_frames.plotting.drawings.fonts import cut, drawable, widest
from synerise_frames.plotting.text import NONE, shorten

#: Letters below which names are not told apart any more, but just cut.
_FEWEST = 5


def label(value: object, width: int = 32) -> str:
    """Give a name as it can be drawn."""
    return drawable(shorten(value, width))


def distinct(names: Sequence[object], ids: Sequence[object], width: int = 32) -> list[str]:
    """Give names as labels; equal ones are told apart by their ends, ids, or else positions."""
    whole = [label(name, 1_000) for name in names]
    labels = [label(name, width) for name in names]
    for i in _clashing(labels):
        if labels[i] != whole[i]:
            # Long names often differ at their ends only.
            tail = (width - 1) // 2
            labels[i] = f"{whole[i][: width - 1 - tail].rstrip()}…{whole[i][-tail:].lstrip()}"
    for i in _clashing(labels):
        key = label(ids[i], 9)
        if key != NONE:
            labels[i] = f"{label(names[i], width - 10)} ({key})"
    seen: Counter[str] = Counter()
    for i, text in enumerate(labels):
        seen[text] += 1
        if seen[text] > 1:
            labels[i] = f"{text} #{seen[text]}"
    return labels


def within(names: Sequence[str], room: float, size: str | float = "medium") -> list[str]:
    """Shorten labels so that they are no longer than so many points, and still told apart."""
    room += 0.1  # of sums of floats
    if widest(names, size) <= room:
        return list(names)
    for letters in range(min(max(map(len, names)), 40) - 1, _FEWEST - 1, -1):
        labels = distinct(names, [None] * len(names), letters)
        if widest(labels, size) <= room:
            return labels
    return [cut(name, room, size) for name in names]


def _clashing(labels: Sequence[str]) -> list[int]:
    counts = Counter(labels)
    return [i for i, text in enumerate(labels) if counts[text] > 1]
