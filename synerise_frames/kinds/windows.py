"""What is known of the window that was asked for.

A caller may give the ``dateFilter`` itself. It is read only where it is written exactly as the
library writes one: what a server makes of a bare date, of a whole second or of another field is
the server's to say, and nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from synerise_frames.errors import ConfigError
from synerise_frames.periods import Absolute, Interval, Relative, Window, Zone, zone
from synerise_frames.wire.bodies import Dates, date_filter


def window_of(dates: Dates, tz: Zone) -> Window | None:
    """Give the window that was asked for; ``None`` where it is not known."""
    if not isinstance(dates, Mapping):
        return dates
    try:
        read = _read(dates, tz)
        # What is written back alike has no other field, no other precision, no other unit.
        written = [date_filter(read, of) for of in (tz, None)]
    except (ConfigError, LookupError, TypeError, ValueError, OverflowError):
        return None
    return read if dict(dates) in written else None


def _read(dates: Mapping[str, Any], tz: Zone) -> Window:
    """Read a window as if it were written as the library writes it.

    Raises
    ------
    LookupError, TypeError, ValueError, OverflowError, ConfigError
        If it is not.
    """
    if dates["type"] == "RELATIVE":
        value, before = dates["duration"]["value"], dates["offset"]["value"]
        if type(value) is not int or type(before) is not int or before < 0:
            raise ValueError("No whole numbers.")
        return Relative(Interval(value, dates["duration"]["type"]), before)
    start, end = (datetime.fromisoformat(dates[side]) for side in ("from", "to"))
    window = Absolute(start, end + timedelta(milliseconds=1))
    if tz is None:
        return window.localised(tz)
    # An offset is no zone: bounds are told on the workspace's clock, as those of sf.between are.
    moments = (moment.astimezone(zone(tz)) for moment in (window.start, window.end))
    return Absolute(*moments).localised(tz)
