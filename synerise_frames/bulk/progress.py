"""How far a run is: a bar in terminals and notebooks, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from synerise_frames.http.swarm import Outcome

if TYPE_CHECKING:
    from tqdm import tqdm


class Progress:
    """Counts answers, and shows them if it is asked to.

    Parameters
    ----------
    total : int, optional
        Calls that will be sent, where that is known.
    show : bool
        Whether to show a bar; it is left out where the output is neither a terminal nor a
        notebook.
    """

    def __init__(self, total: int | None, *, show: bool) -> None:
        self.sent = 0
        self.failed = 0
        self._bar: tqdm[Any] | None = None
        if show:
            from tqdm.auto import tqdm as bar  # noqa: PLC0415 - shown only when asked for

            self._bar = bar(total=total, unit="call", disable=None)
        self._shown = 0

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Count calls that are over."""
        self.sent += len(outcomes)
        self.failed += sum(o.status is None or o.status >= 300 for o in outcomes)

    def show(self) -> None:
        """Bring the bar up to date."""
        if self._bar is not None and self.sent > self._shown:
            if self.failed:
                self._bar.set_postfix_str(f"{self.failed:,} failed", refresh=False)
            self._bar.update(self.sent - self._shown)
            self._shown = self.sent

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.show()
        if self._bar is not None:
            self._bar.close()
