"""Dates at the ticks of an axis of time: short ones, and below them what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

import matplotlib.dates
from matplotlib.ticker import Formatter

# The package has types, but this part of it has none.
_dates: Any = matplotlib.dates

#: What all ticks have in common, by what they count: years, months, days, hours and less. Under
#: days the year: the usual "2017-Dec" would only be true of the last of them.
_COMMON = ("", "%Y", "%Y", "%d %b %Y", "%d %b %Y", "%d %b %Y %H:%M")
#: At the first month of a year, day of a month, hour of a day and so on.
_FIRST = ("", "%Y", "%b", "%d %b", "%H:%M", "%H:%M")
_DAYS = 2


class TickDates(Formatter):
    """matplotlib's concise dates, in words that tell the month too, also of a single tick."""

    def __init__(self, locator: object, zone: tzinfo | None) -> None:
        self._tz = zone
        self._concise = _dates.ConciseDateFormatter(
            locator, tz=zone, offset_formats=list(_COMMON), zero_formats=list(_FIRST)
        )

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Give the text of one tick."""
        return str(self._concise(x, pos))

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Give the texts of all ticks."""
        moments = list(_dates.num2date(values, self._tz))
        months = {(moment.year, moment.month) for moment in moments}
        named = len(months) > 1 or any(moment.day == 1 for moment in moments)
        # Days of a month whose first is not among them: nothing else says which month it is.
        self._concise.offset_formats[_DAYS] = _COMMON[_DAYS] if named else "%b %Y"
        if len(moments) == 1:
            # A tick that is all alone would be told to the microsecond.
            values = [_dates.date2num(_before(moments[0])), *values]
        return list(self._concise.format_ticks(values))[-len(moments) :]

    def get_offset(self) -> str:
        """Give what all ticks have in common."""
        return str(self._concise.get_offset())

    def format_data_short(self, value: float) -> str:
        """Give the moment under the mouse."""
        return str(self._concise.format_data_short(value))


def _before(moment: datetime) -> datetime:
    """Give another moment that differs by the largest unit of which this one is a beginning."""
    for unit in ("second", "minute", "hour"):
        if value := getattr(moment, unit):
            return moment.replace(**{unit: value - 1})
    if moment.day > 1:
        return moment.replace(day=moment.day - 1)
    if moment.month > 1:
        # Not January: beside that no year would be written.
        return moment.replace(month=3 if moment.month == 2 else moment.month - 1)
    return moment.replace(year=moment.year - 1)
