"""Windows and intervals as entries of a menu."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from synerise_frames.errors import ConfigError
from synerise_frames.kinds.context import Context
from synerise_frames.periods import Absolute, Interval, Relative, between, last, zone
from synerise_frames.plotting.text import window
from synerise_frames.wire.bodies import Dates, Width

OWN = "own"
BETWEEN = "between"
#: Stands for what was chosen in code and is in no menu.
GIVEN = "given"

#: Windows of the menu by key.
WINDOWS: Mapping[str, tuple[str, Dates]] = MappingProxyType(
    {
        OWN: ("As it was defined", None),
        "7d": ("Last 7 days", last(7, "days")),
        "30d": ("Last 30 days", last(30, "days")),
        "90d": ("Last 90 days", last(90, "days")),
        "12m": ("Last 12 months", last(12, "months")),
    }
)

#: Intervals of the menu: what they are called, and how pandas writes them.
INTERVALS: tuple[tuple[str, str | None], ...] = (
    ("As it was defined", None),
    ("Hour", "1h"),
    ("Day", "1D"),
    ("Week", "1W"),
    ("Month", "1M"),
)


def window_options(dates: Dates) -> tuple[list[tuple[str, str]], str]:
    """Give the menu's entries, and the key of the one that `dates` is."""
    options = [(label, key) for key, (label, _) in WINDOWS.items()]
    options.append(("Between two days", BETWEEN))
    for key, (_, known) in WINDOWS.items():
        if known == dates:
            return options, key
    if days_of(dates):
        return options, BETWEEN
    words = "As given in code"
    if isinstance(dates, Relative):
        words = window(dates.describe()).capitalize()
    return [*options, (words, GIVEN)], GIVEN


def interval_options(interval: Width) -> tuple[list[tuple[str, str]], str]:
    """Give the menu's entries, and the key of the one that `interval` is."""
    options = [(label, width or OWN) for label, width in INTERVALS]
    wanted = Interval.parse(interval) if isinstance(interval, str) else interval
    for _, width in INTERVALS:
        if Interval.of(width) == wanted:
            return options, width or OWN
    words = "As given in code"
    if isinstance(wanted, Interval):
        words = f"{wanted.value} {wanted.unit.lower()}"
    return [*options, (words, GIVEN)], GIVEN


def days_of(dates: Dates) -> tuple[date, date] | None:
    """Give first and last day of a window of whole days in the workspace's zone, if it is one."""
    if not isinstance(dates, Absolute) or dates.start.tzinfo or dates.end.tzinfo:
        return None
    if dates.start.time() != dates.start.min.time() or dates.end.time() != dates.end.min.time():
        return None
    return dates.start.date(), dates.end.date() - timedelta(days=1)


def of_days(first: date, final: date) -> Absolute:
    """Give the window from one day to another, both of them in it.

    Raises
    ------
    ConfigError
        If it is empty, or ends with the last day that there is.
    """
    if final == date.max:
        raise ConfigError("No window ends with the last day of all.", hint="Choose one before.")
    return between(first, final + timedelta(days=1))


def recent_days(context: Context) -> tuple[date, date]:
    """Give the thirty days before today, as the workspace's clock has it."""
    today = context.now().astimezone(zone(context.tz)).date()
    return today - timedelta(days=30), today - timedelta(days=1)
