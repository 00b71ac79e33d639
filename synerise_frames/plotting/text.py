"""Names, numbers and windows as they are written into a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

import pandas as pd

#: What a missing name is called.
NONE = "(none)"

#: Units of time, in seconds.
SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0}

_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def shorten(value: object, width: int = 32) -> str:
    r"""Give a name on one line, cut with an ellipsis; ``(none)`` for a missing one.

    >>> shorten("Campaign receipts by type", 12), shorten(pd.NA), shorten("two\nlines")
    ('Campaign re…', '(none)', 'two lines')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return NONE
    # Control characters have no glyph, and line breaks would break the layout.
    printable = "".join(c if c.isprintable() else " " for c in str(value))
    name = " ".join(printable.split())
    if len(name) > width:
        name = name[: width - 1].rstrip() + "…"
    return name or "(empty)"


def compact(value: float) -> str:
    """Give a number in three digits or so.

    >>> [compact(v) for v in (0, 7, 999, 1234, 80000, 1_250_000, -2e9, 0.0312, float("nan"))]
    ['0', '7', '999', '1.23k', '80k', '1.25M', '−2B', '0.0312', '–']
    """
    if not math.isfinite(value):
        return "–"
    rounded = float(f"{value:.3g}")
    size, unit = unit_of(rounded)
    return _minus(f"{rounded / size:.3g}{unit}")


def unit_of(value: float) -> tuple[float, str]:
    """Give the size and the letter of the unit that a number is written in."""
    return next(((s, u) for s, u in _UNITS if abs(value) >= s), (1.0, ""))


def exact(value: float) -> str:
    """Give a number with its thousands separated, and with decimals if it has any.

    Large ones have two decimals, small ones six digits: never fewer than :func:`compact` gives.

    >>> exact(4593123.456), exact(155848), exact(0.0123456), exact(29.5), exact(float("nan"))
    ('4,593,123.46', '155,848', '0.0123456', '29.5', '–')
    """
    if not math.isfinite(value):
        return "–"
    if float(value).is_integer():
        return _minus(f"{value:,.0f}")
    return _minus(f"{value:,.2f}" if abs(value) >= 1e4 else f"{value:,.6g}")


def amount(value: float) -> str:
    """Give a number exactly while it is short, else compactly.

    >>> amount(21489), amount(2343510.25), amount(29.47), amount(0.00321)
    ('21,489', '2.34M', '29.5', '0.00321')
    """
    whole = float(value).is_integer() and abs(value) < 1e6
    return exact(value) if whole else compact(value)


def percent(share: float) -> str:
    """Give a share in percent, with a decimal only where it is small.

    >>> [percent(s) for s in (0.2784, 0.0213, 1.0, 0.00004, -0.00004, float("nan"))]
    ['28%', '2.1%', '100%', '<0.1%', '0.0%', '–']
    """
    if not math.isfinite(share):
        return "–"
    value = share * 100
    if 0 < value < 0.1:
        return "<0.1%"
    text = f"{value:.0f}%" if value == 0 or abs(value) >= 9.95 else f"{value:.1f}%"
    return "0.0%" if text == "-0.0%" else _minus(text)


def duration(seconds: float) -> str:
    """Give a span of time in its largest unit, with at most three digits.

    >>> [duration(s) for s in (0, 0.25, 42, 59.99, 90, 5400, 86400 * 12.34, float("nan"))]
    ['0 s', '250 ms', '42 s', '1 min', '1.5 min', '1.5 h', '12.3 d', '–']
    """
    if not math.isfinite(seconds):
        return "–"
    # Rounded in its own unit it may be one of the next.
    rounded = float(f"{seconds / SECONDS[_largest(seconds)]:.3g}") * SECONDS[_largest(seconds)]
    unit = _largest(rounded)
    return _minus(f"{float(f'{rounded / SECONDS[unit]:.3g}'):,.12g} {unit}")


def _largest(seconds: float) -> str:
    units = (u for u in ("d", "h", "min", "s") if abs(seconds) >= SECONDS[u])
    return next(units, "ms") if seconds else "s"


def elapsed(seconds: float) -> str:
    """Give a length of time as people say it, in no more than two units.

    >>> [elapsed(s) for s in (0.34, 42, 59.7, 75, 3599.8, 7300)]
    ['0.3 s', '42 s', '1 min', '1 min 15 s', '1 h', '2 h 1 min']
    """
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{whole} s"
    size, large, small = (60, "min", "s") if whole < 3_600 else (3_600, "h", "min")
    rest = whole % size // (1 if small == "s" else 60)
    return f"{whole // size} {large}" + (f" {rest} {small}" if rest else "")


def plural(count: int, noun: str) -> str:
    """Give a count with its noun.

    >>> plural(1, "profile"), plural(2469, "profile")
    ('1 profile', '2,469 profiles')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def out_of(shown: int, count: int, noun: str) -> str:
    """Say how many of all are shown, where not all are.

    >>> out_of(20, 64, "row"), out_of(3, 3, "row")
    ('20 of 64 rows', '')
    """
    return f"{shown} of {plural(count, noun)}" if shown < count else ""


def window(value: object) -> str:
    """Give a window of provenance in words; empty where there is none.

    >>> window({"type": "relative", "value": 90, "unit": "DAYS", "offset": 0})
    'last 90 days'
    >>> window({"type": "absolute", "start": "2017-01-01T00:00:00", "end": "2018-01-01T00:00:00"})
    '1 Jan 2017 – 31 Dec 2017'
    """
    if not isinstance(value, Mapping):
        return ""
    if value.get("type") == "relative":
        count, unit = value.get("value"), str(value.get("unit", "")).lower()
        unit = unit.removesuffix("s") if count == 1 else unit
        earlier = f", ending {value['offset']} earlier" if value.get("offset") else ""
        return f"last {count} {unit}{earlier}"
    try:
        start = datetime.fromisoformat(str(value["start"]))
        end = datetime.fromisoformat(str(value["end"]))
    except (KeyError, ValueError):
        return ""
    if _midnight(start) and _midnight(end):
        # The end is excluded: the last day is the one before it.
        last = end - timedelta(days=1)
        return day(start) if last.date() == start.date() else f"{day(start)} – {day(last)}"
    return f"{day(start)} {start:%H:%M} – {day(end)} {end:%H:%M}"


def day(moment: datetime) -> str:
    """Give a date without a leading zero."""
    return f"{moment.day} {moment:%b %Y}"


def _midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")
