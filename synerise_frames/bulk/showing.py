"""Who shows how far a run is: nobody, a bar of text, a notebook's widget, or a function."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from tqdm import tqdm

    from synerise_frames.bulk.progress import Progress

#: Is told a few times a second how far a run is, and once when it is over.
Show: TypeAlias = Callable[["Progress"], object]


def _no_notebook() -> Show | None:
    return None


_in_notebook: Callable[[], Show | None] = _no_notebook


def show_in_notebooks(make: Callable[[], Show | None]) -> None:
    """Take what `make` gives for ``progress=True``, where it gives something.

    What draws widgets lies above this layer; so it says itself that it is there.
    """
    global _in_notebook  # noqa: PLW0603 - set once, when the library is imported
    _in_notebook = make


def chosen(wanted: bool | Show) -> Show | None:
    """Give who is told, if anybody is."""
    if callable(wanted):
        return wanted
    return (_in_notebook() or Bar()) if wanted else None


class Bar:
    """A bar of text, in terminals; nothing where nobody sees it."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def __call__(self, progress: Progress) -> None:
        """Bring the bar up to date."""
        if self._bar is None:
            from tqdm.auto import tqdm as bar  # noqa: PLC0415 - shown only when asked for

            # None: only in a terminal. A program without a console, or after 2>&-, has no stderr.
            disable = None if sys.stderr is not None else True
            self._bar = bar(total=progress.total, unit="call", disable=disable)
        if progress.failed:
            self._bar.set_postfix_str(f"{progress.failed:,} failed", refresh=False)
        if progress.sent > self._bar.n:
            self._bar.update(progress.sent - self._bar.n)
        if progress.is_over:
            self._bar.close()
