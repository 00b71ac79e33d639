"""Text in any script without a warning: other installed fonts first, then a visible square."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from matplotlib import font_manager, rcParams
from matplotlib.artist import Artist
from matplotlib.text import Text

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
    for text in artist.findobj(Text):
        if isinstance(text, Text):
            # A name such as "$5 off, $10 back" is no formula.
            text.set_parse_math(False)
            if not _is_basic(text.get_text()):
                text.set_fontfamily(_families())


def _is_basic(text: str) -> bool:
    return all(ord(c) < _BASIC for c in text)


def _families() -> list[str]:
    installed = set(font_manager.get_font_names())
    return [*rcParams["font.family"], *(f for f in _FALLBACK if f in installed)]


@cache
def _known(families: Iterable[str]) -> frozenset[int]:
    paths = {font_manager.findfont(font_manager.FontProperties(family=[f])) for f in families}
    return frozenset().union(*(font_manager.get_font(p).get_charmap() for p in paths))
