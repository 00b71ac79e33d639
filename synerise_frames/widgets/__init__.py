"""Widgets for notebooks (the extra ``notebook``), each with a twin that needs no notebook.

``ws.explore()`` gives an :class:`~synerise_frames.widgets.explorer.Explorer`, which shows an
:class:`~synerise_frames.widgets.exploration.Exploration`. A bulk run in a notebook is shown by a
:class:`~synerise_frames.widgets.progress.BulkProgress`, which shows a
:class:`~synerise_frames.bulk.progress.Progress`. ipywidgets is imported when one of them is made,
and not before.
"""
