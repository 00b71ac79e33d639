"""Whether this is a notebook that shows widgets; told to those who show something by default."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from synerise_frames.bulk.showing import Show, show_in_notebooks


def kernel() -> object | None:
    """Give the kernel of the notebook that this runs in, if it does."""
    # Whoever is in a notebook has IPython already; nobody else has to import it.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None)


def _widget() -> Show | None:
    if kernel() is None or find_spec("ipywidgets") is None:
        return None
    from synerise_frames.widgets.progress import BulkProgress  # noqa: PLC0415 - needs an extra

    return BulkProgress()


def register() -> None:
    """Let bulk runs be shown by a widget in notebooks."""
    show_in_notebooks(_widget)
