"""Time as an analyst says it: the last 90 days, between two dates, a bucket of one day.

Everything here is half-open: a window holds its start and not its end.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, SupportsIndex, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from synerise_frames.errors import ConfigError

__all__ = ["Absolute", "Interval", "Relative", "Window", "Zone", "between", "last", "zone"]

Zone: TypeAlias = str | tzinfo | None

#: The API's unit names, and what people write for them.
_UNITS: dict[str, tuple[str, ...]] = {
    "SECONDS": ("s", "sec", "second"),
    "MINUTES": ("min", "T", "minute"),
    "HOURS": ("h", "H", "hour"),
    "DAYS": ("D", "d", "day"),
    "WEEKS": ("W", "w", "week"),
    "MONTHS": ("M", "MS", "ME", "month"),
    "YEARS": ("Y", "YS", "YE", "year"),
}
_UNIT_OF = {
    spelling: unit for unit, short in _UNITS.items() for spelling in (unit, unit.lower(), *short)
}

#: The server's clock says when a window begins that goes back from now; so far it may be off ours.
CLOCKS_APART = timedelta(minutes=10)

_EXCLUDED = "The end is excluded: a single day is between('2024-01-01', '2024-01-02')."


def zone(tz: Zone) -> tzinfo:
    """Give the zone of that name; UTC where the caller named none.

    Raises
    ------
    ConfigError
        If there is no zone of that name.
    """
    if tz is None:
        return UTC
    if isinstance(tz, tzinfo):
        return tz
    # pandas would take a number for seconds that a zone is ahead.
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        if isinstance(tz, str):
            return ZoneInfo(tz)
    raise ConfigError(
        f"There is no time zone {tz!r}.",
        hint="Use an IANA name such as 'Europe/Warsaw'; on Windows, pip install tzdata.",
    )


def _unit(name: object) -> str:
    if isinstance(name, str) and name in _UNIT_OF:
        return _UNIT_OF[name]
    units = ", ".join(unit.lower() for unit in _UNITS)
    raise ConfigError(f"There is no unit of time {name!r}.", hint=f"Units: {units}.")


def _whole(value: object) -> int | None:
    """Give a whole number of any library as an int; ``None`` for everything else."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return None
    return value.__index__()


@dataclass(frozen=True)
class Interval:
    """A length of time in whole units: the width of a bucket.

    ``unit`` is one of ``SECONDS`` to ``YEARS``.
    """

    value: int
    unit: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", _unit(self.unit))
        whole = _whole(self.value)
        if whole is None or whole < 1:
            raise ConfigError(
                f"An interval of {self.value!r} {self.unit.lower()} is none.",
                hint="Give a whole number of 1 or more, such as '1D' or '7D'.",
            )
        object.__setattr__(self, "value", whole)

    @classmethod
    def of(cls, width: Interval | str | timedelta | np.timedelta64 | None) -> Interval | None:
        """Give an interval that may be written as text, or as a length of time.

        Raises
        ------
        ConfigError
            If it is none.
        """
        if isinstance(width, timedelta | np.timedelta64):
            return cls.lasting(width)
        return width if width is None or isinstance(width, Interval) else cls.parse(width)

    @classmethod
    def lasting(cls, length: timedelta | np.timedelta64) -> Interval:
        """Give the interval that lasts so long, in the largest unit that is whole in it.

        A month or a year has no length of its own, and what lasts 24 hours is a day.

        >>> Interval.lasting(pd.Timedelta("7D"))
        Interval(value=7, unit='DAYS')

        Raises
        ------
        ConfigError
            If it is no whole number of seconds, or none above zero.
        """
        try:
            exact = pd.Timedelta(length)
        except ValueError:  # too long, or in a unit without a length
            exact = pd.Timedelta(0)
        for unit, size in (("DAYS", "1D"), ("HOURS", "1h"), ("MINUTES", "1min"), ("SECONDS", "1s")):
            # Not so for NaT, of which nothing is more than nothing.
            if exact > pd.Timedelta(0) and not exact % pd.Timedelta(size):
                return cls(exact // pd.Timedelta(size), unit)
        raise ConfigError(
            f"An interval of {length} is none.",
            hint="Give a whole number of seconds, minutes, hours or days, such as '1h' or '7D'.",
        )

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read the pandas spelling of an interval.

        >>> Interval.parse("7D")
        Interval(value=7, unit='DAYS')

        Raises
        ------
        ConfigError
            If the text is no interval.
        """
        # Longer numbers fit no calendar, and int() refuses very long ones.
        found = isinstance(text, str) and re.fullmatch(r"\s*(\d{0,18})\s*([A-Za-z]+)\s*", text)
        if not found or found[2] not in _UNIT_OF:
            raise ConfigError(
                f"Cannot read the interval {text!r}.",
                hint="Write it as pandas does: '1h', '1D', '7D', '1W', '1M'.",
            )
        return cls(int(found[1] or 1), found[2])

    def offset(self) -> pd.DateOffset:
        """Give the interval as a calendar offset."""
        lengths: dict[str, Any] = {self.unit.lower(): self.value}
        return pd.DateOffset(**lengths)

    @property
    def on_clock(self) -> bool:
        """Whether it is a length of real time, and not of the calendar."""
        return self.unit in ("SECONDS", "MINUTES", "HOURS")

    def shift(self, times: pd.DatetimeIndex, by: int = 1) -> pd.DatetimeIndex:
        """Move aware times by the interval: days and longer on the calendar, hours on the clock.

        A day is a calendar day, so one with a change of the clock has 23 or 25 hours.
        """
        offset = self.offset() * by
        if self.on_clock:
            return (times.tz_convert("UTC") + offset).tz_convert(times.tz)
        return settled(times.tz_localize(None) + offset, times.tz)


def settled(wall: pd.DatetimeIndex, tz: tzinfo | None) -> pd.DatetimeIndex:
    """Give the moments at which clocks of a zone show that: the first of two, the next of none."""
    return wall.tz_localize(
        tz, ambiguous=np.ones(len(wall), dtype=bool), nonexistent="shift_forward"
    )


def at_start(times: pd.DatetimeIndex, unit: str = "D") -> npt.NDArray[np.bool_]:
    """Tell at which moments a day begins, or an hour; where clocks skip midnight, after it."""
    return np.asarray(times == settled(times.tz_localize(None).floor(unit), times.tz))


@dataclass(frozen=True)
class Relative:
    """A window that goes back from the moment of calculation, `offset` units earlier."""

    duration: Interval
    offset: int = 0

    def describe(self) -> dict[str, Any]:
        """Give the window as plain JSON data."""
        return {
            "type": "relative",
            "value": self.duration.value,
            "unit": self.duration.unit,
            "offset": self.offset,
        }


@dataclass(frozen=True)
class Absolute:
    """A window between two moments; naive ones are meant in the workspace's zone."""

    start: datetime
    end: datetime

    def localised(self, tz: Zone) -> Absolute:
        """Give the window with aware moments.

        Raises
        ------
        ConfigError
            If a moment is naive and no zone is given.
        """
        start, end = _aware(self.start, tz), _aware(self.end, tz)
        if start.astimezone(UTC) >= end.astimezone(UTC):
            raise ConfigError(f"The window from {start} to {end} is empty.", hint=_EXCLUDED)
        return Absolute(start, end)

    def describe(self) -> dict[str, Any]:
        """Give the window as plain JSON data."""
        return {"type": "absolute", "start": self.start.isoformat(), "end": self.end.isoformat()}


Window: TypeAlias = Relative | Absolute


def _aware(moment: datetime, tz: Zone) -> datetime:
    if moment.tzinfo is not None:
        return moment
    if tz is None:
        raise ConfigError(
            f"The moment {moment.isoformat()} has no time zone, and neither has the workspace.",
            hint="Connect with tz='Europe/Warsaw' (or set SYNERISE_TZ), or give aware moments.",
        )
    return moment.replace(tzinfo=zone(tz))


def last(value: int, unit: str = "days", *, before: int = 0) -> Relative:
    """Name a window that ends now: the last 90 days.

    Parameters
    ----------
    value : int
        How many units.
    unit : str, default "days"
        ``seconds`` to ``years``, in full or as pandas abbreviates them.
    before : int, default 0
        End so many units earlier than now.

    Returns
    -------
    Relative
        For the ``dates=`` of a calculation. The server decides when "now" is.

    Raises
    ------
    ConfigError
        If the number is not positive or the unit is unknown.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.last(90, "days")
    Relative(duration=Interval(value=90, unit='DAYS'), offset=0)
    """
    offset = _whole(before)
    if offset is None or offset < 0:
        raise ConfigError(f"before={before!r} is no whole number of 0 or more.")
    count = _whole(value)
    if count is None or count < 1:
        raise ConfigError(
            f"sf.last takes how many units and which, and {value!r} is no whole number of 1 or "
            "more.",
            hint="Write sf.last(30, 'days').",
        )
    return Relative(Interval(count, unit), offset)


def between(
    start: str | date | datetime | np.datetime64, end: str | date | datetime | np.datetime64
) -> Absolute:
    """Name a window from `start` (included) to `end` (excluded).

    Parameters
    ----------
    start, end : str, date, datetime or numpy.datetime64
        ISO 8601 text or objects. Naive ones are meant in the workspace's zone.

    Returns
    -------
    Absolute
        For the ``dates=`` of a calculation.

    Raises
    ------
    ConfigError
        If a moment cannot be read, or the window is empty.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.between("2017-03-01", "2017-04-01").describe()["end"]
    '2017-04-01T00:00:00'
    """
    window = Absolute(_moment(start), _moment(end))
    if (window.start.tzinfo is None) == (window.end.tzinfo is None) and window.start >= window.end:
        raise ConfigError(
            f"The window from {start} to {end} is empty.",
            hint=_EXCLUDED,
        )
    return window


def _moment(value: str | date | datetime | np.datetime64) -> datetime:
    if isinstance(value, np.datetime64):
        # Of NaT and of what is beyond the calendar, this makes no datetime.
        found = value.astype("datetime64[us]").item()
        value = found if isinstance(found, datetime) else value
    if isinstance(value, datetime):  # pandas.Timestamp is one too, and so is NaT
        if pd.isna(value):
            raise ConfigError("NaT is no moment.", hint="Drop missing times first.")
        return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    try:
        return datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ConfigError(
            f"Cannot read {value!r} as a moment.",
            hint="Write it in ISO 8601: '2024-01-31' or '2024-01-31T12:00:00+01:00'.",
        ) from None
