"""How paths of calculations may end: guesses, each with a word of calculation.

They are put together from the verbs of printed siblings (``{id}/recalculate``,
``calculate/by/{identifierType}``) and the words of the operations' own summaries. The most
plausible come first. ``{id}`` stands for the analysis, ``{by}`` for ``{identifierType}``.
"""

from __future__ import annotations

from collections.abc import Mapping

from synerise_frames.wire.operation import Operation

__all__ = ["WORDS", "control_fields", "has_word", "is_plain", "says_what", "tails"]

#: What a tail has to say. A path without such a word may do anything.
WORDS = (
    "calculat",
    "recalculat",
    "preview",
    "override",
    "dynamic",
    "check",
    "match",
    "card",
)

_TAILS: Mapping[str, tuple[str, ...]] = {
    "override": (
        "{id}/recalculate-with-override",
        "{id}/calculate-with-override",
        "{id}/recalculate/override",
        "{id}/calculate/override",
        "{id}/recalculate",
        "{id}/calculate",
        "recalculate-with-override/{id}",
        "calculate-with-override/{id}",
        "recalculate/{id}",
        "calculate/{id}",
    ),
    "dynamic": (
        "{id}/recalculate-dynamic",
        "{id}/calculate-dynamic",
        "{id}/recalculate/dynamic",
        "{id}/calculate/dynamic",
        "{id}/recalculate",
        "{id}/calculate",
        "{id}/dynamic/calculate",
        "recalculate-dynamic/{id}",
        "recalculate/{id}",
        "calculate/{id}",
    ),
    "preview": (
        "preview",
        "calculate/preview",
        "preview/calculate",
        "calculate",
        "recalculate/preview",
        "preview/recalculate",
        "calculate-preview",
        "preview-calculate",
        "preview-calculation",
        "recalculate",
    ),
    "preview_csv": (
        "preview/csv",
        "preview-csv",
        "calculate/preview/csv",
        "preview/calculate/csv",
        "preview-as-csv",
        "preview/as-csv",
        "csv/preview",
        "calculate/csv",
        "preview",
        "csv/calculate",
    ),
    "profiles": (
        "preview/profiles",
        "profiles/preview",
        "preview-profiles",
        "calculate/preview/profiles",
        "preview/calculate/profiles",
        "preview/profiles/calculate",
        "calculate/profiles",
        "profiles/calculate",
        "preview/clients",
        "clients/preview",
    ),
    "preview_by": (
        "preview/by/{by}",
        "calculate/preview/by/{by}",
        "preview/calculate/by/{by}",
        "calculate/by/{by}",
        "calculate/by/{by}/preview",
        "by/{by}/preview",
        "preview/by/{by}/calculate",
        "by/{by}/calculate/preview",
        "preview/{by}",
        "calculate-preview/by/{by}",
    ),
    "card": (
        "profile-card/by/{by}",
        "card/by/{by}",
        "calculate/profile-card/by/{by}",
        "calculate/card/by/{by}",
        "profile-card/calculate/by/{by}",
        "cards/by/{by}",
        "by/{by}/profile-card",
        "by/{by}/card",
        "client-card/by/{by}",
        "calculate/by/{by}",
    ),
    "check": (
        "check/by/{by}",
        "calculate/check/by/{by}",
        "check/calculate/by/{by}",
        "by/{by}/check",
        "check-profile/by/{by}",
        "check/profile/by/{by}",
        "profile/check/by/{by}",
        "calculate/by/{by}",
        "membership/check/by/{by}",
        "check/{by}",
    ),
    "first_match": (
        "first-match/by/{by}",
        "first-matching/by/{by}",
        "calculate/first-match/by/{by}",
        "first-match/calculate/by/{by}",
        "check/first-match/by/{by}",
        "match/first/by/{by}",
        "match/by/{by}",
        "by/{by}/first-match",
        "check/first/by/{by}",
        "check-first/by/{by}",
    ),
}

_OWN_WORDS: Mapping[str, tuple[str, ...]] = {
    "card": ("card",),
    "check": ("check",),
    "first_match": ("match",),
    "profiles": ("/profiles", "-profiles", "/clients"),
}


def tails(op: Operation) -> tuple[str, ...]:
    """Give the tails of an operation; none for what is no calculation of a known form."""
    return _TAILS.get(_form(op), ())


def control_fields(op: Operation) -> dict[str, object] | None:
    """Give a body that this operation has to refuse and a plain calculation would not read.

    ``None`` where there is no plain sibling to be taken for it.
    """
    form = _form(op)
    if form == "override":
        return {"variables": [], "dateFilter": "wrong on purpose"}
    # "variables" is required, as printed.
    return {} if form == "dynamic" else None


def is_plain(op: Operation, path: str) -> bool:
    """Say whether a path lacks the word that tells `op` from a plain recalculation."""
    form = _form(op)
    return form in ("override", "dynamic") and form not in path.lower()


def says_what(op: Operation, path: str) -> bool:
    """Say whether a path has the operation's own word, not merely one of calculation."""
    return any(word in path.lower() for word in _OWN_WORDS.get(_form(op), ()))


def has_word(tail: str) -> bool:
    """Say whether a part of a path says that something is calculated.

    >>> has_word("{trendId}/recalculate-with-override"), has_word("{previewId}/copy")
    (True, False)
    """
    parts = [p for segment in tail.split("/") if "{" not in segment for p in segment.split("-")]
    return any(part.lower().startswith(WORDS) for part in parts)


def _form(op: Operation) -> str:
    verb = op.key.partition(".")[2]
    if "dateFilter" in op.body and "filter" in op.body:
        return "override"
    if op.body == ("variables",):
        return "dynamic"
    if verb == "preview" and "identifierType" in op.path_parameters:
        return "preview_by"
    return verb
