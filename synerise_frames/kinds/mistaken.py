"""Identifiers of one kind that are passed as another: all of them would not be found."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence

from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import ConfigError, SyneriseWarning

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_KINDS = {"email": (_EMAIL, "e-mail addresses"), "uuid": (_UUID, "UUIDs")}

# Ids of analyses are UUIDs, too.
_ORDER = (
    " If it is the id of an analysis, mind the order: segmentations.check(profile, ids), but "
    "aggregates.calculate(id, profile)."
)
_HISTORY_ORDER = " If it is the id of the aggregate, mind the order: history(id, client_id)."


def looks_like(text: str) -> bool:
    """Say whether a text is more likely an identifier than the name of a column."""
    return any(form.fullmatch(text) for form in (_EMAIL, _UUID, _NUMBER))


def kind_of(text: str) -> str | None:
    """Give the ``by=`` of a text that cannot be a profile's id; ``None`` where it may be one."""
    # What nearly all are costs nearly nothing.
    if text.isdecimal():
        return None
    return next((by for by, (form, _) in _KINDS.items() if form.fullmatch(text)), None)


def refuse_if_all(texts: Sequence[str], by: str, *, beside_id: bool = False) -> None:
    """Refuse identifiers that are all of another kind than ids; warn where some are.

    `beside_id` says that the id of an analysis is passed in the same call.

    Raises
    ------
    ConfigError
        If all of them are. None is shown: messages get into logs.
    """
    found = {kind_of(text) for text in texts} if by == "id" else set()
    if len(found) == 1 and (kind := found.pop()):
        words = _KINDS[kind][1]
        raise ConfigError(
            f"These identifiers look like {words}, but by='id' takes ids of profiles.",
            hint=f"Pass by={kind!r}." + (_ORDER if beside_id and kind == "uuid" else ""),
        )
    if found:
        warn_if_some(texts, by)


def refuse_all_but_ids(client_id: str | int) -> None:
    """Refuse what cannot be the id of a profile, where no ``by=`` says what else it is.

    Raises
    ------
    ConfigError
        If it looks like an e-mail address or a UUID. It is not shown.
    """
    if isinstance(client_id, str) and (by := kind_of(client_id)):
        raise ConfigError(
            f"History takes the id of a profile, and this looks like one of {_KINDS[by][1]}.",
            hint=f"ws.aggregates.calculate(id, profile, by={by!r})['client_id'] gives the id."
            + (_HISTORY_ORDER if by == "uuid" else ""),
        )


def warn_if_some(texts: Iterable[str], by: str) -> bool:
    """Warn where identifiers look like another kind than ids, without showing any; say if any."""
    kinds = [*map(kind_of, texts)] if by == "id" else []
    for kind, (_, words) in _KINDS.items():
        if count := kinds.count(kind):
            warnings.warn(
                f"{count:,} of {len(kinds):,} identifiers look like {words}, and by='id' finds "
                f"none of them. Ask for those apart, with by={kind!r}.",
                SyneriseWarning,
                stacklevel=depth_of_caller(),
            )
    return any(kinds)
