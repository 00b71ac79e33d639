"""The id of what was created."""

from __future__ import annotations

from typing import Any

from synerise_frames.errors import ShapeError


def created_id(payload: Any) -> str:
    """Give the id: the reference prints a bare string for most kinds, an object for others.

    Raises
    ------
    ShapeError
        If there is none. The thing was created nevertheless.
    """
    found = payload.get("id") if isinstance(payload, dict) else payload
    if isinstance(found, bool) or not isinstance(found, str | int) or not str(found).strip():
        raise ShapeError(
            "It was created, but the answer holds no id.",
            path="$.id",
            hint="list() or the web application shows it; do not create it again.",
        )
    return str(found).strip()
