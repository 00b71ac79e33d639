"""How far a bulk run is, as a notebook shows it."""

from __future__ import annotations

import threading
from html import escape
from typing import Any

import ipywidgets as iw
from IPython.display import display

from synerise_frames.bulk.progress import Progress
from synerise_frames.plotting.text import elapsed
from synerise_frames.readable import escaped
from synerise_frames.widgets.style import PROGRESS_STYLE

_CANCEL = "Cancel"
_STOP = '<div class="sf-muted">To stop, interrupt the kernel (■): what was answered is kept.</div>'


class BulkProgress:
    """A bar, what it stands for, and a button that ends the run with everything kept.

    It is what ``plan.run()`` shows in a notebook. Made by hand, it can be shown where it is
    wanted: ``plan.run(progress=BulkProgress())``.

    Attributes
    ----------
    progress : Progress or None
        What is shown, as a plain object.
    """

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self._stop = ""
        self.bar = iw.FloatProgress(min=0.0, max=1.0, layout=iw.Layout(width="100%"))
        self.facts = iw.HTML()
        self.cancel = iw.Button(
            description=_CANCEL,
            icon="stop",
            tooltip="End the run; what was answered is kept",
            layout=iw.Layout(width="auto", flex="none"),
        )
        self.cancel.on_click(self._cancel)
        line = iw.HBox([self.bar, self.cancel])
        self.view = iw.VBox([iw.HTML(PROGRESS_STYLE), line, self.facts])
        self.view.add_class("sf-progress")

    def __call__(self, progress: Progress) -> None:
        """Show how far it is."""
        if self.progress is not progress:
            self.progress = progress
            # A run in the cell's own thread keeps the kernel from hearing a click before it is
            # over (JupyterLab 4.6, ipykernel 7.4). Interrupting the kernel does the same.
            is_heard = threading.current_thread() is not threading.main_thread()
            self.cancel.layout.display = None if is_heard else "none"
            self._stop = "" if is_heard else _STOP
            # It may have ended an earlier run.
            self.cancel.disabled, self.cancel.description = False, _CANCEL
            display(self.view)  # type: ignore[no-untyped-call]
        share = progress.sent / progress.total if progress.total else float(progress.is_over)
        self.bar.value = min(share, 1.0)
        self.bar.bar_style = _style(progress)
        if progress.is_over:
            self.cancel.layout.display = "none"
        self.facts.value = facts(progress) + ("" if progress.is_over else self._stop)

    def _cancel(self, button: iw.Button) -> None:
        button.disabled = True
        button.description = "Cancelling…"
        if self.progress:
            self.progress.cancel()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.view._repr_mimebundle_(**options)

    def __repr__(self) -> str:
        return f"<BulkProgress: {self.progress!r}>"


def facts(progress: Progress) -> str:
    """Give the line below the bar as HTML.

    >>> facts(Progress(1200, known=30))
    '<div role="status"><b>0 of 1,200 calls</b> · 30 values already known</div>'
    """
    of = "" if progress.total is None else f" of {progress.total:,}"
    parts = [f"<b>{progress.sent:,}{of} calls</b>"]
    if progress.known:
        parts.append(f"{progress.known:,} values already known")
    if progress.rate:
        parts.append(f"{progress.rate:,.0f} a second")
    if progress.is_over:
        parts.append(f"{_ended(progress)} {elapsed(progress.seconds)}")
    elif progress.seconds_left is not None:
        parts.append(f"{elapsed(progress.seconds_left)} left")
    html = f'<div role="status">{" · ".join(parts)}</div>'
    if progress.failed:
        each = ", ".join(f"{why}: {count:,}" for why, count in progress.failures.most_common())
        html += f'<div class="sf-failed">{progress.failed:,} failed ({escape(each)})</div>'
    if progress.note:
        html += f"<div>{escaped(progress.note)}</div>"
    return html


def _ended(progress: Progress) -> str:
    if progress.is_broken:
        return "ended by an error after"
    return "cancelled after" if progress.is_cancelled else "done in"


def _style(progress: Progress) -> str:
    if progress.is_broken:
        return "danger"
    if progress.is_cancelled:
        return "warning"
    if progress.failed:
        return "danger" if progress.failed == progress.sent else "warning"
    return "success" if progress.is_over else "info"
