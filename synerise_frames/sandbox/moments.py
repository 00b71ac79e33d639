"""Moments in the workspace's zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

#: Every moment is between the beginnings of these years: nothing is calculated out of a calendar.
OLDEST, NEWEST = 1900, 2100


def read_moment(given: str | datetime, zone: tzinfo) -> datetime:
    """Read a moment in ISO 8601; without an offset, in `zone`.

    >>> from zoneinfo import ZoneInfo
    >>> read_moment("2017-03-15T06:00", ZoneInfo("America/New_York")).isoformat()
    '2017-03-15T06:00:00-04:00'

    Raises
    ------
    ValueError
        If it is none; the message says what would be right.
    """
    try:
        moment = given if isinstance(given, datetime) else datetime.fromisoformat(given)
    except ValueError:
        raise ValueError("Must be a moment in ISO 8601, as 2017-03-01T00:00:00-05:00.") from None
    if not OLDEST < moment.year < NEWEST:
        raise ValueError(f"Must be a year between {OLDEST} and {NEWEST}.")
    return settled(moment if moment.tzinfo else moment.replace(tzinfo=zone), zone)


def settled(moment: datetime, zone: tzinfo | None) -> datetime:
    """Give a moment in a zone; a wall time that the clocks skip is the one after it."""
    # By way of UTC: from a zone to itself nothing would be changed.
    return moment.astimezone(UTC).astimezone(zone)
