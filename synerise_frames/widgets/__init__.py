"""Widgets for notebooks (the extra ``notebook``), each with a twin that needs no notebook.

``ws.explore()`` gives an :class:`~synerise_frames.widgets.explorer.Explorer`, which shows an
:class:`Exploration`; :class:`~synerise_frames.widgets.progress.BulkProgress` shows how far a bulk
run is. ipywidgets is imported when one of them is made, and not before.
"""

from synerise_frames.widgets.choice import Choice
from synerise_frames.widgets.exploration import Exploration

__all__ = ["Choice", "Exploration"]
