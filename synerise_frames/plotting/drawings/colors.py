"""Colours that colour-blind readers tell apart (after Okabe and Ito), on light and dark."""

from __future__ import annotations

from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb
from matplotlib.typing import ColorType

#: For series, in this order. Their yellow is too pale on white, their black on black.
BEST = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
#: Where a picture has more series: each is as far from those before it as any colour that
#: reads on white and on black, also to eyes that lack red or green.
SERIES = (
    *BEST,
    *("#2D3CB4", "#A5002D", "#B4C369", "#960078", "#A587FF", "#B4693C", "#FFB4A5"),
    *("#1ED2E1", "#783C5A", "#005A2D", "#962D00", "#0F69D2", "#B4963C", "#F03C69"),
)
MAIN = BEST[0]
#: For what is there but not the point.
GREY = "#9A9A9A"


def series(position: int) -> str:
    """Give the colour of the n-th series; they repeat after the twentieth."""
    return SERIES[position % len(SERIES)]


def ink(background: ColorType) -> str:
    """Give black or white, whichever reads better on the colour."""
    # Where both have the same contrast, by the formula of WCAG.
    return "black" if _luminance(background) > 0.179 else "white"


def contrast(one: ColorType, other: ColorType) -> float:
    """Give the contrast of two colours, 1 to 21, by the formula of WCAG.

    >>> contrast("black", "white"), contrast("red", "red")
    (21.0, 1.0)
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: ColorType) -> float:
    red, green, blue = (_linear(part) for part in to_rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def sequential() -> Colormap:
    """Give the scale for amounts: pale to dark blue."""
    return LinearSegmentedColormap.from_list("amounts", ["#EAF3FA", "#56A5D8", MAIN, "#00324F"])


def diverging() -> Colormap:
    """Give the scale for amounts on both sides of zero: vermilion, white, blue."""
    return LinearSegmentedColormap.from_list("balance", [BEST[1], "#F7F7F7", MAIN])
