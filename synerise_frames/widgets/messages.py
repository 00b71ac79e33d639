"""What the explorer says: how fresh a frame is, what went wrong, that something is on its way."""

from __future__ import annotations

import pandas as pd

from synerise_frames.errors import SyneriseError
from synerise_frames.http.cache.dated import say_age
from synerise_frames.readable import escaped

_SOURCES = ("live", "cached", "stale", "offline")

BUSY = '<span class="sf-busy" role="status">Calculating…</span>'


def freshness(frame: pd.DataFrame) -> str:
    """Say where a frame comes from: live, or kept and how old, and why it is no fresher.

    >>> freshness(pd.DataFrame())
    'of unknown origin'
    """
    attrs = frame.attrs
    source = str(attrs.get("source"))
    if source not in _SOURCES:
        return "of unknown origin"
    age = attrs.get("age")
    old = f", {say_age(age)} old" if source != "live" and isinstance(age, int | float) else ""
    why = f": {attrs['why']}" if attrs.get("why") else ""
    return f"{source}{old}{why}"


def state(frame: pd.DataFrame, words: str) -> str:
    """Give the line under the picture as HTML: what it shows, and its state in the cache."""
    source = str(frame.attrs.get("source"))
    kind = source if source in _SOURCES else "unknown"
    return (
        f'<span class="sf-state" role="status">'
        f'<span class="sf-badge sf-{kind}">{escaped(freshness(frame))}</span> '
        f"{escaped(words)}</span>"
    )


def failure(error: SyneriseError, shown: str | None) -> str:
    """Give an error as HTML: what happened and what to do; which result is still shown."""
    return _alert(error.message, error.hint, shown)


def unexpected(shown: str | None) -> str:
    """Give the words for an error that nobody foresaw, which may hold anything."""
    what = "Something unexpected went wrong."
    return _alert(what, "Run the code of the choice in a cell to see it.", shown)


def _alert(what: str, hint: str, shown: str | None) -> str:
    advice = f'<div class="sf-hint">{escaped(hint)}</div>' if hint else ""
    still = f'<div class="sf-muted">Still shown: {escaped(shown)}</div>' if shown else ""
    return f'<div class="sf-error" role="alert"><b>{escaped(what)}</b>{advice}{still}</div>'
