"""Compare the names that two documents give to the same thing."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

# Words of a tag that say nothing about which part of the API it is.
_GENERIC = frozenset(
    {"a", "an", "and", "analytic", "analytics", "api", "apis", "backend", "beta", "endpoint"}
    | {"endpoints", "engine", "for", "http", "module", "of", "operation", "operations"}
    | {"public", "rest", "service", "suite", "synerise", "the"}
)
# Words of a summary that may be there or not. None of them tells two of our summaries apart.
_FILLER = frozenset(
    {"a", "an", "analysis", "by", "calculation", "definition", "details", "given", "id", "of"}
    | {"parameter", "parameters", "selected", "single", "specific", "specified", "the", "with"}
)
_ACTIONS = {
    word: group[0]
    for group in (
        ("calculate", "recalculate", "compute"),
        ("get", "retrieve", "fetch", "read", "show"),
        ("create", "add"),
        ("update", "edit", "modify"),
        ("delete", "remove"),
    )
    for word in group
}
_AUTH = ("auth", "authentication", "authorisation", "uauth")


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return tuple(re.findall(r"[^\W_]+", re.sub(r"['’]", "", folded)))


def summary_key(summary: str) -> str:
    """Give a summary without case, spaces and punctuation."""
    return "".join(_words(summary))


def alike(one: str, other: str, cutoff: float = 0.85) -> bool:
    """Tell whether two words are nearly spelled the same."""
    if one == other:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= cutoff
        and matcher.quick_ratio() >= cutoff
        and matcher.ratio() >= cutoff
    )


def close_summaries(ours: str, theirs: str) -> bool:
    """Tell whether two summaries name the same thing in slightly other words.

    The first word, which says what is done, must mean the same; of the others only words
    without weight may be missing, and only spelling may differ.
    """
    mine, other = list(_words(ours)), list(_words(theirs))
    if not mine or not other:
        return False
    mine[0], other[0] = _ACTIONS.get(mine[0], mine[0]), _ACTIONS.get(other[0], other[0])
    if not alike(mine[0], other[0]):
        return False
    only_mine = [word for word in mine if word not in other and word not in _FILLER]
    only_other = [word for word in other if word not in mine and word not in _FILLER]
    return len(only_mine) == len(only_other) and all(
        alike(a, b) for a, b in zip(only_mine, only_other, strict=True)
    )


@lru_cache(maxsize=4096)
def tag_words(tag: str) -> frozenset[str]:
    """Give the words of a tag that tell which part of the API it is; perhaps none."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag)
    words = {"authorization" if word in _AUTH else word for word in _words(parted)}
    telling = {w for w in words if w not in _GENERIC and not re.fullmatch(r"v?\d+", w)}
    return frozenset(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in telling)


@lru_cache(maxsize=8192)
def alike_tags(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether the words of two tags differ in spelling only."""
    if len(one) != len(other) or not one:
        return False
    pairs = zip(sorted(one), sorted(other), strict=True)
    return all(a == b or alike(a, b) or _shortened(a, b) for a, b in pairs)


def _shortened(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 5 and (one.startswith(other) or other.startswith(one))


def path_shape(path: str, *, versions: bool = True) -> str:
    """Give a path with its placeholders unnamed, and on request without versions.

    The namespace is always ``profiles``, so a path may have that word in its place.
    """
    parts = ["{}" if part == "profiles" else part for part in path.split("/")]
    shape = re.sub(r"\{[^{}]*\}", "{}", "/".join(parts))
    return shape if versions else re.sub(r"/v\d+(?=/|$)", "", shape)


def service_of(path: str) -> str:
    """Give the first segment of a path that names something."""
    for part in path.split("/"):
        if part and part != "api" and "{" not in part and not re.fullmatch(r"v\d+", part):
            return part
    return ""
