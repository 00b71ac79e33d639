"""Colours that belong to names: a series has its colour in every picture of the process."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import is_color_like, to_hex
from matplotlib.typing import ColorType

from synerise_frames.errors import ConfigError
from synerise_frames.plotting.drawings.colors import BEST, SERIES
from synerise_frames.plotting.drawings.labels import label

#: What the option ``color`` may be.
Color = ColorType | Sequence[ColorType] | Mapping[str, ColorType] | None

#: Places in the palette by name, the oldest first; so many are remembered.
_KNOWN: dict[str, int] = {}
_MOST = 1_000
_LOCK = threading.Lock()


def of(names: Sequence[str], given: Color = None, ax: Axes | None = None) -> list[Any]:
    """Give each name its colour: the caller's, or the one that it has had so far.

    A new name gets the best colour that the fewest others have. There are six of these, and
    fourteen for pictures of more: where two names of a picture have the same, the one that was
    there first keeps it. What other names have in the axes already is not taken again.

    Raises
    ------
    ConfigError
        If something given is no colour.
    """
    if given is None:
        return [SERIES[place] for place in _places(names, _used(ax, names))]
    if isinstance(given, Mapping):
        chosen = {label(name): _checked(color) for name, color in given.items()}
        others = iter(of([name for name in names if name not in chosen], ax=ax))
        return [chosen[name] if name in chosen else next(others) for name in names]
    if is_color_like(given):
        return [given] * len(names)
    listed = [_checked(color) for color in ([given] if isinstance(given, str) else given)]
    if not listed:
        raise ConfigError("color= is empty.", hint="Give a colour, or leave it away.")
    return [listed[i % len(listed)] for i in range(len(names))]


def repeated(count: int, given: Color) -> str:
    """Say so where so many series have more names than there are colours."""
    ours = given is None or isinstance(given, Mapping)
    return f"colours repeat after {len(SERIES)} series" if ours and count > len(SERIES) else ""


def _checked(color: object) -> object:
    if is_color_like(color):
        return color
    raise ConfigError(
        f"color= has {color!r}, which is no colour.",
        hint='Give "red" or "#0072B2", a list of such, or a mapping: {"Visits": "red"}.',
    )


def free(ax: Axes) -> ColorType:
    """Give the first colour that nothing has in the axes."""
    return SERIES[_free(_used(ax, []), {})]


def _used(ax: Axes | None, names: Sequence[str]) -> list[int]:
    """Give the places of the colours that others than the names have in the axes."""
    if ax is None:
        return []
    drawn = [(line.get_label(), line.get_color()) for line in ax.lines]
    drawn += [(bars.get_label(), bars[0].get_facecolor()) for bars in ax.containers if len(bars)]
    # Several lines make a series, of which one has its name: a colour it has is its own.
    own = {to_hex(color) for label, color in drawn if label in names}
    found = {to_hex(color) for _, color in drawn} - own
    return [place for place, color in enumerate(SERIES) if color.lower() in found]


def _places(names: Sequence[str], used: list[int]) -> list[int]:
    """Give the places of the names in the palette, and remember those of new names."""
    with _LOCK:
        seen = {name: i for i, name in enumerate(_KNOWN)}
        places: dict[int, int] = {}
        # In the order in which they were first seen, whatever the order of the picture.
        for i in sorted(range(len(names)), key=lambda i: (seen.get(names[i], len(seen)), i)):
            taken = [*used, *places.values()]
            own = _KNOWN.get(names[i])
            if own is None or (own in taken and len(taken) < len(SERIES)):
                own = _free(taken, _KNOWN)
                _KNOWN.setdefault(names[i], own)
            places[i] = own
        while len(_KNOWN) > _MOST:
            del _KNOWN[next(iter(_KNOWN))]
        return [places[i] for i in range(len(names))]


def _free(taken: Sequence[int], known: Mapping[str, int]) -> int:
    """Give the place that is least taken in the picture, a good one, and then by all names."""
    here, everywhere = Counter(taken), Counter(known.values())

    def rank(place: int) -> tuple[int, bool, int, int]:
        return here[place], place >= len(BEST), everywhere[place], place

    return min(range(len(SERIES)), key=rank)
