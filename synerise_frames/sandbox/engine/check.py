"""Whether an analysis is one of the dialect, found out by reading it as a calculation does.

Every calculation reads its whole analysis before it asks the store for rows. Here the store has
none to give: the first question for rows says that all has been read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any, NoReturn, cast
from zoneinfo import ZoneInfo

from synerise_frames.sandbox.engine.engine import Engine
from synerise_frames.sandbox.engine.overrides import Overrides
from synerise_frames.sandbox.profiles import Profile
from synerise_frames.sandbox.store import Store

_OPEN = Overrides(open_keys=True)
_NOBODY = Profile(0, "", "", "")

_READERS: Mapping[str, Callable[[Engine, Mapping[str, Any]], Any]] = MappingProxyType(
    {
        "trend": lambda engine, analysis: engine.trend(analysis, _OPEN),
        "histogram": lambda engine, analysis: engine.histogram(analysis, _OPEN),
        "funnel": lambda engine, analysis: engine.funnel(analysis, _OPEN),
        "report": lambda engine, analysis: engine.report(analysis, _OPEN),
        "metric": lambda engine, analysis: engine.metric(analysis, _OPEN),
        "sankey": lambda engine, analysis: engine.sankey(analysis, _OPEN),
        "segmentation": lambda engine, analysis: engine.segmentation(analysis, _OPEN),
        "aggregate": lambda engine, analysis: engine.aggregate(analysis, _NOBODY, _OPEN),
        "expression": lambda engine, analysis: engine.expression(analysis, _NOBODY, _OPEN),
    }
)


def check_analysis(engine: Engine, kind: str, analysis: Mapping[str, Any]) -> None:
    """Check an analysis without calculating it. Dynamic keys may still lack a value.

    Raises
    ------
    DialectError
        If the dialect does not have it: the same as its preview would raise.
    """
    reader = Engine(cast(Store, _Unasked(engine.store)), engine.definitions)
    with suppress(_AllRead):
        _READERS[kind](reader, analysis)


class _AllRead(Exception):
    """The analysis was read to its end."""


class _Unasked:
    """A store that knows its calendar, but has no rows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.zone: ZoneInfo = store.zone
        self.clock: datetime = store.clock

    def first_event(self, action: str) -> datetime:
        return self._store.first_event(action)

    def query(self, sql: str, parameters: Any = ()) -> NoReturn:  # noqa: ARG002 - as a store's
        raise _AllRead

    def of_profile(self, profile_id: int, sql: str, parameters: Any = ()) -> NoReturn:  # noqa: ARG002
        raise _AllRead
