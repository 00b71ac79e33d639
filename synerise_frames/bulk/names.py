"""Whether analyses are there and what they are called, before many calls are sent."""

from __future__ import annotations

from collections.abc import Sequence

from synerise_frames.bulk.asked import FAMILIES, Analysis
from synerise_frames.errors import OfflineMiss, PathNotVerified, PermissionDenied, ServerError
from synerise_frames.kinds.context import Context


def names_of(context: Context, analyses: Sequence[Analysis]) -> dict[str, str]:
    """Ask for the details of each analysis; give the names by id.

    One clear failure here saves ten thousand later. A key that may calculate need not be
    allowed to see details, so that is no failure; nor is a server that fails at them.

    Raises
    ------
    NotFound
        If one of them does not exist.
    """
    names = {one.id: context.names[one.id] for one in analyses if one.id in context.names}
    for one in analyses:
        try:
            key, path = f"{FAMILIES[one.kind]}.get", {f"{one.kind}Id": one.id}
            details = context.api.call(key, path=path).payload
        except (PermissionDenied, PathNotVerified, OfflineMiss, ServerError):
            continue
        name = details.get("name") if isinstance(details, dict) else None
        if isinstance(name, str):
            names[one.id] = context.names[one.id] = name
    return names
