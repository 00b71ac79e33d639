"""Whether analyses are there and what they are called, before many calls are sent."""

from __future__ import annotations

from collections.abc import Sequence

from synerise_frames.bulk.asked import FAMILIES, Analysis
from synerise_frames.errors import (
    NotFound,
    OfflineMiss,
    PathNotVerified,
    PermissionDenied,
    ServerError,
    SyneriseError,
)
from synerise_frames.frames import listing
from synerise_frames.kinds.context import Context
from synerise_frames.kinds.mistaken import kind_of
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.memory import Fresh
from synerise_frames.wire.pages import pages


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
            raise _with_name(error, one, context) from None
        name = details.get("name") if isinstance(details, dict) else None
        if isinstance(name, str):
            names[one.id] = context.names[one.id] = name
    return names


def _with_name(error: NotFound, one: Analysis, context: Context) -> NotFound:
    """Add what to do where the id may be a name; most ids are UUIDs."""
    if kind_of(one.id) != "uuid":
        group = FAMILIES[one.kind]
        names = _names_of_kind(context, one.kind)
        if one.id.lower() in map(str.lower, names):
            error.hint = f"That is the name of one: ws.{group}.find({one.id!r}) gives its id."
        else:
            error.hint = (
                f"{did_you_mean(one.id, names)}{group}= takes ids: ws.{group}.find(name) gives "
                "the one of a name."
            )
    return error


def _names_of_kind(context: Context, kind: str) -> list[str]:
    """Give the names there are; none where they cannot be had, which is no second error."""
    try:
        answers = [*pages(context.api, f"{FAMILIES[kind]}.list", {}, Fresh())]
        listed = listing([a.payload for a in answers], tz=context.tz, kind=kind)
    except SyneriseError:
        return []
    return [*listed["name"].dropna()]
