"""Text in any script: how it is drawn without a warning, and how much room it takes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from matplotlib import font_manager, rcParams
from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FixedFormatter, FuncFormatter

#: Of texts that have to fit, in the order tried; below the last nobody could read.
SIZES: tuple[str | float, ...] = ("medium", "small", 6.5)

_MEASURED = 60
_BASIC = 0x250  # below it every usual font has every letter
_MISSING = "\N{WHITE SQUARE}"

#: Common fonts for what the usual ones lack, tried in this order where installed.
_FALLBACK = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Noto Sans JP",
    "Noto Sans KR",
    "PingFang SC",
    "Hiragino Sans",
    "Apple SD Gothic Neo",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "WenQuanYi Zen Hei",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Arial Unicode MS",
    "Segoe UI Symbol",
    "Noto Emoji",
    "DejaVu Sans",
)


def drawable(text: str) -> str:
    """Put a square where no installed font has the character.

    matplotlib would draw one too, but warn at the moment of drawing, out of our reach.
    """
    if _is_basic(text):
        return text
    known = _known(tuple(_families()))
    return "".join(c if ord(c) < _BASIC or ord(c) in known else _MISSING for c in text)


def dress(artist: Artist) -> None:
    """Let the texts of an artist be drawn as they are written, in fonts that have them."""
    scales = _of_scales(artist)
    for text in artist.findobj(Text):
        if isinstance(text, Text):
            # A name such as "$5 off, $10 back" is no formula; numbers of other scales are.
            if id(text) not in scales:
                text.set_parse_math(False)
            if not _is_basic(text.get_text()):
                text.set_fontfamily(_families())


def _of_scales(artist: Artist) -> set[int]:
    """Give the texts at ticks that no drawing wrote: who sets a scale may want powers there."""
    axes = [part for part in artist.findobj(Axis) if isinstance(part, Axis)]
    named = (FixedFormatter, FuncFormatter)
    free = [axis for axis in axes if not isinstance(axis.get_major_formatter(), named)]
    ticks = [text for axis in axes for text in axis.get_minorticklabels()]
    ticks += [text for axis in free for text in axis.get_majorticklabels()]
    return {id(text) for text in ticks}


def points(size: str | float) -> float:
    """Give a relative font size in points, under the style in effect."""
    return FontProperties(size=size).get_size_in_points()


def width(text: str, size: str | float = "medium", weight: str = "normal") -> float:
    """Give the length in points of the longest line of a text."""
    families = rcParams["font.family"] if _is_basic(text) else _families()
    size = points(size)
    return max(_length(t, tuple(families), size, weight) for t in drawable(text).split("\n"))


def widest(texts: Iterable[str], size: str | float = "medium") -> float:
    """Give the length in points of the longest line of several texts."""
    # Of very many only those with most letters are measured.
    longest = sorted(set(texts), key=len, reverse=True)[:_MEASURED]
    return max((width(text, size) for text in longest), default=0.0)


def cut(text: str, room: float, size: str | float = "medium", weight: str = "normal") -> str:
    """Cut a line so that it is no longer than so many points; one letter stays in any case."""
    whole = width(text, size, weight)
    if whole <= room + 0.1 or len(text) < 2:
        return text
    kept = max(1, min(len(text) - 1, int(len(text) * room / whole)))
    while kept > 1 and width(text[:kept].rstrip() + "…", size, weight) > room:
        kept -= 1
    return text[:kept].rstrip() + "…"


def _is_basic(text: str) -> bool:
    return all(ord(c) < _BASIC for c in text)


def _families() -> list[str]:
    installed = set(font_manager.get_font_names())
    return [*rcParams["font.family"], *(f for f in _FALLBACK if f in installed)]


@lru_cache(10_000)
def _length(line: str, families: tuple[str, ...], size: float, weight: str) -> float:
    font = FontProperties(family=list(families), size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(line, font, False)[0]) if line else 0.0


@cache
def _known(families: Iterable[str]) -> frozenset[int]:
    paths = {font_manager.findfont(FontProperties(family=[f])) for f in families}
    return frozenset().union(*(font_manager.get_font(p).get_charmap() for p in paths))
