"""A frame's picture as the bytes of a PNG, without a window and without pyplot's figures."""

from __future__ import annotations

import io
import threading

import pandas as pd

from synerise_frames import plotting
from synerise_frames.plotting.recognise import recognise

# Of the picture in inches, and its pixels an inch: sharp on screens with small pixels too.
_SIZE = (9.0, 4.6)
_DPI = 160

# matplotlib is not made for several threads.
_ONE_AT_A_TIME = threading.Lock()


def picture(frame: pd.DataFrame) -> bytes:
    """Draw a frame.

    Raises
    ------
    ConfigError
        If matplotlib is not installed, or the frame has no picture.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - an extra
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415 - an extra

    from synerise_frames.plotting.drawings import panels as stack  # noqa: PLC0415 - an extra

    panels = _panels(frame)
    width, height = _SIZE
    size = (width, max(height, stack.height(panels)))
    with _ONE_AT_A_TIME, io.BytesIO() as written:
        figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.16, h_pad=0.12))
        FigureCanvasAgg(figure)
        options = {"panels": True} if panels else {}
        plotting.plot(frame, figure.add_subplot(), **options)
        # Nothing behind it, so that it stands on the page in light and in dark.
        figure.savefig(written, format="png", dpi=_DPI, transparent=True)
        return written.getvalue()


def _panels(frame: pd.DataFrame) -> int:
    """Count the panels of a histogram whose series cannot share an axis; 0 for one for all."""
    from synerise_frames.plotting.drawings import histograms  # noqa: PLC0415 - an extra

    return histograms.far_apart(frame) if recognise(frame) == "histogram" else 0
