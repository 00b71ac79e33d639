"""Whether analyses are there and what they are called, before many calls are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synerise_frames.bulk.asked import FAMILIES, Analysis
from synerise_frames.errors import (
    NotFound,
    OfflineMiss,
    PathNotVerified,
    PermissionDenied,
    ServerError,
)
from synerise_frames.kinds.context import Context
from synerise_frames.kinds.mistaken import kind_of
from synerise_frames.suggest import did_you_mean


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
        except NotFound as error:
            raise _with_name(error, one, context.names) from None
        name = details.get("name") if isinstance(details, dict) else None
        if isinstance(name, str):
            names[one.id] = context.names[one.id] = name
    return names


def _with_name(error: NotFound, one: Analysis, names: Mapping[str, str]) -> NotFound:
    """Add what to do where the id may be a name; most ids are UUIDs."""
    if kind_of(one.id) != "uuid":
        group = FAMILIES[one.kind]
        known = did_you_mean(one.id, names.values())
        error.hint = f"{known}{group}= takes ids: ws.{group}.find(name) gives the one of a name."
    return error
