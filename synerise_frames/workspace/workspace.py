"""A workspace: its kinds of analyses as sub-namespaces, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType

from synerise_frames.caching import Caching
from synerise_frames.kinds.account import Account
from synerise_frames.kinds.aggregates import Aggregates
from synerise_frames.kinds.context import Context
from synerise_frames.kinds.directories import Directories
from synerise_frames.kinds.expressions import Expressions
from synerise_frames.kinds.funnels import Funnels
from synerise_frames.kinds.histograms import Histograms
from synerise_frames.kinds.metrics import Metrics
from synerise_frames.kinds.reports import Reports
from synerise_frames.kinds.sankeys import Sankeys
from synerise_frames.kinds.segmentations import Segmentations
from synerise_frames.kinds.trends import Trends
from synerise_frames.readable import Facts
from synerise_frames.workspace.calls import Calls
from synerise_frames.workspace.over_all import OverAll


class Workspace(OverAll, Calls):
    """One workspace of the Analytics Suite; made by ``sf.connect()`` or ``sf.demo()``.

    Attributes
    ----------
    trends, histograms, funnels, reports, metrics, sankeys, segmentations, aggregates, expressions
        What can be listed, calculated and changed, one namespace a kind.
    directories
        Where analyses are kept.
    auth
        Workspaces of a user, tokens of profiles.
    cache
        What is kept of earlier answers.
    context
        What the parts of a workspace share; for the library's own use.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     ws
    <Workspace demo (America/New_York)>
    """

    def __init__(
        self, context: Context, cache: Caching, on_close: Sequence[Callable[[], object]] = ()
    ) -> None:
        self.context = context
        self.cache = cache
        self._ends = [*on_close]
        self.trends = Trends(context)
        self.histograms = Histograms(context)
        self.funnels = Funnels(context)
        self.reports = Reports(context)
        self.metrics = Metrics(context)
        self.sankeys = Sankeys(context)
        self.segmentations = Segmentations(context)
        self.aggregates = Aggregates(context)
        self.expressions = Expressions(context)
        self._kinds = (
            self.trends,
            self.histograms,
            self.funnels,
            self.reports,
            self.metrics,
            self.sankeys,
            self.segmentations,
            self.aggregates,
            self.expressions,
        )
        self.directories = Directories(context)
        self.auth = Account(context)

    def on_close(self, end: Callable[[], object]) -> None:
        """Call `end` when this is closed, after what was named before."""
        self._ends.append(end)

    def close(self) -> None:
        """Close all connections; the embedded workspace ends with it."""
        with ExitStack() as stack:
            for end in reversed(self._ends):
                stack.callback(end)
            stack.callback(self.cache.flush)
            self.context.api.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Workspace {self.context.alias} ({self.context.tz or 'UTC, no tz given'})>"

    def _repr_html_(self) -> str:
        api, memory = self.context.api, self.context.api.memory
        kept = f"in {memory.cache.shelf.folder}" if memory else "none"
        facts = [
            ("host", api.host),
            ("credentials", "a user's login" if api.consumer == "user" else "workspace key"),
            ("time zone", str(self.context.tz or "UTC, no tz given")),
            ("cache", f"{kept}, offline" if memory and memory.offline else kept),
            ("kinds", ", ".join(sorted(one.family for one in self._kinds))),
        ]
        asks = "ws.catalog() lists all analyses, ws.whoami() asks who you are"
        return Facts(f"Workspace {self.context.alias}", facts, asks).html()
