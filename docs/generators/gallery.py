"""The gallery: a picture of each kind of frame, drawn from the demo workspace at build time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib import pyplot as plt

import synerise_frames as sf
from generators.examples import EXAMPLES, Example
from generators.files import Folder

#: The page's own backgrounds.
_DARK = "#14181e"
STYLES: dict[str, Any] = {
    "light": "default",
    "dark": [
        "dark_background",
        {f"{part}.facecolor": _DARK for part in ("figure", "axes", "savefig")},
    ],
}

_HEAD = """\
# Gallery

A frame of every kind with its picture. The lines above each picture drew it when this page was
built, on the demo workspace: `ws = sf.demo()`. How to change them: [Pictures](../plots.md).
Longer stories: [Notebooks](notebooks.md).
"""

_PICTURE = """\
:::{{image}} gallery/{name}-{style}.png
:alt: {alt}
:class: only-{style} sf-picture
:::
"""


def draw(example: Example, ws: sf.Workspace) -> Iterator[tuple[str, bytes]]:
    """Run an example in each style; give the style and the picture as PNG."""
    for style, settings in STYLES.items():
        with plt.style.context(settings):
            exec(example.code, {"pd": pd, "sf": sf, "ws": ws})  # noqa: S102 - our own lines
            (number,) = plt.get_fignums()
            figure = plt.figure(number)
            file = io.BytesIO()
            figure.savefig(file, format="png", dpi=110, bbox_inches="tight", metadata={})
            plt.close(figure)
        yield style, file.getvalue()


def page() -> str:
    """Give the page as Markdown."""
    return "\n".join([_HEAD, _index(), *_sections()])


def _index() -> str:
    cards = "\n".join(
        f"::::{{grid-item-card}} {kind}\n:link: gallery-{kind}\n:link-type: ref\n"
        ":class-card: sf-tile\n\n"
        + "".join(_PICTURE.format(name=name, style=style, alt=kind) for style in STYLES)
        + "::::\n"
        for kind, name in _kinds()
    )
    return f":::::{{grid}} 2 2 3 3\n:gutter: 2\n\n{cards}\n:::::\n"


def _kinds() -> Iterator[tuple[str, str]]:
    """Give each kind with the name of its first picture."""
    for kind, examples in groupby(EXAMPLES, key=lambda example: example.kind):
        yield kind, next(examples).name


def _sections() -> Iterator[str]:
    for kind, examples in groupby(EXAMPLES, key=lambda example: example.kind):
        yield f"(gallery-{kind})=\n## {kind}\n"
        yield from map(_section, examples)


def _section(example: Example) -> str:
    pictures = "\n".join(
        _PICTURE.format(name=example.name, style=style, alt=example.words) for style in STYLES
    )
    return f"{example.words}\n\n```python\n{example.code}```\n\n{pictures}"


def write(folder: Folder) -> None:
    """Write the page and its pictures."""
    mpl.use("agg")
    folder.write("gallery.md", page())
    with sf.demo() as ws:
        for example in EXAMPLES:
            for style, png in draw(example, ws):
                folder.write(f"gallery/{example.name}-{style}.png", png)
