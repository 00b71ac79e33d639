"""Members of a dimension that have an order of their own: numbers, ranges, times, weekdays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

Key = tuple[float, float]

_UNITS = {"": 1.0, "k": 1e3, "m": 1e6}
#: "25-34", "65+", "Under 15K", "15-24K", "18:30".
_RANGE = re.compile(
    r"(under|over|<|>|≤|≥)?\s*(\d+(?:\.\d+)?)([km]?)"
    r"(?:\s*[-–:]\s*(\d+(?:\.\d+)?)([km]?))?\s*\+?",
    re.IGNORECASE,
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
    r"|(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)",
    re.IGNORECASE,
)


def ranks(members: Sequence[object]) -> list[int] | None:
    """Give the places of the members in their own order; None if they have none.

    A missing member is no obstacle, and comes last.

    >>> ranks(["10", "9", None]), ranks(["Sun", "Monday"]), ranks(["65+", "19-24"])
    ([1, 0, 2], [1, 0], [1, 0])
    >>> ranks(["Dairy", "Meat"]) is None
    True
    """
    known = [int(i) for i in np.flatnonzero(pd.Series(list(members), dtype="object").notna())]
    for read in (_number, _moment, _range, _weekday, _month):
        keys = [read(members[i]) for i in known]
        found = [key for key in keys if key is not None]
        if known and len(found) == len(known):
            order = sorted(range(len(known)), key=found.__getitem__)
            return [*(known[i] for i in order), *sorted(set(range(len(members))) - set(known))]
    return None


def _number(member: object) -> Key | None:
    try:
        value = float(str(member))
    except ValueError:
        return None
    return (value, 0.0) if np.isfinite(value) else None


def _moment(member: object) -> Key | None:
    text = str(member)
    try:
        # A month alone is no date for Python.
        moment = datetime.fromisoformat(f"{text}-01" if re.fullmatch(r"\d{4}-\d\d", text) else text)
    except ValueError:
        return None
    return (float(moment.toordinal()), moment.hour * 3_600.0 + moment.minute * 60 + moment.second)


def _range(member: object) -> Key | None:
    found = _RANGE.fullmatch(str(member).strip())
    if found is None:
        return None
    sign, low, unit, high, last = (part or "" for part in found.groups())
    start = float(low) * _UNITS[(unit or last).lower()]
    if sign.lower() in {"under", "<", "≤"}:
        return (-np.inf, start)
    return (start, float(high) * _UNITS[last.lower()] if high else np.inf)


def _weekday(member: object) -> Key | None:
    return _named(member, _WEEKDAYS)


def _month(member: object) -> Key | None:
    return _named(member, _MONTHS)


def _named(member: object, names: Sequence[str]) -> Key | None:
    text = str(member).strip()
    short = text[:3].lower()
    return (float(names.index(short)), 0.0) if _FULL.fullmatch(text) and short in names else None
