"""What a manifest remembers of the frames that went into a data set."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

# Enough for the analyses of a dashboard; a manifest stays a small file.
_MOST = 500

#: The type of the notes of who keeps account of all windows: a sync.
SYNCED = "synced"

_SOURCE = ("workspace", "operation", "analysis_id", "analysis_name", "interval")

Notes = tuple[Mapping[str, Any], ...]


def told_sources(attrs: Mapping[Hashable, Any]) -> list[Mapping[Hashable, Any]]:
    """Give the notes of what a frame comes from.

    One that was put together of several says so in ``attrs["sources"]``.
    """
    told = attrs.get("sources")
    return told if isinstance(told, list) else [attrs]


def sources(before: Notes, attrs: Mapping[Hashable, Any]) -> Notes:
    """Add where a frame comes from; what came from there before is only dated anew."""
    for one in told_sources(attrs):
        found = {name: one[name] for name in _SOURCE if isinstance(one.get(name), str)}
        if found:
            others = [note for note in before if any(note.get(n) != v for n, v in found.items())]
            before = (*others, {**found, "fetched_at": one.get("fetched_at")})
    return before[-_MOST:]


def windows(
    before: Notes, attrs: Mapping[Hashable, Any], told: Sequence[Mapping[str, Any]] | None
) -> Notes:
    """Add the window of a frame; one that was covered before is only dated anew.

    Who keeps account of the windows on its own tells all of them. After anybody else's writing
    that account is void: the next sync pulls all windows again.
    """
    if told is not None:
        return tuple(told)
    before = tuple(one for one in before if one.get("type") != SYNCED)
    window = attrs.get("window")
    if not isinstance(window, Mapping):
        return before
    note = {**window, "fetched_at": attrs.get("fetched_at")}
    return (*(one for one in before if _span(one) != _span(note)), note)[-_MOST:]


def _span(window: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in window.items() if name not in ("fetched_at", "as_of")}
