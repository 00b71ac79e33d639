"""Where in the caller's own code a warning belongs."""

from __future__ import annotations

import sys


def depth_of_caller() -> int:
    """Give the ``stacklevel`` of the first frame that is not the library's own."""
    depth, frame = 0, sys._getframe(1)  # inspect.stack() would read source files
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "synerise_frames":
        depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
    return depth + 1
