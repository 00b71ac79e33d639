"""One calculation: an analysis, what is overridden, and the store it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from synerise_frames.sandbox.engine.events import Event, Scope, read_event
from synerise_frames.sandbox.engine.fields import DIALECT, Action
from synerise_frames.sandbox.engine.filters import Filter, read_filter
from synerise_frames.sandbox.engine.measures import to_json
from synerise_frames.sandbox.engine.names import Names
from synerise_frames.sandbox.engine.overrides import Overrides
from synerise_frames.sandbox.engine.part import Part
from synerise_frames.sandbox.engine.query import Select
from synerise_frames.sandbox.engine.windows import (
    Step,
    Window,
    buckets,
    read_step,
    read_window,
    whole_data,
)
from synerise_frames.sandbox.store import Store

#: What every analysis may have, besides the fields of its kind.
_COMMON = ("dialect", "title", "description", "dateFilter", "aggregateDataBy", "filter")
_DAY = Step(1, "DAYS")


class Request:
    """The common parts of one calculation, read once.

    Attributes
    ----------
    part : Part
        The analysis, checked for unknown fields.
    names : Names
        The dynamic keys.
    title : str
        The analysis' title, if it has one.
    """

    def __init__(
        self,
        store: Store,
        analysis: Mapping[str, Any],
        overrides: Overrides,
        own: Iterable[str],
        *,
        required: Iterable[str] = (),
        names: Names | None = None,
    ) -> None:
        self.store = store
        self.names = names or Names(overrides.variables, open_keys=overrides.open_keys)
        self.part = Part(analysis, "analysis")
        if isinstance(analysis, Mapping) and analysis.get("dialect") != DIALECT:
            raise self.part["dialect"].error(
                f"Must be {DIALECT!r}: the demo workspace has a dialect of its own."
            )
        self.part.fields(*_COMMON, *own, required=["title", *required])
        self.title = self.part["title"].text()
        if self.part.has("description") and not isinstance(self.part["description"].value, str):
            raise self.part["description"].error("Must be a text.")
        self._overrides = overrides
        self._window = self._read_window()

    def event(self) -> Event:
        """Read the analysis' event."""
        return read_event(self.part["event"], self.names)

    def given_window(self) -> Window | None:
        """Give the window that was asked for, or that the analysis has."""
        return self._window

    def window(self, actions: Iterable[Action]) -> Window:
        """Give the window; where none is named, that of all data of these actions."""
        return self._window or whole_data((action.name for action in actions), self.store)

    def _read_window(self) -> Window | None:
        part = self._overridden(self._overrides.date_filter, "dateFilter")
        return read_window(part, self.store) if part else None

    def step(self) -> Step:
        """Give the width of the buckets: a day where nobody says."""
        given = self._overrides.aggregate_data_by
        asked = read_step(Part(given, "aggregateDataBy")) if given else None
        own = read_step(self.part["aggregateDataBy"]) if self.part.has("aggregateDataBy") else None
        return asked or own or _DAY

    def starts(self, window: Window, step: Step) -> list[Any]:
        """Give the start of each bucket."""
        try:
            return buckets(window, step)
        except ValueError as error:
            value = {"type": step.unit, "value": step.value}
            raise Part(value, "aggregateDataBy").error(str(error)) from None

    def filter(self) -> Filter:
        """Give the filter of profiles."""
        part = self._overridden(self._overrides.filter, "filter")
        return read_filter(part, self.names, self.store) if part else Filter()

    def _overridden(self, value: dict[str, Any] | None, name: str) -> Part | None:
        if value is not None:
            return Part(value, name)
        return self.part[name] if self.part.has(name) else None

    def scope(self, actions: Iterable[Action]) -> Scope:
        """Give whose events are meant, and when."""
        return Scope(self.window(actions), self.filter().ids())

    def rows(self, select: Select) -> list[tuple[Any, ...]]:
        """Run a query; amounts are exact decimals and times as stored."""
        self.names.check_all_used()
        query = select.sql()
        return self.store.query(query.text, query.parameters)

    def row(self, select: Select, profile_id: int) -> tuple[Any, ...] | None:
        """Give a profile's row of a query that has one, id first, for each; or ``None``."""
        self.names.check_all_used()
        query = select.sql()
        return self.store.of_profile(profile_id, query.text, query.parameters)

    def json(self, value: Any) -> Any:
        """Give a value of the store as an answer has it."""
        return to_json(value, self.store.zone)
