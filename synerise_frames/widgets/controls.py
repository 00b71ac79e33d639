"""The menus of the explorer: what stands in them, and what a choice in them means."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as iw
import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.kinds.context import Context
from synerise_frames.plotting.text import shorten
from synerise_frames.widgets.choice import EXPLORABLE, Choice
from synerise_frames.widgets.windows import (
    BETWEEN,
    GIVEN,
    OWN,
    WINDOWS,
    days_of,
    interval_options,
    of_days,
    recent_days,
    window_options,
)
from synerise_frames.wire.bodies import Dates, Width

# More names make a menu that nobody reads.
_MOST_SERIES = 500


class Controls:
    """The menus; `changed` is called with the name of the one that a person changed."""

    def __init__(self, kinds: list[str], context: Context, changed: Callable[[str], None]) -> None:
        self._context = context
        self._changed = changed
        # What is set from here calls nobody; another thread may be told of a click meanwhile.
        self._setting = threading.local()
        # What was chosen in code, and may be in no menu.
        self._given_dates: Dates = None
        self._given_width: Width = None
        first, final = recent_days(context)
        self.kind = _menu([(f"{k.capitalize()}s", k) for k in kinds], "160px")
        self.analysis = _menu([], "360px")
        self.window = _menu([("As it was defined", OWN)], "160px")
        self.first_day = iw.DatePicker(value=first, layout=iw.Layout(width="138px"))
        self.last_day = iw.DatePicker(value=final, layout=iw.Layout(width="138px"))
        self.interval = _menu([("As it was defined", OWN)], "160px")
        self.series = iw.SelectMultiple(options=[], rows=4, layout=iw.Layout(width="260px"))
        self.refresh = iw.Button(
            description="Refresh",
            icon="refresh",
            tooltip="Ask the server again",
            layout=iw.Layout(width="auto"),
        )
        self._days = _row([_field("From", self.first_day), _field("To", self.last_day)])
        self._series = _field("Series (none selected: all)", self.series)
        self._hear()
        what = _row([_field("Kind", self.kind), _field("Analysis", self.analysis)])
        window, interval = _field("Window", self.window), _field("Interval", self.interval)
        when = _row([window, self._days, interval])
        self.box = _row([iw.VBox([what, when]), self._series])

    def _hear(self) -> None:
        for name in ("kind", "analysis", "window", "first_day", "last_day", "interval", "series"):

            def told(_change: Any, name: str = name) -> None:
                if not getattr(self._setting, "on", False):
                    self._changed(name)

            getattr(self, name).observe(told, "value")
        self.refresh.on_click(lambda _button: self._changed("refresh"))

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        self._setting.on = True
        try:
            yield
        finally:
            self._setting.on = False

    @property
    def dates(self) -> Dates:
        """The window that is chosen.

        Raises
        ------
        ConfigError
            If a day is missing, or the last one is before the first.
        """
        key = self.window.value
        if key == GIVEN:
            return self._given_dates
        if key != BETWEEN:
            return WINDOWS[key][1]
        first, final = self.first_day.value, self.last_day.value
        if first is None or final is None:
            raise ConfigError("A day of the window is missing.", hint="Choose both days.")
        return of_days(first, final)

    @property
    def width(self) -> Width:
        """The interval that is chosen."""
        key: str = self.interval.value
        return self._given_width if key == GIVEN else None if key == OWN else key

    @property
    def chosen_series(self) -> tuple[str | None, ...]:
        """The series that are chosen."""
        return tuple(self.series.value)

    def offer_analyses(self, kind: str, listed: pd.DataFrame) -> None:
        """Put the analyses of a kind into their menu."""
        names = listed["name"].astype(object).where(listed["name"].notna(), None)
        options = [
            (shorten(name, 80) if name else key, key)
            for name, key in zip(names, listed["id"].astype(str), strict=True)
        ]
        with self._quietly():
            self.kind.value = kind
            if [*self.analysis.options] != options:
                self.analysis.options = options

    def show(self, choice: Choice) -> None:
        """Let the menus say what is chosen."""
        with self._quietly():
            self.kind.value = choice.kind
            known = [key for _, key in self.analysis.options]
            if choice.analysis not in known:
                entry = (choice.name or choice.analysis, choice.analysis)
                self.analysis.options = [*self.analysis.options, entry]
            self.analysis.value = choice.analysis
            # What a kind does not take is kept for the next one that does.
            takes = EXPLORABLE[choice.kind]
            if takes.dates:
                self._given_dates = choice.dates
                _offer(self.window, *window_options(choice.dates))
            if takes.interval:
                self._given_width = choice.interval
                _offer(self.interval, *interval_options(choice.interval))
            if (days := days_of(choice.dates)) is not None:
                self.first_day.value, self.last_day.value = days
            self.fit(choice.kind)

    def fit(self, kind: str) -> None:
        """Leave out what makes no difference to a kind."""
        takes = EXPLORABLE[kind]
        self.window.disabled = not takes.dates
        self.interval.disabled = not takes.interval
        between = takes.dates and self.window.value == BETWEEN
        self._days.layout.display = None if between else "none"

    def offer_series(self, choice: Choice, frame: pd.DataFrame) -> None:
        """Put the series of a frame into their menu, if there is anything to choose from."""
        names = frame[choice.column].drop_duplicates().head(_MOST_SERIES)
        options = [(shorten(v, 60), None if pd.isna(v) else str(v)) for v in names]
        offered = {value for _, value in options}
        # What is chosen stays so: the next change in a menu asks for what the menus say.
        options += [(shorten(name, 60), name) for name in choice.series if name not in offered]
        several = len(options) > 1
        with self._quietly():
            if [*self.series.options] != options:
                self.series.options = options
            self.series.value = choice.series
            self._series.layout.display = None if several else "none"


def _menu(options: list[tuple[str, str]], width: str) -> iw.Dropdown:
    return iw.Dropdown(options=options, layout=iw.Layout(width=width, max_width="100%"))


def _offer(menu: iw.Dropdown, options: list[tuple[str, str]], value: str) -> None:
    if [*menu.options] != options:
        menu.options = options
    menu.value = value


def _field(label: str, control: iw.DOMWidget) -> iw.VBox:
    """Put a name above a control, and into what is read to those who do not see it."""
    control.tooltip = label
    box = iw.VBox([iw.Label(label), control])
    box.add_class("sf-field")
    return box


def _row(parts: list[iw.DOMWidget]) -> iw.HBox:
    row = iw.HBox(parts, layout=iw.Layout(flex_flow="row wrap"))
    row.add_class("sf-controls")
    return row
