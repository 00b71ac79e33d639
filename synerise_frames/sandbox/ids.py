"""Identifiers that never change: the same name gives the same UUID on every machine."""

from __future__ import annotations

import uuid


def stable_id(kind: str, name: str) -> str:
    """Give the UUID5 of a kind and a name.

    >>> stable_id("trend", "Baskets per day") == stable_id("trend", "Baskets per day")
    True
    """
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"synerise-frames:{kind}:{name}"))
