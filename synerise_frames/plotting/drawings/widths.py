"""How wide buckets of time are, and what that is called."""

from __future__ import annotations

import numpy as np

from synerise_frames.plotting.drawings.canvas import Floats


def name(hours: Floats) -> str:
    """Say how wide buckets of so many hours are: ``per day``; empty where they differ.

    >>> name(np.array([24.0, 23.0, 24.0])), name(np.array([744.0, 672.0])), name(np.array([1, 9]))
    ('per day', 'per month', '')
    """
    if not len(hours):
        return ""
    typical, differ = float(np.median(hours)), float(np.ptp(hours))
    # Where the clock changes, a day or a week is an hour shorter or longer.
    if differ <= 2.02:
        return _name(typical)
    if 27.9 * 24 < typical < 31.1 * 24 and differ < 100:
        return "per month"
    return "per year" if 8_700 < typical < 8_800 and differ < 30 else ""


def _name(hours: float) -> str:
    days = round(hours / 24)
    if days and abs(hours - 24 * days) <= 1.01:
        return {1: "per day", 7: "per week", 365: "per year"}.get(days, f"per {days} days")
    if hours >= 0.999:
        return "per hour" if round(hours, 3) == 1 else f"per {hours:.3g} hours"
    minutes = hours * 60
    return "per minute" if round(minutes, 3) == 1 else f"per {minutes:.3g} minutes"


def noun(name: str) -> str:
    """Give what a bucket of that width is called.

    >>> noun("per week"), noun("per 5 days"), noun("")
    ('week', 'bucket', 'bucket')
    """
    word = name.removeprefix("per ")
    return word if word.isalpha() else "bucket"
